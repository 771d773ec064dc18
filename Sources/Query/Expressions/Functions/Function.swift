import Diagnostics
import Tables

/// A function of the language: its name, parameters, result type and implementation.
///
/// One value of this type defines a function completely; help, completion, type errors and the manual are derived from
/// it. All of them are in `functions`.
public struct Function: Sendable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Depends on one row.
    case row
    /// Depends on all rows of a group and gives one value per group.
    case aggregate
    /// Depends on all rows of a group in an order and gives one value per row.
    case window
  }

  public let name: String
  /// Other names for the function: `nunique` for `n_unique`.
  public let synonyms: [String]
  /// The section of the manual: `numbers`, `text`, `dates`, `lists`.
  public let topic: String
  public let parameters: [Parameter]
  /// One sentence, without the full stop.
  public let summary: String
  public let examples: [Example]

  /// Properties on which the planner and the optimiser rely.
  public struct Traits: OptionSet, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// It never fails for arguments of its types.
    public static let neverFails = Traits(rawValue: 1)
    /// An aggregate whose value depends on the order of its rows.
    public static let dependsOnOrder = Traits(rawValue: 2)
    /// An aggregate that depends only on the distinct values of a group and their first-occurrence order.
    public static let seesDistinctValues = Traits(rawValue: 4)
    /// It evaluates an argument only in rows where all arguments before it are null.
    public static let takesFirstKnown = Traits(rawValue: 8)
    /// An aggregate that ignores rows in which its arguments are null.
    public static let skipsNulls = Traits(rawValue: 16)
    /// A null in place of a constant has a meaning of its own; for other functions the result is null.
    public static let takesNullConstants = Traits(rawValue: 32)
  }

  public let traits: Traits

  /// How the partial results of an aggregate for several row ranges are merged.
  enum Merging: Sendable {
    /// By the same aggregate: the minimum of the minima.
    case byItself
    case bySum
    /// From the sums and counts of the row ranges and, except for the mean, from their Σ(x − mean)².
    case byMoments(Moment)
    /// From the distinct values and their counts; nil if the arguments do not allow this.
    case byCounts(@Sendable ([BoundExpression]) -> Aggregate?)

    enum Moment: Sendable { case mean, variance, deviation }
  }

  /// Nil if the aggregate needs all rows of a group at once.
  let merging: Merging?

  /// Checks the arguments further than `Parameter.accepts`, casts them to the types that the kernel needs, and returns
  /// the type of the result.
  let typing: @Sendable (inout [BoundExpression]) throws(Diagnostic) -> DataType
  let body: Body
  /// An incremental algorithm of the aggregate for frames, with one value per frame. Nil, or a nil result, if there is
  /// none.
  let framed: (@Sendable (FrameCall) throws(Diagnostic) -> Column?)?
  /// The name of the aggregate without the condition, for an aggregate made by `filtered`.
  public let unfilteredName: String?

  enum Body: Sendable {
    case row(@Sendable (RowCall) throws(Diagnostic) -> Column)
    /// Gives one list per row, from the lists and the values of a formula for each of their elements.
    case elements(@Sendable (_ lists: Column, _ values: Column) throws(Diagnostic) -> Column)
    /// Gives one value per slice.
    case aggregate(@Sendable (GroupCall) throws(Diagnostic) -> Column)
    /// Gives one value per row.
    case window(@Sendable (WindowCall) throws(Diagnostic) -> Column)
  }

  public var kind: Kind {
    switch body {
    case .row, .elements: .row
    case .aggregate: .aggregate
    case .window: .window
    }
  }

  /// Whether its second argument is a formula for each element of its first argument, a list.
  var takesFormula: Bool { if case .elements = body { true } else { false } }

  /// The call as help shows it: `round(x, ⟨digits⟩)`. Optional parameters are in angle brackets.
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

/// A parameter of a function.
public struct Parameter: Sendable, Hashable {
  public let name: String
  public let accepts: Accepts
  public let isOptional: Bool
  /// Whether any number of arguments may follow from here on.
  public let isRepeated: Bool
  /// Whether the argument must be constant.
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
        return type == .date || type.isMoment
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

/// The value of an argument for a row range: a column, or a constant.
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

  /// Whether the operand has the same value in every row.
  var isConstant: Bool { if case .column = self { false } else { true } }

  /// The value, if it is a constant that is not a list.
  var value: Value? {
    if case .constant(let value, _) = self { value } else { nil }
  }
}

/// A call of a row function for a row range.
struct RowCall {
  let arguments: [Operand]
  let rowCount: Int
  let resultType: DataType
  /// The numbers of these rows in the table, for error messages.
  let numbers: RowNumbers
  let span: SourceSpan?

  /// An argument as a column; constants are repeated.
  func column(_ index: Int) throws(Diagnostic) -> Column { try arguments[index].column(count: rowCount) }
}

/// A call of an aggregate: one value per slice of rows.
struct GroupCall {
  let arguments: [Operand]
  let slices: GroupSlices
  let rowCount: Int
  let span: SourceSpan?

  func column(_ index: Int) throws(Diagnostic) -> Column { try arguments[index].column(count: rowCount) }
}

/// A call of an aggregate over frames: one value per frame.
struct FrameCall {
  let arguments: [Operand]
  let frames: Frames
  let rowCount: Int

  func column(_ index: Int) throws(Diagnostic) -> Column { try arguments[index].column(count: rowCount) }
}

/// A call of a window function: one value per row, in table order.
struct WindowCall {
  let arguments: [Operand]
  let window: Tables.Window
  let rowCount: Int

  func column(_ index: Int) throws(Diagnostic) -> Column { try arguments[index].column(count: rowCount) }
}

extension Operand {
  /// The values as a column; constants are repeated.
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
