public import Diagnostics

/// The state of a fitted model as named arrays of numbers, for storing in a file.
///
/// Names are paths: `learned/history/loss`, `learned/0/kind`. Every array is read with its expected type and length; an
/// array with another type or length is an error.
public struct ModelArchive: Sendable {
  /// An array by the type of its elements.
  enum Values: Sendable {
    case bytes([UInt8])
    case integers([Int32])
    case longs([Int64])
    case floats([Float])
    case doubles([Double])

    var count: Int {
      switch self {
      case .bytes(let values): values.count
      case .integers(let values): values.count
      case .longs(let values): values.count
      case .floats(let values): values.count
      case .doubles(let values): values.count
      }
    }
  }

  /// The arrays in the order in which they were stored.
  private(set) var entries: [(name: String, values: Values)] = []
  private var places: [String: Int] = [:]

  public init() {}

  /// The bytes of all arrays.
  public var byteCount: Int { entries.reduce(0) { $0 + $1.values.byteCount } }

  // MARK: - Storing

  mutating func store(_ name: String, _ values: Values) {
    if let place = places[name] {
      entries[place].values = values
    } else {
      places[name] = entries.count
      entries.append((name, values))
    }
  }

  public mutating func store(_ name: String, _ values: [UInt8]) { store(name, .bytes(values)) }
  public mutating func store(_ name: String, _ values: [Int32]) { store(name, .integers(values)) }
  public mutating func store(_ name: String, _ values: [Int64]) { store(name, .longs(values)) }
  public mutating func store(_ name: String, _ values: [Float]) { store(name, .floats(values)) }
  public mutating func store(_ name: String, _ values: [Double]) { store(name, .doubles(values)) }
  public mutating func store(_ name: String, _ values: [Int]) { store(name, .longs(values.map { Int64($0) })) }
  public mutating func store(_ name: String, _ text: String) { store(name, .bytes(Array(text.utf8))) }
  /// Stores lines of text; an empty list is not stored.
  public mutating func store(_ name: String, lines: [String]) {
    if !lines.isEmpty { store(name, lines.joined(separator: "\n")) }
  }

  /// Stores all arrays of another archive, with `prefix` and a slash before their names.
  public mutating func store(_ prefix: String, part: ModelArchive) {
    for entry in part.entries { store("\(prefix)/\(entry.name)", entry.values) }
  }

  // MARK: - Reading

  public func has(_ name: String) -> Bool { places[name] != nil }

  /// The arrays whose names begin with `prefix` and a slash, as an archive with the rest of the names.
  public func part(_ prefix: String) -> ModelArchive {
    var part = ModelArchive()
    for entry in entries where entry.name.hasPrefix(prefix + "/") {
      part.store(String(entry.name.dropFirst(prefix.count + 1)), entry.values)
    }
    return part
  }

  /// The array with a name. The functions below do the same for other types of elements.
  ///
  /// - `count`: the length that the array must have; nil allows any length.
  /// - Throws: an array that is missing, has another type, or has another length.
  public func bytes(_ name: String, count: Int? = nil) throws(Diagnostic) -> [UInt8] {
    guard case .bytes(let values) = try values(name, count) else { throw .damagedModel("`\(name)` is of another type") }
    return values
  }

  public func integers(_ name: String, count: Int? = nil) throws(Diagnostic) -> [Int32] {
    guard case .integers(let values) = try values(name, count) else {
      throw .damagedModel("`\(name)` is of another type")
    }
    return values
  }

  public func longs(_ name: String, count: Int? = nil) throws(Diagnostic) -> [Int64] {
    guard case .longs(let values) = try values(name, count) else { throw .damagedModel("`\(name)` is of another type") }
    return values
  }

  public func floats(_ name: String, count: Int? = nil) throws(Diagnostic) -> [Float] {
    guard case .floats(let values) = try values(name, count) else {
      throw .damagedModel("`\(name)` is of another type")
    }
    return values
  }

  public func doubles(_ name: String, count: Int? = nil) throws(Diagnostic) -> [Double] {
    guard case .doubles(let values) = try values(name, count) else {
      throw .damagedModel("`\(name)` is of another type")
    }
    return values
  }

  /// A single whole number in `range`.
  public func number(_ name: String, in range: ClosedRange<Int>) throws(Diagnostic) -> Int {
    let value = Int(try longs(name, count: 1)[0])
    guard range.contains(value) else { throw .damagedModel("`\(name)` is out of range") }
    return value
  }

  /// An array of indices, each in `range`.
  public func indices(_ name: String, count: Int? = nil, in range: Range<Int>) throws(Diagnostic) -> [Int32] {
    let values = try integers(name, count: count)
    guard values.allSatisfy({ range.contains(Int($0)) }) else { throw .damagedModel("`\(name)` is out of range") }
    return values
  }

  /// The text with a name.
  ///
  /// - Throws: a text that is missing or not valid UTF-8.
  public func text(_ name: String) throws(Diagnostic) -> String {
    guard let text = String(validating: try bytes(name), as: UTF8.self) else {
      throw .damagedModel("`\(name)` is no text")
    }
    return text
  }

  /// The lines of text that `store(_:lines:)` stored.
  public func lines(_ name: String) throws(Diagnostic) -> [String] {
    guard has(name) else { return [] }
    return try text(name).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private func values(_ name: String, _ count: Int?) throws(Diagnostic) -> Values {
    guard let place = places[name] else { throw .damagedModel("`\(name)` is missing") }
    let values = entries[place].values
    if let count, values.count != count {
      throw .damagedModel("`\(name)` has \(values.count) elements instead of \(count)")
    }
    return values
  }
}

extension Diagnostic {
  /// An error for a damaged model file; `what` says what is wrong with it.
  public static func damagedModel(_ what: String) -> Diagnostic {
    Diagnostic(
      "this model file is damaged: \(what)", hint: "fit the model again and save it, or take another copy of the file")
  }

  static func newerModel(_ version: UInt32) -> Diagnostic {
    Diagnostic(
      "this model file has format \(version), and this Lectern reads up to \(ModelArchive.version)",
      hint: "it was written by a newer Lectern: update this one")
  }

  static func unknownArchivedModel(_ name: String) -> Diagnostic {
    Diagnostic(
      "this model file holds a `\(name)`, which this Lectern does not know",
      hint: "it was written by another Lectern: update this one")
  }
}
