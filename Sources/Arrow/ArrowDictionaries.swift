import Diagnostics
import Parallelism
import Tables

/// A dictionary batch of a field: all of its values, or additional ones.
struct ArrowDictionaryBatch: Sendable {
  let id: Int
  /// Whether the values are appended to the dictionary instead of replacing it.
  let isDelta: Bool
  let batch: ArrowBatch
}

/// The dictionaries of a file, decoded when a column first needs them.
///
/// A stream may replace a dictionary, after which indices mean other values. An epoch is the time between two
/// replacements; a delta dictionary extends the current epoch.
final class ArrowDictionaries: Sendable {
  struct Key: Hashable {
    let id: Int
    /// The message that began the epoch.
    let sequence: Int
  }

  private struct Epoch {
    let start: Int
    var batches: [ArrowBatch]
  }

  private let bytes: ArrowBytes
  /// The field that describes the values of each dictionary.
  private let fields: [Int: ArrowField]
  private let epochs: [Int: [Epoch]]
  private let decoded = Mutex<[Key: Column]>([:])

  init(
    _ bytes: ArrowBytes, _ fields: [ArrowField], _ batches: [ArrowDictionaryBatch], areReplaced: Bool
  ) throws(Diagnostic) {
    var known: [Int: ArrowField] = [:]
    for field in fields { try ArrowDictionaries.collect(field, into: &known) }
    var epochs: [Int: [Epoch]] = [:]
    for dictionary in batches {
      guard let field = known[dictionary.id] else { throw .malformedArrow("a dictionary of no column") }
      try dictionary.batch.check(against: ArrowLayout([field]))
      if dictionary.isDelta, let last = epochs[dictionary.id]?.indices.last {
        epochs[dictionary.id]?[last].batches.append(dictionary.batch)
      } else {
        guard areReplaced || epochs[dictionary.id] == nil else {
          throw .malformedArrow("a dictionary that is replaced, which only streams do")
        }
        let epoch = Epoch(start: dictionary.batch.sequence, batches: [dictionary.batch])
        epochs[dictionary.id, default: []].append(epoch)
      }
    }
    self.bytes = bytes
    self.fields = known
    self.epochs = epochs
  }

  /// Collects the dictionaries of a field and its descendants.
  private static func collect(_ field: ArrowField, into known: inout [Int: ArrowField]) throws(Diagnostic) {
    if let dictionary = field.dictionary {
      let own = field.withoutDictionary
      if let other = known[dictionary.id], !other.liesAs(own) {
        throw .malformedArrow("two columns of different types that share a dictionary")
      }
      known[dictionary.id] = own
    }
    for child in field.children { try collect(child, into: &known) }
  }

  /// The dictionary that applies to a batch; nil if there is none yet.
  func key(_ id: Int, for sequence: Int) -> Key? {
    epochs[id]?.last { $0.start <= sequence }.map { Key(id: id, sequence: $0.start) }
  }

  /// Decodes the dictionaries of a field for some batches beforehand, so that no two threads decode the same one.
  func values(of field: ArrowField, for sequences: some Sequence<Int>) throws(Diagnostic) -> [Key: Column] {
    var ids: Set<Int> = []
    func look(_ field: ArrowField) {
      if let dictionary = field.dictionary { ids.insert(dictionary.id) } else { field.children.forEach(look) }
    }
    look(field)
    if ids.isEmpty { return [:] }
    var keys: Set<Key> = []
    for sequence in sequences { for id in ids { if let key = key(id, for: sequence) { keys.insert(key) } } }
    var found: [Key: Column] = [:]
    for key in keys { found[key] = try column(key) }
    return found
  }

  private func column(_ key: Key) throws(Diagnostic) -> Column {
    if let known = decoded.withLock({ $0[key] }) { return known }
    guard let field = fields[key.id], let epoch = epochs[key.id]?.first(where: { $0.start == key.sequence }) else {
      throw .malformedArrow("a dictionary of no column")
    }
    var parts: [Column] = []
    for batch in epoch.batches {
      // Nested dictionaries, as of the same message.
      let inner = try values(of: field, for: [batch.sequence])
      let reader = ArrowArrays(batch, bytes, self, inner)
      parts.append(try reader.column(field, ArrowLayout([field]).columns[0], rows: 0..<reader.rowCount(of: 0)))
    }
    let column = try concat(parts)
    decoded.withLock { $0[key] = column }
    return column
  }
}

extension ArrowField {
  /// Whether the values of two fields have the same representation, whatever the fields' names.
  fileprivate func liesAs(_ other: ArrowField) -> Bool {
    type == other.type && dictionary == other.dictionary && children.count == other.children.count
      && dataType == other.dataType && zip(children, other.children).allSatisfy { $0.liesAs($1) }
  }
}
