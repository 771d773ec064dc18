public import Diagnostics
public import Tables

/// The options of a verb as a structure: a property holds the value of an option, and its initial value is the default.
///
/// Each option is declared once, with the key path of its property. Grammar, help and completion come from the
/// declaration, and the verb reads the property: an option that is misspelt does not compile.
///
///     struct SampleOptions: VerbOptions {
///       var fraction: Double?
///       static let declared: [VerbOption<Self>] = [
///         .real("fraction", \.fraction, in: 0...1, "the fraction of the rows, or of the groups")
///       ]
///     }
public protocol VerbOptions: Sendable {
  init()
  static var declared: [VerbOption<Self>] { get }
}

/// The options of a verb that has none.
public struct NoOptions: VerbOptions {
  public static let declared: [VerbOption<Self>] = []

  public init() {}
}

/// One option of a verb: how it is written, and the property that holds its value.
public struct VerbOption<Options>: Sendable {
  /// Sets the property to what was written, or throws what is wrong with it.
  typealias Reader = @Sendable (_ written: WrittenOption, _ options: inout Options) throws(Diagnostic) -> Void

  public let declaration: Option
  /// Made when it is asked for: a composed key path is not `Sendable`.
  let property: @Sendable () -> PartialKeyPath<Options>
  let read: Reader

  /// The same option where these options are a part of others.
  public func within<Outer>(_ part: any WritableKeyPath<Outer, Options> & Sendable) -> VerbOption<Outer> {
    VerbOption<Outer>(
      declaration: declaration,
      property: { (part as PartialKeyPath<Outer>).appending(path: property()) ?? part },
      read: { (written, options) throws(Diagnostic) in try read(written, &options[keyPath: part]) })
  }
}

/// What an option holds that takes the same list for all rows, or a column with a list for each.
public enum ListOrColumn: Sendable {
  case list([Value])
  case column(Identifier)

  public var list: [Value]? { if case .list(let values) = self { values } else { nil } }
  public var column: Identifier? { if case .column(let name) = self { name } else { nil } }
}

/// The options of one call: the values by property, and where each was written.
@dynamicMemberLookup
public struct OptionValues<Options: VerbOptions> {
  public private(set) var values = Options()
  private let written: [OptionValue]

  /// Reads the options of a call. Those that are not declared are passed over: a verb that takes any option reads them
  /// itself.
  ///
  /// - Throws: what is wrong with a value that the grammar could not see: `$x` of another type, a number out of range.
  public init(_ call: VerbCall, _ environment: Environment) throws(Diagnostic) {
    written = call.options
    for option in call.options {
      guard let declared = Options.declared.first(where: { $0.declaration.name == option.name.name }) else { continue }
      try declared.read(WrittenOption(option, declared.declaration, environment), &values)
    }
  }

  public subscript<Value>(dynamicMember property: KeyPath<Options, Value>) -> Value { values[keyPath: property] }

  /// Where the value of an option stands; nil where the option was left out.
  public func span(of property: PartialKeyPath<Options>) -> SourceSpan? { option(property)?.value.span }

  /// Where the name of an option stands; nil where the option was left out.
  public func nameSpan(of property: PartialKeyPath<Options>) -> SourceSpan? { option(property)?.name.span }

  /// Whether an option was written, also with its default.
  public func has(_ property: PartialKeyPath<Options>) -> Bool { option(property) != nil }

  /// An option's name in the language.
  public func optionName(of property: PartialKeyPath<Options>) -> String {
    Options.declared.first { $0.property() == property }?.declaration.name ?? ""
  }

  private func option(_ property: PartialKeyPath<Options>) -> OptionValue? {
    let name = optionName(of: property)
    return written.first { $0.name.name == name }
  }
}
