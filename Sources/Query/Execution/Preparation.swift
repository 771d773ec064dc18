import Diagnostics
import Tables

/// Prepares an expression for evaluation by row ranges.
///
/// Aggregates of the whole table become constants, and window functions become columns. An expression that depends on
/// only one text column, with fewer dictionary entries than half of the rows, is computed once per entry and looked up
/// by code. Constant lists become lookup sets.
struct Preparation {
  /// The table's columns, then the computed columns.
  private(set) var columns: [Column]
  private(set) var sets: [ObjectIdentifier: MembershipSet] = [:]
  /// The columns that the prepared expressions use.
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
      // Each row range would make its own dictionary, and all of these would have to be merged; so the whole column is
      // converted at once. Integers and dates are fast to write, so they are converted range by range, which takes less
      // memory.
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

  /// Replaces an expression by a computed column.
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

  /// Computes the expression once per dictionary entry of the only text column on which it depends; nil if this is not
  /// possible or would cost more than computing it per row.
  private mutating func lookUp(_ expression: BoundExpression) throws(Diagnostic) -> BoundExpression? {
    let indices = expression.columnIndices
    guard let index = indices.first, indices.count == 1, !expression.looksBeyondItsRow, !expression.holdsElement,
      case .text(let text) = columns[index].values, text.dictionary.count < rowCount / 2
    else { return nil }
    let count = text.dictionary.count
    // One row per dictionary entry, and one null.
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
      // The failing entry may occur in no row: compute by rows instead, which also gives the row number of an error.
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
  /// Whether writing a value as text costs no more than looking up a text that was written before.
  fileprivate var isSoonWritten: Bool { isInteger || self == .date }
}
