import Diagnostics
import Tables

/// A name that occurs in objects, with the kind of its values.
struct JSONField: Sendable, Hashable {
  var name: String
  var kind: JSONKind
}

/// The names that occur in objects, in first-occurrence order, with the kinds of their values.
struct JSONFields: Sendable, Hashable {
  private(set) var all: [JSONField] = []
  private var positions: [String: Int] = [:]

  static func == (left: JSONFields, right: JSONFields) -> Bool { left.all == right.all }

  func hash(into hasher: inout Hasher) { hasher.combine(all) }

  func index(of name: String) -> Int? { positions[name] }

  /// The kind of a name's values; null if the name does not occur.
  func kind(of name: String) -> JSONKind { positions[name].map { all[$0].kind } ?? .null }

  /// - Parameter place: where the name stands in its object; objects often have the same names in the same order.
  mutating func index(adding name: String, near place: Int) -> Int {
    if place < all.count, all[place].name == name { return place }
    if let known = positions[name] { return known }
    all.append(JSONField(name: name, kind: .null))
    positions[name] = all.count - 1
    return all.count - 1
  }

  mutating func join(_ value: Value, at index: Int) { all[index].kind.join(value) }

  /// Adds the members of an object.
  mutating func join(_ names: [String], _ values: [Value]) {
    for (place, name) in names.enumerated() { join(values[place], at: index(adding: name, near: place)) }
  }

  mutating func join(_ other: JSONFields) {
    for (place, field) in other.all.enumerated() { all[index(adding: field.name, near: place)].kind.join(field.kind) }
  }

  /// Notes on fields whose kind in the whole file differs from the one in the samples.
  ///
  /// - Parameter asked: fields whose types the user chose.
  func changes(since sampled: JSONFields, asked: Set<String>) -> [String] {
    let notes = all.compactMap { field -> String? in
      guard let index = sampled.index(of: field.name) else {
        return "`\(field.name)` is a column too: the first lines do not have it"
      }
      if sampled.all[index].kind == .null || asked.contains(field.name) { return nil }
      let (before, after) = (sampled.all[index].kind.type, field.kind.type)
      return before == after ? nil : "`\(field.name)` is \(after), not \(before)"
    }
    return JSONFields.shortened(notes)
  }

  /// The first notes, and how many there are more: a file may have thousands of names.
  private static func shortened(_ notes: [String]) -> [String] {
    let most = 20
    guard notes.count > most + 1 else { return notes }
    return notes.prefix(most) + ["\(counted(notes.count - most, "more note")) of this kind are left out"]
  }

  /// Notes on values that are read as text although they are not, also inside lists and structs.
  ///
  /// - Parameter asked: fields whose types the user chose.
  func valuesAsText(asked: Set<String>) -> [String] {
    JSONFields.shortened(
      all.flatMap { asked.contains($0.name) ? [] : $0.kind.valuesAsText($0.name, isColumn: true) })
  }
}

extension JSONKind {
  /// Why these values are read as text; nil if they are not, or if they are texts.
  var lossNote: String? {
    switch self {
    case .mixedNumbers: "its whole numbers would lose digits beside floating ones"
    case .farNumbers: "it has numbers beyond all number types"
    case .whole where type == .string: "it has numbers beyond all number types"
    case .several: "its values are of several kinds"
    default: nil
    }
  }

  /// - Parameters:
  ///   - path: the names that lead to the values, joined by points.
  ///   - isColumn: whether `types=` can choose the type of the values: not inside structs.
  fileprivate func valuesAsText(_ path: String, isColumn: Bool) -> [String] {
    if case .structure(let fields) = self {
      return fields.all.flatMap { $0.kind.valuesAsText("\(path).\($0.name)", isColumn: false) }
    }
    var (element, asFloats) = (self, DataType.f64)
    while case .list(let inner) = element { (element, asFloats) = (inner, .list(asFloats)) }
    if case .structure = element { return element.valuesAsText(path, isColumn: false) }
    guard let reason = element.lossNote else { return [] }
    let option = isColumn && element == .mixedNumbers ? roundingHint(path, as: asFloats) : ""
    return ["`\(path)` is \(type): \(reason)\(option)"]
  }
}
