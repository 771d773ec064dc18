import Diagnostics
import Tables

/// Makes an expression ready to run row by row.
///
/// Aggregates of the whole table become constants and windows become columns. What depends on a single text column
/// with fewer distinct texts than rows is computed once a text and looked up by code. Constant lists are made into
/// sets.
struct Preparation {
  /// The table's columns, then what was computed.
  private(set) var columns: [Column]
  private(set) var sets: [ObjectIdentifier: MembershipSet] = [:]
  /// The columns that the prepared expressions name.
  private(set) var used: Set<Int> = []
  let rowCount: Int

  init(columns: [Column], rowCount: Int) {
    self.columns = columns
    self.rowCount = rowCount
  }

  mutating func prepare(_ expression: BoundExpression) throws(Diagnostic) -> BoundExpression {
    switch expression.node {
    case .constant, .list, .element: return expression
    case .column(let index, _):
      used.insert(index)
      return expression
    case .aggregate(let function, let arguments):
      return try wholeTable(function, arguments, in: expression)
    case .window(let function, let arguments, let window):
      let evaluator = TableEvaluator(columns: columns, rowCount: rowCount)
      return keep(try evaluator.window(function, arguments, window, in: expression), for: expression)
    case .membership(_, let list, _):
      if sets[ObjectIdentifier(list)] == nil { sets[ObjectIdentifier(list)] = MembershipSet(list.elements) }
    case .cast(let operand, _) where expression.type == .string && rowCount > TableEvaluator.runLength:
      // Every run would make a dictionary of its own, and all of them would have to be merged. Whole numbers and dates
      // are soon written: their texts are part of something longer and need not be there for all rows at once.
      if let index = operand.columnIndex, columns[index].type != .string, !columns[index].type.isSoonWritten {
        let text = try located(at: expression.span) { () throws(Diagnostic) in
          try converted(columns[index], to: .string)
        }
        if text.nullCount == columns[index].nullCount { return keep(text, for: expression) }
      }
    default: break
    }
    if let looked = try lookUp(expression) { return looked }
    var prepared = self
    let result = try expression.mappingChildren { (child) throws(Diagnostic) in try prepared.prepare(child) }
    self = prepared
    return result
  }

  /// A computed column in the place of the expression it was computed from.
  private mutating func keep(_ column: Column, for expression: BoundExpression) -> BoundExpression {
    columns.append(column)
    used.insert(columns.count - 1)
    return BoundExpression(
      .column(columns.count - 1, name: expression.description), expression.type, span: expression.span)
  }

  private mutating func wholeTable(
    _ function: Function, _ arguments: [BoundExpression], in expression: BoundExpression
  ) throws(Diagnostic) -> BoundExpression {
    let evaluator = TableEvaluator(columns: columns, rowCount: rowCount)
    let column = try evaluator.aggregate(
      function, arguments, over: GroupSlices(rowCount: rowCount), span: expression.span)
    if case .list(let lists) = column.values {
      return BoundExpression(.list(ConstantList(lists.child[lists.range(0)])), expression.type, span: expression.span)
    }
    return BoundExpression(.constant(column[0]), expression.type, span: expression.span)
  }

  /// The expression computed once for every distinct text of the one column it depends on; nil where that is not so,
  /// or would cost more than the rows do.
  private mutating func lookUp(_ expression: BoundExpression) throws(Diagnostic) -> BoundExpression? {
    let indices = expression.columnIndices
    guard let index = indices.first, indices.count == 1, !expression.looksBeyondItsRow, !expression.holdsElement,
      case .text(let text) = columns[index].values, text.dictionary.count < rowCount / 2
    else { return nil }
    let count = text.dictionary.count
    // One row a text, and one that is null.
    let entries = Column(
      columns[index].type,
      .text(
        TextValues(codes: Buffer((0..<UInt32(count)).map { $0 } + [0]), dictionary: text.dictionary)),
      validity: Bitmap((0...count).map { $0 < count }))
    let computed: Column
    do throws(Diagnostic) {
      computed = try TableEvaluator(columns: [entries], rowCount: count + 1).column(
        expression.mappingColumns([index: 0]))
    } catch {
      // A text that fails may stand in no row: the rows decide, and name the one that fails.
      if error.kind == .error { return nil }
      throw error
    }
    var codes = text.codes.array
    if let validity = columns[index].validity {
      for row in 0..<rowCount where !validity[row] { codes[row] = UInt32(count) }
    }
    return keep(try gather(computed, rows: codes), for: expression)
  }
}

extension DataType {
  /// Whether writing values as texts, run by run, costs no more than looking up what was written once.
  fileprivate var isSoonWritten: Bool { isInteger || self == .date }
}
