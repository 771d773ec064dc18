package import Diagnostics

// Arrow's file and stream formats. A stream is a sequence of messages: a schema, then dictionaries and record
// batches. Each is a FlatBuffer that says where the buffers are in its body. A file is a stream between two magic
// strings, plus a footer with the position of every message. Opening reads the metadata of batches, not their
// buffers; a column then reads only its own buffers.

/// An open Arrow file or stream.
package final class ArrowFile: Sendable {
  package let fields: [ArrowField]
  package let isStream: Bool
  /// The first row of every batch, and finally the number of rows.
  package let starts: [Int]
  let bytes: ArrowBytes
  let layout: ArrowLayout
  let batches: [ArrowBatch]
  let dictionaries: ArrowDictionaries

  package var rowCount: Int { starts[starts.count - 1] }

  private static let magic: [UInt8] = Array("ARROW1".utf8)

  /// Whether these first bytes begin an Arrow file.
  package static func isFile(_ start: UnsafeRawBufferPointer) -> Bool { start.starts(with: magic) }
  /// Whether these first bytes begin with the schema message of a stream.
  package static func isStream(_ start: UnsafeRawBufferPointer) -> Bool { ArrowMessage.isStreamStart(start) }
  /// Whether these first bytes may begin a stream.
  package static func mayBeStream(_ start: UnsafeRawBufferPointer) -> Bool {
    start.starts(with: [0xFF, 0xFF, 0xFF, 0xFF])
  }
  /// Version 1 of Feather, which has nothing in common with Arrow's file format.
  package static func isFeather1(_ start: UnsafeRawBufferPointer) -> Bool { start.starts(with: Array("FEA1".utf8)) }

  package init(_ bytes: ArrowBytes) throws(Diagnostic) {
    if ArrowFile.isFeather1(bytes.all) {
      throw .unsupportedArrow("Feather's first version", hint: "`pyarrow.feather.write_feather` writes the second")
    }
    isStream = !ArrowFile.isFile(bytes.all)
    var parts = Parts()
    if isStream { try parts.readStream(bytes) } else { try parts.readFile(bytes, magic: ArrowFile.magic) }
    self.bytes = bytes
    fields = parts.fields
    layout = parts.layout
    batches = parts.batches
    dictionaries = try ArrowDictionaries(bytes, fields, parts.dictionaries, areReplaced: isStream)
    var starts = [0]
    for batch in batches {
      let sum = starts[starts.count - 1] + batch.count
      guard sum < Int(UInt32.max) else { throw .malformedArrow("over 4 billion rows") }
      starts.append(sum)
    }
    self.starts = starts
  }

  /// Whether the batch has compressed buffers, so that its rows cannot be read separately.
  package func isCompressed(_ batch: Int) -> Bool { batches[batch].compression != nil }
}

/// The parsed parts of a file or stream.
private struct Parts {
  var fields: [ArrowField] = []
  var layout = ArrowLayout([])
  var batches: [ArrowBatch] = []
  var dictionaries: [ArrowDictionaryBatch] = []
  /// The index of the next message.
  var sequence = 0

  mutating func readStream(_ bytes: ArrowBytes) throws(Diagnostic) {
    guard let first = try ArrowMessage(in: bytes, at: 0), first.kind == .schema else {
      throw .malformedArrow("a stream that does not begin with a schema")
    }
    try read(schema: first.header, byteCount: first.metadataLength)
    var position = first.body.upperBound
    while let message = try ArrowMessage(in: bytes, at: position) {
      position = message.body.upperBound
      try add(message, body: message.body)
    }
    // Concatenated streams are not one stream. Without this check, the second would be ignored silently.
    let rest = position..<bytes.count
    if rest.count > 8, ArrowFile.isStream(bytes[rest.lowerBound + 8..<bytes.count]) {
      throw .unsupportedArrow("a second stream behind the first", hint: "save each as a file of its own")
    }
  }

  mutating func readFile(_ bytes: ArrowBytes, magic: [UInt8]) throws(Diagnostic) {
    guard bytes.count >= 18, bytes[bytes.count - 6..<bytes.count].elementsEqual(magic) else { throw .cutArrow }
    let length = Int(bytes.uint32(at: bytes.count - 10))
    guard length <= bytes.count - 18 else { throw .cutArrow }
    let end = bytes.count - 10 - length
    guard let footer = FlatTable(root: bytes[end..<end + length]), let schema = footer.table(1) else {
      throw .malformedArrow("a footer without a schema")
    }
    try read(schema: schema, byteCount: length)
    // The total size is limited: a footer could list the same batch many times.
    var left = end
    for field in [2, 3] {
      let blocks = footer.words(field, perItem: 3) ?? []
      for index in stride(from: 0, to: blocks.count, by: 3) {
        let (offset, body) = (Int(blocks[index]), Int(blocks[index + 2]))
        let metadata = Int(Int32(truncatingIfNeeded: blocks[index + 1]))
        guard offset >= 8, metadata >= 8, body >= 0, offset < end, metadata <= end - offset,
          body <= end - offset - metadata, metadata + body <= left
        else { throw .malformedArrow("a block outside of the file") }
        left -= metadata + body
        guard let message = try ArrowMessage(in: bytes, at: offset), message.bodyStart <= offset + metadata,
          message.kind == (field == 2 ? .dictionary : .batch)
        else { throw .malformedArrow("a block that is no \(field == 2 ? "dictionary" : "batch")") }
        let start = offset + metadata
        try add(message, body: start..<start + body)
      }
    }
  }

  private mutating func read(schema: FlatTable, byteCount: Int) throws(Diagnostic) {
    guard schema.short(0) ?? 0 == 0 else {
      throw .unsupportedArrow("a big-endian Arrow file", hint: "write it on a machine of this one's kind")
    }
    var reader = ArrowFieldReader(byteCount: byteCount)
    for table in schema.tables(1) ?? [] { fields.append(try reader.field(table)) }
    layout = ArrowLayout(fields)
  }

  private mutating func add(_ message: ArrowMessage, body: Range<Int>) throws(Diagnostic) {
    switch message.kind {
    case .batch:
      let batch = try ArrowBatch(message.header, body: body, sequence: sequence)
      try batch.check(against: layout)
      for (field, column) in zip(fields, layout.columns) where batch.nodes[column.node].count != batch.count {
        throw .malformedArrow("column `\(field.name)` of \(batch.nodes[column.node].count) rows of \(batch.count)")
      }
      batches.append(batch)
    case .dictionary:
      guard let content = message.header.table(1) else { throw .malformedArrow("a dictionary without values") }
      dictionaries.append(
        ArrowDictionaryBatch(
          id: message.header.long(0) ?? 0, isDelta: message.header.byte(2) ?? 0 != 0,
          batch: try ArrowBatch(content, body: body, sequence: sequence)))
    case .schema: throw .malformedArrow("a second schema")
    case .tensor, .sparseTensor: throw .unsupportedArrow("a tensor")
    }
    sequence += 1
  }
}
