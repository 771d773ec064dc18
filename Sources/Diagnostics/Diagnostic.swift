/// What went wrong, where, and what to do about it: the only error type that crosses a module boundary.
///
/// The code that finds a mistake fills in the message, the labels and the hint. Each module keeps its wording in one
/// `extension Diagnostic`, in a file of its own. `Display` renders the diagnostic.
///
/// A message is lower case, without a full stop, names in backticks, and says what was *found*. A hint is an action
/// that can be pasted. Notes are further facts, one line each.
public struct Diagnostic: Error, Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    /// A mistake of the user, or in a file.
    case error
    /// Worth knowing; does not stop the work.
    case warning
    /// The user pressed Ctrl-C.
    case interruption
    /// A bug in Lectern: the message says so, and how to report it.
    case fault
  }

  /// A place in the source text and the text to show there.
  public struct Label: Sendable, Hashable {
    public var span: SourceSpan
    public var text: String

    public init(_ span: SourceSpan, _ text: String = "") {
      self.span = span
      self.text = text
    }
  }

  public var kind: Kind
  /// What was found: lower case, without a full stop, names in backticks.
  public var message: String
  /// The caret points at the first label; the others mark what it conflicts with.
  public var labels: [Label]
  /// An action that works when pasted.
  public var hint: String?
  /// Further facts, one line each.
  public var notes: [String]
  /// A place outside the source text: `ratings.csv:812`, `orders.parquet, row group 3, column `user_id``.
  public var place: String?
  /// The option of the call that is wrong, where the code that found it does not know the call.
  public var option: String?

  public init(
    _ message: String, kind: Kind = .error, at span: SourceSpan? = nil, label: String = "", hint: String? = nil,
    notes: [String] = [], place: String? = nil
  ) {
    self.kind = kind
    self.message = message
    self.labels = span.map { [Label($0, label)] } ?? []
    self.hint = hint
    self.notes = notes
    self.place = place
  }

  /// The first label's span.
  public var span: SourceSpan? { labels.first?.span }

  /// The same diagnostic, pointing at `span` if it points nowhere yet.
  public func located(at span: SourceSpan?) -> Diagnostic {
    guard labels.isEmpty, let span else { return self }
    var copy = self
    copy.labels = [Label(span)]
    return copy
  }

  /// The same diagnostic, about an option of the call.
  public func about(option: String) -> Diagnostic {
    var copy = self
    copy.option = option
    return copy
  }

  /// The same diagnostic with a second place labelled.
  public func labelling(_ span: SourceSpan?, _ text: String) -> Diagnostic {
    guard let span else { return self }
    var copy = self
    copy.labels.append(Label(span, text))
    return copy
  }

  /// The same diagnostic with one more note.
  public func noting(_ note: String) -> Diagnostic {
    var copy = self
    copy.notes.append(note)
    return copy
  }

  /// Thrown wherever work notices that its cancellation was requested.
  public static let interrupted = Diagnostic("interrupted", kind: .interruption)

  /// A broken invariant of Lectern itself. The session continues; the hint asks the user to report it.
  public static func fault(_ message: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      message, kind: .fault, at: span,
      hint: "this is a mistake in Lectern, not in yours: please report the line above and `lectern --version`")
  }
}
