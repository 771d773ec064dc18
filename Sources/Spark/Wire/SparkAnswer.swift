package import Diagnostics

/// A response message of `ExecutePlan`.
package struct SparkAnswer: Sendable {
  /// The response id, needed to reattach.
  package var id: String?
  /// Rows as an Arrow stream.
  package var rows: ArraySlice<UInt8>?
  package var isLast = false
  /// The id of a fitted model.
  package var model: String?
  /// The numbers of completed and known tasks.
  package var progress: (completed: Int, total: Int)?

  package init(_ bytes: ArraySlice<UInt8>) throws(Diagnostic) {
    var reader = ProtobufReader(bytes)
    while let field = try reader.next() {
      switch field {
      case 2:
        var batch = try reader.message()
        while let part = try batch.next() {
          if part == 2 { rows = try batch.content() }
        }
      case 13: id = try reader.text()
      case 14: isLast = true
      case 20: model = try SparkAnswer.model(reader.message()) ?? model
      case 18: progress = try SparkAnswer.progress(reader.message())
      default: continue
      }
    }
  }

  private static func model(_ reader: ProtobufReader) throws(Diagnostic) -> String? {
    var result = reader
    while let field = try result.next() {
      guard field == 3 else { continue }
      var info = try result.message()
      while let part = try info.next() {
        guard part == 1 else { continue }
        var reference = try info.message()
        while let own = try reference.next() {
          if own == 1 { return try reference.text() }
        }
      }
    }
    return nil
  }

  private static func progress(_ reader: ProtobufReader) throws(Diagnostic) -> (completed: Int, total: Int) {
    var reader = reader
    var (completed, total) = (0, 0)
    while let field = try reader.next() {
      guard field == 1 else { continue }
      var stage = try reader.message()
      while let part = try stage.next() {
        if part == 2 { total = total &+ Int(clamping: try stage.integer()) }
        if part == 3 { completed = completed &+ Int(clamping: try stage.integer()) }
      }
    }
    return (max(0, completed), max(0, total))
  }
}

extension SparkType {
  /// Reads the schema from a response of `AnalyzePlan`; nil if there is none.
  package static func schema(ofAnswer bytes: ArraySlice<UInt8>) throws(Diagnostic) -> SparkType? {
    var answer = ProtobufReader(bytes)
    while let field = try answer.next() {
      guard field == 2 else { continue }
      var schema = try answer.message()
      while let part = try schema.next() {
        guard part == 1 else { continue }
        var type = try schema.message()
        return try SparkType(&type)
      }
    }
    return nil
  }
}

/// Reads the version from a response of `AnalyzePlan`.
package func sparkVersion(ofAnswer bytes: ArraySlice<UInt8>) throws(Diagnostic) -> String? {
  var answer = ProtobufReader(bytes)
  while let field = try answer.next() {
    guard field == 8 else { continue }
    var version = try answer.message()
    while let part = try version.next() {
      if part == 1 { return try version.text() }
    }
  }
  return nil
}
