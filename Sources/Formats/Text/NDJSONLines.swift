import Diagnostics
import Tables

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The lines of a file of JSON objects.
struct NDJSONLines: Sendable {
  private let input: InputFile
  /// Where the first line starts, behind a byte order mark.
  let first: Int

  init(_ input: InputFile) {
    self.input = input
    first = input.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  private var bytes: UnsafeRawBufferPointer { input.bytes }

  /// Where runs of about `grain` bytes start, at lines; the end is the last.
  func starts(grain: Int) -> [Int] {
    var starts = [first]
    while let start = starts.last, start < bytes.count - grain {
      let next = lineEnd(start + grain) + 1
      if next >= bytes.count { break }
      starts.append(next)
    }
    return starts + [bytes.count]
  }

  /// Runs of lines that show what a file holds: its first `size` bytes, and a few kilobytes at many other places.
  func sample(upTo size: Int) -> [Range<Int>] {
    guard bytes.count > 2 * size else { return [first..<bytes.count] }
    let (places, length) = (64, 1 << 13)
    let others = (1...places).compactMap { place -> Range<Int>? in
      let start = lineEnd(min(bytes.count - length, bytes.count / places * place)) + 1
      return start < bytes.count ? start..<min(bytes.count, lineEnd(start + length) + 1) : nil
    }
    return [first..<min(bytes.count, lineEnd(size) + 1)] + others
  }

  /// How many lines of a run hold something.
  func rowCount(_ range: Range<Int>) -> Int {
    var count = 0
    var start = range.lowerBound
    while start < range.upperBound {
      let end = lineEnd(start)
      if !isBlank(start..<end) { count += 1 }
      start = end + 1
    }
    return count
  }

  /// The objects of a run of lines, at most `limit` of them.
  func rows(_ range: Range<Int>, limit: Int = .max) throws(Diagnostic) -> JSONRows {
    var rows = JSONRows()
    var start = range.lowerBound
    while start < range.upperBound, rows.count < limit {
      let end = lineEnd(start)
      if !isBlank(start..<end) {
        var parser = JSONParser(bytes, start..<end)
        guard case .structure(let names, let values)? = parser.parse() else {
          let line = bytes[..<start].reduce(1) { $0 + ($1 == TextDialect.newline ? 1 : 0) }
          throw Diagnostic("line \(line) is no JSON object", place: "\(input.path):\(line)")
        }
        rows.append(names, values)
      }
      start = end + 1
    }
    return rows
  }

  /// The end of the line that a byte stands on.
  private func lineEnd(_ start: Int) -> Int {
    guard start < bytes.count, let base = bytes.baseAddress,
      let found = memchr(base + start, Int32(TextDialect.newline), bytes.count - start)
    else { return bytes.count }
    return UnsafeRawPointer(found) - base
  }

  private func isBlank(_ range: Range<Int>) -> Bool {
    bytes[range].allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == TextDialect.carriageReturn }
  }
}

/// Some objects, name by name.
struct JSONRows: Sendable {
  private(set) var fields = JSONFields()
  private(set) var count = 0
  /// The values of every field as far as it goes; rows behind the last value have none.
  private var values: [[Value]] = []

  mutating func append(_ names: [String], _ row: [Value]) {
    for (name, value) in zip(names, row) {
      let index = fields.index(adding: name)
      if index == values.count { values.append([]) }
      for _ in values[index].count..<count { values[index].append(.null) }
      values[index].append(value)
      fields.join(JSONTypes.type(of: value), at: index)
    }
    count += 1
  }

  /// The values of a name; nulls where no row has it.
  func column(_ name: String, as type: DataType) throws(Diagnostic) -> Column {
    guard let index = fields.index(of: name) else { return .nulls(type, count: count) }
    var fitted = values[index].map { JSONTypes.fitted($0, to: type) }
    for _ in fitted.count..<count { fitted.append(.null) }
    return try Column(type, fitted)
  }
}

/// The names that occur in objects, in order of first appearance, and the types of their values.
struct JSONFields: Sendable {
  private(set) var all: [Field] = []
  private var positions: [String: Int] = [:]

  func index(of name: String) -> Int? { positions[name] }

  /// The type of a name's values; null where it does not occur.
  func type(of name: String) -> DataType { positions[name].map { all[$0].type } ?? .null }

  /// Whether a field's type holds values of another.
  func holds(_ type: DataType, at index: Int) -> Bool { JSONTypes.joined(all[index].type, type) == all[index].type }

  mutating func index(adding name: String) -> Int {
    if let known = positions[name] { return known }
    all.append(Field(name, .null))
    positions[name] = all.count - 1
    return all.count - 1
  }

  mutating func join(_ type: DataType, at index: Int) {
    if all[index].type != type { all[index].type = JSONTypes.joined(all[index].type, type) }
  }

  mutating func join(_ other: JSONFields) {
    for field in other.all { join(field.type, at: index(adding: field.name)) }
  }

  /// What the whole file showed that its samples did not.
  func changes(since sampled: JSONFields) -> [String] {
    all.compactMap { field in
      guard let index = sampled.index(of: field.name) else {
        return "`\(field.name)` is a column too: the first lines do not have it"
      }
      let (before, after) = (JSONTypes.settled(sampled.all[index].type), JSONTypes.settled(field.type))
      if sampled.all[index].type == .null || before == after { return nil }
      return "`\(field.name)` is \(after), not \(before)"
    }
  }
}
