import Diagnostics
public import Tables

/// The kinds of options. The default of a property that is not optional is its initial value in the structure.
extension VerbOption where Options: VerbOptions {
  // MARK: Numbers

  public static func integer(
    _ name: String, _ property: any WritableKeyPath<Options, Int> & Sendable, in range: ClosedRange<Int>,
    _ summary: String
  ) -> Self {
    make(name, .integer(range), property, { "\($0)" }, summary) { (written) throws(Diagnostic) in
      try written.integer(in: range)
    }
  }

  /// - Parameter defaultText: the text that help shows as the default.
  public static func integer(
    _ name: String, _ property: any WritableKeyPath<Options, Int?> & Sendable, in range: ClosedRange<Int>,
    default defaultText: String? = nil, _ summary: String
  ) -> Self {
    make(name, .integer(range), property, { _ in defaultText }, summary) { (written) throws(Diagnostic) in
      try written.integer(in: range)
    }
  }

  /// One whole number, or several in brackets.
  public static func integers(
    _ name: String, _ property: any WritableKeyPath<Options, [Int]> & Sendable, in range: ClosedRange<Int>,
    _ summary: String
  ) -> Self {
    make(name, .integers(range), property, { $0.map(String.init).joined(separator: ", ") }, summary) {
      (written) throws(Diagnostic) in try written.integers(in: range)
    }
  }

  public static func real(
    _ name: String, _ property: any WritableKeyPath<Options, Double> & Sendable, in range: ClosedRange<Double>,
    _ summary: String
  ) -> Self {
    make(name, .real(range), property, { "\($0)" }, summary) { (written) throws(Diagnostic) in
      try written.real(in: range)
    }
  }

  public static func real(
    _ name: String, _ property: any WritableKeyPath<Options, Double?> & Sendable, in range: ClosedRange<Double>,
    _ summary: String
  ) -> Self {
    make(name, .real(range), property, { _ in nil }, summary) { (written) throws(Diagnostic) in
      try written.real(in: range)
    }
  }

  // MARK: Words

  /// One of the cases of an enumeration.
  public static func word<Word: RawRepresentable<String> & CaseIterable & SendableMetatype>(
    _ name: String, _ property: any WritableKeyPath<Options, Word> & Sendable, _ summary: String
  ) -> Self {
    make(name, .word(Word.allCases.map(\.rawValue)), property, { $0.rawValue }, summary) {
      (written) throws(Diagnostic) in try written.word(as: Word.self)
    }
  }

  public static func word<Word: RawRepresentable<String> & CaseIterable & SendableMetatype>(
    _ name: String, _ property: any WritableKeyPath<Options, Word?> & Sendable, _ summary: String
  ) -> Self {
    make(name, .word(Word.allCases.map(\.rawValue)), property, { _ in nil }, summary) {
      (written) throws(Diagnostic) in try written.word(as: Word.self)
    }
  }

  /// One of the given words, for example the names of a registry.
  public static func word(
    _ name: String, _ property: any WritableKeyPath<Options, String> & Sendable, among choices: [String],
    _ summary: String
  ) -> Self {
    make(name, .word(choices), property, { $0 }, summary) { (written) throws(Diagnostic) in
      try written.word(of: choices)
    }
  }

  public static func word(
    _ name: String, _ property: any WritableKeyPath<Options, String?> & Sendable, among choices: [String],
    _ summary: String
  ) -> Self {
    make(name, .word(choices), property, { _ in nil }, summary) { (written) throws(Diagnostic) in
      try written.word(of: choices)
    }
  }

  /// A name that is not checked: a table of a database, a new column.
  public static func name(
    _ name: String, _ property: any WritableKeyPath<Options, String?> & Sendable, _ summary: String
  ) -> Self {
    make(name, .word([]), property, { _ in nil }, summary) { (written) throws(Diagnostic) in
      try written.names().first?.name
    }
  }

  public static func flag(
    _ name: String, _ property: any WritableKeyPath<Options, Bool> & Sendable, _ summary: String
  ) -> Self {
    make(name, .flag, property, { "\($0)" }, summary) { (written) throws(Diagnostic) in try written.flag() }
  }

  public static func flag(
    _ name: String, _ property: any WritableKeyPath<Options, Bool?> & Sendable, _ summary: String
  ) -> Self {
    make(name, .flag, property, { _ in nil }, summary) { (written) throws(Diagnostic) in try written.flag() }
  }

  // MARK: Columns and tables

  /// The name of a column of the input.
  public static func column(
    _ name: String, _ property: any WritableKeyPath<Options, Identifier?> & Sendable,
    default defaultText: String? = nil,
    _ summary: String
  ) -> Self {
    make(name, .column, property, { _ in defaultText }, summary) { (written) throws(Diagnostic) in
      try written.column()
    }
  }

  /// The name of a new column.
  public static func newColumn(
    _ name: String, _ property: any WritableKeyPath<Options, String> & Sendable, _ summary: String
  ) -> Self {
    make(name, .column, property, { $0 }, summary) { (written) throws(Diagnostic) in try written.column().name }
  }

  /// One name, or several in brackets: columns or other words.
  public static func columns(
    _ name: String, _ property: any WritableKeyPath<Options, [Identifier]?> & Sendable,
    default defaultText: String? = nil, _ summary: String
  ) -> Self {
    make(name, .columns, property, { _ in defaultText }, summary) { (written) throws(Diagnostic) in
      try written.names()
    }
  }

  /// Another table; the verb plans the pipeline itself.
  public static func table(
    _ name: String, _ property: any WritableKeyPath<Options, Pipeline?> & Sendable, _ summary: String
  ) -> Self {
    make(name, .table, property, { _ in nil }, summary) { (written) throws(Diagnostic) in try written.table() }
  }

  // MARK: Values

  public static func text(
    _ name: String, _ property: any WritableKeyPath<Options, String> & Sendable, _ summary: String
  ) -> Self {
    make(name, .text, property, { $0.isEmpty ? nil : $0 }, summary) { (written) throws(Diagnostic) in
      try written.text()
    }
  }

  public static func text(
    _ name: String, _ property: any WritableKeyPath<Options, String?> & Sendable, _ summary: String
  ) -> Self {
    make(name, .text, property, { _ in nil }, summary) { (written) throws(Diagnostic) in try written.text() }
  }

  public static func value(
    _ name: String, _ property: any WritableKeyPath<Options, Value?> & Sendable, _ summary: String
  ) -> Self {
    make(name, .value, property, { _ in nil }, summary) { (written) throws(Diagnostic) in try written.scalar() }
  }

  /// A value, or several in brackets.
  public static func values(
    _ name: String, _ property: any WritableKeyPath<Options, [Value]> & Sendable, _ summary: String
  ) -> Self {
    make(name, .value, property, { _ in nil }, summary) { (written) throws(Diagnostic) in try written.list() }
  }

  public static func list(
    _ name: String, _ property: any WritableKeyPath<Options, [Value]?> & Sendable, _ summary: String
  ) -> Self {
    make(name, .list, property, { _ in nil }, summary) { (written) throws(Diagnostic) in try written.list() }
  }

  /// A list, or the name of a column of lists.
  public static func listOrColumn(
    _ name: String, _ property: any WritableKeyPath<Options, ListOrColumn?> & Sendable, _ summary: String
  ) -> Self {
    make(name, .listOrColumn, property, { _ in nil }, summary) { (written) throws(Diagnostic) in
      try written.listOrColumn()
    }
  }

  /// An option whose value is read by `parse`; `text` gives the default for the help.
  private static func make<Property>(
    _ name: String, _ kind: Option.Kind, _ property: any WritableKeyPath<Options, Property> & Sendable,
    _ text: (Property) -> String?, _ summary: String,
    _ parse: @escaping @Sendable (WrittenOption) throws(Diagnostic) -> Property
  ) -> Self {
    VerbOption(
      declaration: Option(name, kind, default: text(Options()[keyPath: property]), summary),
      property: { property },
      read: { (written, options) throws(Diagnostic) in options[keyPath: property] = try parse(written) })
  }
}

extension WrittenOption {
  fileprivate func word<Word: RawRepresentable<String> & CaseIterable>(as _: Word.Type) throws(Diagnostic) -> Word {
    let choices = Word.allCases.map(\.rawValue)
    guard let word = Word(rawValue: try word(of: choices)) else {
      throw .fault("`\(declaration.name)` declares a word without a case", at: option.value.span)
    }
    return word
  }
}
