import Tables

// What is known about nulls and failures before anything runs. If it is not certain, the answer is “may”.

extension Plan {
  /// Whether an expression over the plan's columns may be null in some row.
  func mayBeNull(_ expression: BoundExpression) -> Bool {
    switch expression.node {
    case .constant(let value): value.isNull
    case .list, .nullTest: false
    case .column(let index, _): mayBeNull(column: index)
    case .membership(let operand, let list, _): list.elements.validity != nil || mayBeNull(operand)
    case .negate, .not, .conditional: expression.children.contains { mayBeNull($0) }
    case .binary(let operation, let left, let right):
      !expression.holdsWhereNull && (operation == .power || mayBeNull(left) || mayBeNull(right))
    case .cast(let operand, let mode): mode == .lenient || mayBeNull(operand)
    case .field, .call, .aggregate, .window, .element: true
    }
  }

  private func mayBeNull(column index: Int) -> Bool {
    switch self {
    case .scan(let source): source.mayHoldNulls(index)
    case .remote: true
    case .filter(let input, _), .sort(let input, _), .slice(let input, _, _), .distinct(let input, _, _):
      input.mayBeNull(column: index)
    case .project(let input, let columns): input.mayBeNull(columns[index].expression)
    case .aggregate(let input, let keys, _): index >= keys.count || input.mayBeNull(keys[index].expression)
    case .join(let left, _, let join):
      join.kind == .full || (!join.keepsOnlyLeft && index >= left.columnCount) || left.mayBeNull(column: index)
    case .concatenate(let inputs): inputs.contains { $0.mayBeNull(column: index) }
    case .operation(let input, let operation):
      operation.filterPassThrough[index].map { input.mayBeNull(column: $0) } ?? true
    }
  }
}

extension TableSource {
  /// Whether a column may contain nulls, without reading it.
  fileprivate func mayHoldNulls(_ column: Int) -> Bool {
    if let memory = self as? TableInMemory {
      let known = memory.table.columns[column]
      return known.type == .null || known.validity != nil
    }
    return partitions.contains { $0.nullCount(of: column) != 0 }
  }
}

extension BoundExpression {
  /// Whether some value could cause an error: overflow, a lossy cast, a division by zero.
  ///
  /// Only a condition that cannot fail may be evaluated for rows that it would not get in the pipeline as written.
  var mayFail: Bool {
    switch node {
    case .binary(let operation, _, let right) where !operation.isComparison && operation != .and && operation != .or:
      if type == .f32 || type == .f64 { break }
      switch (operation, right.constantValue) {
      case (.floorDivide, .integer(let divisor)?), (.remainder, .integer(let divisor)?):
        if divisor == 0 || divisor == -1 { return true }
      default: return true
      }
    case .negate: if !type.isFloat { return true }
    case .cast(let operand, .strict), .cast(let operand, .exact): if !operand.type.widens(to: type) { return true }
    case .call(let function, _): if !function.traits.contains(.neverFails) { return true }
    default: break
    }
    return children.contains(where: \.mayFail)
  }
}

extension DataType {
  /// Whether the other type can hold every value.
  fileprivate func widens(to other: DataType) -> Bool {
    if self == other || self == .null { return true }
    switch (self, other) {
    case (.i8, .i16), (.i8, .i32), (.i8, .i64), (.i16, .i32), (.i16, .i64), (.i32, .i64), (.u8, .u16), (.u8, .u32),
      (.u8, .u64), (.u16, .u32), (.u16, .u64), (.u32, .u64), (.u8, .i16), (.u8, .i32), (.u8, .i64), (.u16, .i32),
      (.u16, .i64), (.u32, .i64), (.f32, .f64), (.i8, .f64), (.i16, .f64), (.i32, .f64), (.u8, .f64), (.u16, .f64),
      (.u32, .f64):
      return true
    default: return false
    }
  }
}
