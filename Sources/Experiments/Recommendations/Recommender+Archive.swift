public import Diagnostics
public import Recommenders
import Tables

extension Recommender {
  /// The recommender as named arrays: the model, the ids, the names of the columns, the notes.
  public var archive: ModelArchive {
    var archive = ModelArchive(model)
    archive.store("users", part: dataset.users.archive)
    archive.store("items", part: dataset.items.archive)
    archive.store(
      "columns", lines: [dataset.userColumn, dataset.itemColumn] + [dataset.weightColumn].compactMap(\.self))
    archive.store("droppedRows", [dataset.droppedRows])
    archive.store("notes", lines: dataset.notes)
    return archive
  }

  /// Restores a recommender from an archive.
  ///
  /// - Throws: a damaged archive.
  public init(restoring archive: ModelArchive) throws(Diagnostic) {
    let model = try Models.restored(from: archive)
    self.init(model, try Dataset(restoring: archive, model.interactions))
  }
}

extension Dataset {
  fileprivate init(restoring archive: ModelArchive, _ interactions: Interactions) throws(Diagnostic) {
    let columns = try archive.lines("columns")
    users = try Vocabulary(restoring: archive.part("users"), role: "user")
    items = try Vocabulary(restoring: archive.part("items"), role: "item")
    guard 2...3 ~= columns.count, users.count == interactions.userCount, items.count == interactions.itemCount else {
      throw .damagedModel("its ids are not those of its users and items")
    }
    self.interactions = interactions
    (userColumn, itemColumn, weightColumn) = (columns[0], columns[1], columns.dropFirst(2).first)
    droppedRows = try archive.number("droppedRows", in: 0...Int.max)
    notes = try archive.lines("notes")
  }
}

extension Vocabulary {
  private static let types: [DataType] = [.i8, .i16, .i32, .i64, .u8, .u16, .u32, .u64, .string]

  /// The ids as arrays: numbers, or the bytes of all texts with the position at which each text ends.
  fileprivate var archive: ModelArchive {
    var archive = ModelArchive()
    archive.store("type", ids.type.description)
    if case .text(let texts) = ids.values {
      var bytes: [UInt8] = []
      var ends: [Int64] = []
      for row in 0..<ids.count {
        bytes += texts[row].bytes.array
        ends.append(Int64(bytes.count))
      }
      archive.store("texts", bytes)
      archive.store("ends", ends)
    } else {
      archive.store(
        "numbers",
        (0..<ids.count).map { row -> Int64 in
          if case .integer(let number) = ids[row] { Int64(truncatingIfNeeded: number) } else { 0 }
        })
    }
    return archive
  }

  fileprivate init(restoring archive: ModelArchive, role: String) throws(Diagnostic) {
    let name = try archive.text("type")
    guard let type = Self.types.first(where: { $0.description == name }) else {
      throw .damagedModel("the type of the \(role) ids is unknown")
    }
    var ids: [Value] = []
    if type == .string {
      let bytes = Buffer(try archive.bytes("texts"))
      var start = 0
      for end in try archive.longs("ends") {
        guard end >= start, end <= bytes.count else { throw .damagedModel("the \(role) ids overlap") }
        ids.append(.text(Text(bytes[start..<Int(end)])))
        start = Int(end)
      }
    } else {
      ids = try archive.longs("numbers").map { .integer(Int128($0)) }
    }
    let column: Column
    do throws(Diagnostic) { column = try Column(type, ids) } catch {
      throw .damagedModel("the \(role) ids are not of their type")
    }
    let (vocabulary, indices) = try Vocabulary.encoding(column, role: role)
    guard indices.elementsEqual(0..<Int32(ids.count)) else { throw .damagedModel("the \(role) ids are out of order") }
    self = vocabulary
  }
}
