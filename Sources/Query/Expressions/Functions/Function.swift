import Diagnostics
import Tables

/// A function of the language: what it is called, what it takes, what it gives, and how it is computed.
///
/// One value of this type is all there is to a function; help, completion, type errors and the manual come from it.
/// Every one stands in `functions`.
public struct Function: Sendable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Looks at one row.
    case row
    /// Looks at all rows of a group, gives one value.
    case aggregate
    /// Looks at all rows of a group in some order, gives a value a row.
    case window
  }

  public let name: String
  /// Other words a person may know it by: `nunique` for `n_unique`.
  public let synonyms: [String]
  /// The kind of thing it works on, as the manual lists it: `numbers`, `text`, `dates`, `lists`.
  public let topic: String
  public let parameters: [Parameter]
  /// One sentence, without the full stop.
  public let summary: String
  public let examples: [Example]

  /// What the planner and the optimiser may rely on.
  public struct Traits: OptionSet, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// It has a value for all arguments of its types.
    public static let neverFails = Traits(rawValue: 1)
    /// An aggregate whose value depends on the order of its rows.
    public static let dependsOnOrder = Traits(rawValue: 2)
    /// An aggregate that sees no more of a group than which values occur, and in which order first.
    public static let seesDistinctValues = Traits(rawValue: 4)
    /// It looks at an argument only in rows where those before it are null.
    public static let takesFirstKnown = Traits(rawValue: 8)
    /// An aggregate that is the same without the rows in which its arguments are null.
    public static let skipsNulls = Traits(rawValue: 16)
  }

  public let traits: Traits

  /// How the values that an aggregate has in several runs of rows become its value of all of them.
  enum Merging: Sendable {
    /// The same aggregate of those values: the least of the least.
    case byItself
    case bySum
    /// From the sums, the counts and, but for the mean, Σ(x − mean)² of the runs.
    case byMoments(Moment)
    /// From the distinct values and how often each occurs; nil for arguments that it cannot be said of.
    case byCounts(@Sendable ([BoundExpression]) -> Aggregate?)

    enum Moment: Sendable { case mean, variance, deviation }
  }

  /// nil where all rows of a group are needed at once.
  let merging: Merging?

  /// Checks the arguments beyond their kinds, casts them to what the kernel wants, and says the type of the result.
  let typing: @Sendable (inout [BoundExpression]) throws(Diagnostic) -> DataType
  let body: Body
  /// Gives a value a frame, where an aggregate knows a better way than to see each frame whole; nil where it does not
  /// after all.
  let framed: (@Sendable (FrameCall) throws(Diagnostic) -> Column?)?
  /// Of an aggregate whose last argument says which rows count: what it is without.
  let unfilteredName: String?

  enum Body: Sendable {
    case row(@Sendable (RowCall) throws(Diagnostic) -> Column)
    /// Gives a list a row, from the lists and the values that a formula has for each of their elements.
    case elements(@Sendable (_ lists: Column, _ values: Column) throws(Diagnostic) -> Column)
    /// Gives a value a slice.
    case aggregate(@Sendable (GroupCall) throws(Diagnostic) -> Column)
    /// Gives a value a row.
    case window(@Sendable (WindowCall) throws(Diagnostic) -> Column)
  }

  public var kind: Kind {
    switch body {
    case .row, .elements: .row
    case .aggregate: .aggregate
    case .window: .window
    }
  }

  /// Whether its second argument is computed for each element of the list that is its first.
  var takesFormula: Bool { if case .elements = body { true } else { false } }

  /// `round(x, digits = 0)`: how help shows a call.
  public var signature: String {
    let shown = parameters.map { parameter in
      let name = parameter.isRepeated ? parameter.name + ", …" : parameter.name
      return parameter.isOptional ? "⟨\(name)⟩" : name
    }
    return "\(name)(\(shown.joined(separator: ", ")))"
  }

  init(
    _ name: String, synonyms: [String] = [], topic: String, _ parameters: [Parameter], summary: String,
    examples: [Example], traits: Traits = [], merging: Merging? = nil,
    typing: @escaping @Sendable (inout [BoundExpression]) throws(Diagnostic) -> DataType,
    body: Body, framed: (@Sendable (FrameCall) throws(Diagnostic) -> Column?)? = nil, unfilteredName: String? = nil
  ) {
    self.name = name
    self.synonyms = synonyms
    self.topic = topic
    self.parameters = parameters
    self.summary = summary
    self.examples = examples
    self.traits = traits
    self.merging = merging
    self.typing = typing
    self.body = body
    self.framed = framed
    self.unfilteredName = unfilteredName
  }
}

extension Function: Hashable {
  public static func == (left: Function, right: Function) -> Bool { left.name == right.name && left.kind == right.kind }
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// What a function takes at one place.
public struct Parameter: Sendable, Hashable {
  public let name: String
  public let accepts: Accepts
  public let isOptional: Bool
  /// As many as one likes from here on.
  public let isRepeated: Bool
  /// The same value in every row.
  public let isConstant: Bool

  public enum Accepts: String, Sendable, Hashable {
    case anything
    case number = "a number"
    case wholeNumber = "a whole number"
    case truth = "true or false"
    case text
    case moment = "a date or a datetime"
    case list = "a list"
    /// The name of a type: the second argument of `cast`.
    case typeName = "the name of a type"

    func matches(_ type: DataType) -> Bool {
      if type == .null { return true }
      switch self {
      case .anything: return true
      case .number: return type.isNumeric
      case .wholeNumber: return type.isInteger
      case .truth: return type == .bool
      case .text: return type == .string
      case .moment:
        if case .datetime = type { return true }
        return type == .date
      case .list:
        if case .list = type { return true }
        return false
      case .typeName: return true
      }
    }
  }

  init(_ name: String, _ accepts: Accepts, optional: Bool = false, repeated: Bool = false, constant: Bool = false) {
    self.name = name
    self.accepts = accepts
    isOptional = optional
    isRepeated = repeated
    isConstant = constant
  }
}

/// An argument of a row function over some rows: a column of them, or what is the same in each.
enum Operand: Sendable {
  case constant(Value, DataType)
  case list(ConstantList)
  case column(Column)

  var type: DataType {
    switch self {
    case .constant(_, let type): type
    case .list(let list): .list(list.elements.type)
    case .column(let column): column.type
    }
  }

  /// Whether it is the same in every row.
  var isConstant: Bool { if case .column = self { false } else { true } }

  /// The value, where it is the same in every row and not a list.
  var value: Value? {
    if case .constant(let value, _) = self { value } else { nil }
  }
}

/// A row function at work on a range of rows.
struct RowCall {
  let arguments: [Operand]
  let rowCount: Int
  let resultType: DataType
  /// Which rows of the table these are, for errors that name one.
  let numbers: RowNumbers
  let span: SourceSpan?

  /// An argument as a column, constants repeated.
  func column(_ index: Int) throws(Diagnostic) -> Column { try arguments[index].column(count: rowCount) }
}

/// An aggregate at work: a value for each slice of rows.
struct GroupCall {
  let arguments: [Operand]
  let slices: GroupSlices
  let rowCount: Int
  let span: SourceSpan?

  func column(_ index: Int) throws(Diagnostic) -> Column { try arguments[index].column(count: rowCount) }
}

/// An aggregate at work beside rows: a value for each frame.
struct FrameCall {
  let arguments: [Operand]
  let frames: Frames
  let rowCount: Int

  func column(_ index: Int) throws(Diagnostic) -> Column { try arguments[index].column(count: rowCount) }
}

/// A window function at work: a value for each row, in the order of the table.
struct WindowCall {
  let arguments: [Operand]
  let window: Tables.Window
  let rowCount: Int

  func column(_ index: Int) throws(Diagnostic) -> Column { try arguments[index].column(count: rowCount) }
}

extension Operand {
  /// The values row by row, constants repeated.
  func column(count: Int) throws(Diagnostic) -> Column {
    switch self {
    case .column(let column): return column
    case .constant(let value, let type): return try Column(repeating: value, type, count: count)
    case .list(let list):
      let one = Column(
        .list(list.elements.type),
        .list(ListValues(offsets: Buffer([0, list.elements.count]), child: list.elements)))
      return try gather(one, rows: [UInt32](repeating: 0, count: count))
    }
  }
}
