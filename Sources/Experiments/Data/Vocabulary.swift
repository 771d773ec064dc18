public import Diagnostics
import Parallelism
public import Tables

/// The ids of users or items, in ascending order. Only a vocabulary converts between ids and indices.
///
/// Ids are whole numbers of any type, text (in the order of its bytes), or floats with whole values, which become
/// `i64`. A null or NaN is not an id.
public struct Vocabulary: Sendable {
  /// The distinct ids, ascending, without nulls.
  public let ids: Column
  /// The name of one of them in messages: `user`, `item`.
  public let role: String
  private let index: Index

  private enum Index: Sendable {
    case numbers(IntegerIndex)
    case texts([Text: Int32])
  }

  public var count: Int { ids.count }

  /// The vocabulary of a column, and the index of every row: −1 for a row without an id.
  ///
  /// - Complexity: O(rows + distinct · log distinct).
  /// - Throws: a column with neither whole numbers nor text; a float that is not whole.
  public static func encoding(_ column: Column, role: String) throws(Diagnostic) -> (Vocabulary, indices: [Int32]) {
    if column.type == .string, case .text(let texts) = column.values {
      return try encoding(texts, validity: column.validity, role: role)
    }
    guard column.type.isInteger || column.type.isFloat,
      let encoded = try column.values.run(Encoding(column: column, role: role))
    else { throw .notIDs(column.type, role: role) }
    return encoded
  }

  /// Whole numbers encoded in the width in which they are stored, floats as `i64`.
  private struct Encoding: NumberKernel {
    let column: Column
    let role: String

    func integers<Number: ColumnElement & FixedWidthInteger>(
      _ buffer: Buffer<Number>
    ) throws(Diagnostic) -> (Vocabulary, indices: [Int32]) { try Vocabulary.encoding(buffer, column, role) }

    func floats<Number: ColumnElement & BinaryFloatingPoint>(
      _ buffer: Buffer<Number>
    ) throws(Diagnostic) -> (Vocabulary, indices: [Int32]) {
      try Vocabulary.encoding(column.withWholeNumbers(role: role), role: role)
    }
  }

  private static func encoding<Element: FixedWidthInteger & ColumnElement>(
    _ values: Buffer<Element>, _ column: Column, _ role: String
  ) throws(Diagnostic) -> (Vocabulary, indices: [Int32]) {
    let (numbers, index, places) = try IntegerIndex.encoding(values, validity: column.validity)
    let ids = Column(numbers.map { Element(truncatingIfNeeded: $0) })
    return (Vocabulary(ids: ids, role: role, index: .numbers(index)), places)
  }

  private static func encoding(
    _ texts: TextValues, validity: Bitmap?, role: String
  ) throws(Diagnostic) -> (Vocabulary, indices: [Int32]) {
    let codes = texts.codes.span
    var isUsed = [Bool](repeating: false, count: texts.dictionary.count)
    for row in codes.indices where validity.map({ $0[row] }) ?? true { isUsed[Int(codes[row])] = true }
    let entries = isUsed.indices.filter { isUsed[$0] }.map { (text: texts.dictionary[$0], code: $0) }
      .sorted { $0.text < $1.text }
    var placeOfCode = [Int32](repeating: -1, count: isUsed.count)
    var distinct: [Text] = []
    for entry in entries {
      if entry.text != distinct.last { distinct.append(entry.text) }
      placeOfCode[entry.code] = Int32(distinct.count - 1)
    }
    let vocabulary = Vocabulary(
      ids: Column(.string, .text(TextValues(distinct))), role: role,
      index: .texts(Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1, Int32($0)) })))
    return (vocabulary, try places(texts.codes, validity: validity, placeOfCode))
  }

  private static func places(
    _ codes: Buffer<UInt32>, validity: Bitmap?, _ placeOfCode: [Int32]
  ) throws(Diagnostic) -> [Int32] {
    try buildArray(count: codes.count, grain: IntegerIndex.grain) { (range, places) in
      let codes = codes.span
      for row in range {
        let isThere = validity.map { $0[row] } ?? true
        places[row - range.lowerBound] = isThere ? placeOfCode[Int(codes[row])] : -1
      }
    }
  }

  /// The indices of another column's ids, compared by value: −1 for a missing or unknown id.
  ///
  /// - Throws: a column of another kind, text where ids are numbers.
  public func indices(of column: Column) throws(Diagnostic) -> [Int32] {
    switch (index, column.values) {
    case (_, .null(let count)): return [Int32](repeating: -1, count: count)
    case (.texts(let known), .text(let texts)) where column.type == .string:
      let placeOfCode = (0..<texts.dictionary.count).map { known[texts.dictionary[$0]] ?? -1 }
      return try Vocabulary.places(texts.codes, validity: column.validity, placeOfCode)
    case (.numbers(let known), let values) where column.type.isInteger:
      if let places = try values.run(Places(index: known, validity: column.validity)) ?? nil { return places }
    case (.numbers, _) where column.type.isFloat: return try indices(of: column.withWholeNumbers(role: role))
    default: break
    }
    throw .idsOfAnotherKind(column.type, known: ids.type, role: role)
  }

  /// The indices of whole numbers.
  private struct Places: NumberKernel {
    let index: IntegerIndex
    let validity: Bitmap?

    func integers<Number: ColumnElement & FixedWidthInteger>(_ buffer: Buffer<Number>) throws(Diagnostic) -> [Int32]? {
      try index.places(of: buffer, validity: validity)
    }

    func floats<Number: ColumnElement & BinaryFloatingPoint>(_ buffer: Buffer<Number>) throws(Diagnostic) -> [Int32]? {
      nil
    }
  }

  /// The index of an id that a person typed; nil if the vocabulary does not have it.
  ///
  /// - Throws: an id of another kind, such as text if ids are numbers.
  public func index(of id: Value) throws(Diagnostic) -> Int32? {
    let place: Int32
    switch (index, id) {
    case (.texts(let known), .text(let text)): place = known[text] ?? -1
    case (.numbers(let known), .integer(let number)): place = Int64(exactly: number).map(known.place) ?? -1
    case (.numbers(let known), .float(let number)): place = Int64(exactly: number).map(known.place) ?? -1
    default: throw .idOfAnotherKind(id, known: ids.type, role: role)
    }
    return place < 0 ? nil : place
  }

  /// The index of an id.
  ///
  /// - Throws: an id that the vocabulary does not have, or of another kind.
  public func requireIndex(of id: Value) throws(Diagnostic) -> Int32 {
    guard let index = try index(of: id) else { throw .unknownID(id, self) }
    return index
  }

  /// The ids of some indices.
  public func ids(at indices: [Int32]) throws(Diagnostic) -> Column {
    try gather(ids, rows: indices.map { UInt32($0) })
  }

  /// A whole number in 0…2³²−1 for every id: the id itself if it is such a number, otherwise a hash of it.
  public func seeds() throws(Diagnostic) -> [Int64] {
    if case .i32(let numbers) = ids.values, ids.type.isInteger { return try seeds(numbers) }
    if case .i64(let numbers) = ids.values, ids.type.isInteger { return try seeds(numbers) }
    return try buildArray(count: count, grain: IntegerIndex.grain) { (range, seeds) in
      for place in range { seeds[place - range.lowerBound] = Vocabulary.seed(of: ids[place]) }
    }
  }

  private func seeds<Element: FixedWidthInteger & ColumnElement>(
    _ numbers: Buffer<Element>
  ) throws(Diagnostic) -> [Int64] {
    try buildArray(count: count, grain: IntegerIndex.grain) { (range, seeds) in
      let numbers = numbers.span
      for place in range {
        let number = numbers[place]
        seeds[place - range.lowerBound] =
          UInt32(exactly: number).map(Int64.init) ?? Vocabulary.seed(of: .integer(Int128(number)))
      }
    }
  }

  static func seed(of id: Value) -> Int64 {
    switch id {
    case .integer(let number):
      if let seed = UInt32(exactly: number) { return Int64(seed) }
      return Int64(KeyedBits(key: 0).bits(UInt64(truncatingIfNeeded: number)) >> 32)
    case .float(let number):
      return Int128(exactly: number).map { seed(of: .integer($0)) } ?? 0
    case .text(let text):
      let hash = text.bytes.array.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
      return Int64(hash >> 32)
    default: return 0
    }
  }
}

extension Column {
  /// Converts floats to whole numbers; NaN becomes null.
  ///
  /// - Throws: a float that is not whole.
  func withWholeNumbers(role: String) throws(Diagnostic) -> Column {
    let values: [Double] =
      switch self.values {
      case .f32(let buffer): buffer.array.map(Double.init)
      case .f64(let buffer): buffer.array
      default: []
      }
    let present = Bitmap(values.indices.lazy.map { !isNull($0) && !values[$0].isNaN })
    let numbers = try buildArray(count: values.count, grain: IntegerIndex.grain, of: Int64.self) {
      (range, numbers) throws(Diagnostic) in
      for row in range {
        guard present[row] else {
          numbers[row - range.lowerBound] = 0
          continue
        }
        guard let number = Int64(exactly: values[row]) else { throw .notWhole(values[row], row: row, role: role) }
        numbers[row - range.lowerBound] = number
      }
    }
    return Column(numbers, validity: present)
  }
}
