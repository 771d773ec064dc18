public import Diagnostics
public import Tables

/// The options of a verb as a structure: each property holds the value of an option, and its initial value is the
/// default.
///
/// Each option is declared once, with the key path of its property. Grammar, help and completion are derived from the
/// declaration, and the verb reads the property, so that a misspelt option does not compile.
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

/// The options of a verb without options.
public struct NoOptions: VerbOptions {
  public static let declared: [VerbOption<Self>] = []

  public init() {}
}

/// One option of a verb: how it is written, and the property that holds its value.
public struct VerbOption<Options>: Sendable {
  /// Sets the property to the written value, or throws if the value is not valid.
  typealias Reader = @Sendable (_ written: WrittenOption, _ options: inout Options) throws(Diagnostic) -> Void

  public let declaration: Option
  /// Computed on demand, because a composed key path is not `Sendable`.
  let property: @Sendable () -> PartialKeyPath<Options>
  let read: Reader

  /// The same option when `Options` is a part of another structure of options.
  public func within<Outer>(_ part: any WritableKeyPath<Outer, Options> & Sendable) -> VerbOption<Outer> {
    VerbOption<Outer>(
      declaration: declaration,
      property: { (part as PartialKeyPath<Outer>).appending(path: property()) ?? part },
      read: { (written, options) throws(Diagnostic) in try read(written, &options[keyPath: part]) })
  }
}

/// The value of an option that takes one list for all rows, or a column with one list per row.
public enum ListOrColumn: Sendable {
  case list([Value])
  case column(Identifier)

  public var list: [Value]? { if case .list(let values) = self { values } else { nil } }
  public var column: Identifier? { if case .column(let name) = self { name } else { nil } }
}

/// The options of a call: their values by property, and their locations.
@dynamicMemberLookup
public struct OptionValues<Options: VerbOptions> {
  public private(set) var values = Options()
  private let written: [OptionValue]

  /// Reads the options of a call. Options that are not declared are ignored: a verb that takes any option reads them
  /// itself.
  ///
  /// - Throws: a diagnostic for values that the parser could not check: `$x` of another type, a number out of range.
  public init(_ call: VerbCall, _ environment: Environment) throws(Diagnostic) {
    written = call.options
    for option in call.options {
      guard let declared = Options.declared.first(where: { $0.declaration.name == option.name.name }) else { continue }
      try declared.read(WrittenOption(option, declared.declaration, environment), &values)
    }
  }

  public subscript<Value>(dynamicMember property: KeyPath<Options, Value>) -> Value { values[keyPath: property] }

  /// The location of an option's value; nil if the option was left out.
  public func span(of property: PartialKeyPath<Options>) -> SourceSpan? { option(property)?.value.span }

  /// The location of an option's name; nil if the option was left out.
  public func nameSpan(of property: PartialKeyPath<Options>) -> SourceSpan? { option(property)?.name.span }

  /// Whether an option was written, even if its value is the default.
  public func has(_ property: PartialKeyPath<Options>) -> Bool { option(property) != nil }

  /// The name of an option in the language.
  public func optionName(of property: PartialKeyPath<Options>) -> String {
    Options.declared.first { $0.property() == property }?.declaration.name ?? ""
  }

  private func option(_ property: PartialKeyPath<Options>) -> OptionValue? {
    let name = optionName(of: property)
    return written.first { $0.name.name == name }
  }
}
