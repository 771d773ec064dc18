/// What went wrong, where, and what to do about it: the only error type that crosses a module boundary.
///
/// Facts first: whoever finds the fault fills in the message, the labels and the hint. Words come from the module that
/// owns the vocabulary (`extension Diagnostic` in a file of its own). Drawing comes last, in `Display`.
///
/// A message is lower case, without a full stop, names in backticks, and says what was *found*. A hint is an action
/// that can be pasted. Notes are further facts, a line each.
public struct Diagnostic: Error, Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    /// A person's mistake, or a file's.
    case error
    /// Worth knowing, stops nothing.
    case warning
    /// The person pressed Ctrl-C.
    case interruption
    /// Ours: says so, and how to report it.
    case fault
  }

  /// A place in the source and what is to be said there.
  public struct Label: Sendable, Hashable {
    public var span: SourceSpan
    public var text: String

    public init(_ span: SourceSpan, _ text: String = "") {
      self.span = span
      self.text = text
    }
  }

  public var kind: Kind
  public var message: String
  /// The first is where the caret goes; others label what it clashes with.
  public var labels: [Label]
  public var hint: String?
  public var notes: [String]
  /// A place outside source text: `ratings.csv:812`, `orders.parquet, row group 3, column `user_id``.
  public var place: String?

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

  /// The same diagnostic with a second place labelled.
  public func labelling(_ span: SourceSpan?, _ text: String) -> Diagnostic {
    guard let span else { return self }
    var copy = self
    copy.labels.append(Label(span, text))
    return copy
  }

  public func noting(_ note: String) -> Diagnostic {
    var copy = self
    copy.notes.append(note)
    return copy
  }

  /// Thrown wherever work notices that it was cancelled.
  public static let interrupted = Diagnostic("interrupted", kind: .interruption)

  /// A broken promise of our own code. The session goes on; the message asks for a report.
  public static func fault(_ message: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      message, kind: .fault, at: span,
      hint: "this is a mistake in Lectern, not in yours: please report the line above and `lectern --version`")
  }
}
