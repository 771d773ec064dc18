import Diagnostics
import Parallelism

extension Column {
  /// Builds a column of texts from chunks of rows, on all cores. A batch of chunks is made at a time, and its
  /// dictionaries are merged into the final one before the next batch starts: this limits the memory.
  ///
  /// Equal texts of several chunks are stored once. If hardly any text repeats, deduplication stops: the lookups would
  /// cost more time and memory than the duplicates.
  static func assembledTexts(
    _ type: DataType, pieces: [Range<Int>], _ piece: @Sendable (Int) throws(Diagnostic) -> Column
  ) throws(Diagnostic) -> Column {
    var assembly = TextAssembly()
    var validities: [Bitmap?] = []
    let batchLength = Cores.count * 2
    let codes = try fillArray(count: pieces.last?.upperBound ?? 0, of: UInt32.self) { (codes) throws(Diagnostic) in
      for batch in stride(from: 0, to: pieces.count, by: batchLength) {
        let made = try mapIndices(of: min(batchLength, pieces.count - batch)) { (index) throws(Diagnostic) in
          try piece(batch + index)
        }
        for (index, own) in made.enumerated() {
          guard own.type == type, let text = own.values.text else { throw .differentTypes(type, own.type) }
          validities.append(own.validity)
          try assembly.add(text, at: pieces[batch + index].lowerBound, in: codes)
        }
      }
    }
    return Column(
      type, .text(TextValues(codes: Buffer(codes), dictionary: assembly.takeDictionary())),
      validity: joinedValidity(validities, pieces))
  }
}

/// The dictionary of a column that is built chunk by chunk.
private struct TextAssembly {
  /// The dictionary that all chunks so far have in common.
  private var shared: TextDictionary?
  private var builder = TextDictionaryBuilder()
  private var merges = true
  private var addedRows = 0
  private var addedTexts = 0

  mutating func takeDictionary() -> TextDictionary {
    if let shared { return shared }
    let whole = builder
    builder = TextDictionaryBuilder()
    return whole.dictionary()
  }

  /// Adds the texts of a chunk and writes its codes from row `start` on.
  mutating func add(_ text: TextValues, at start: Int, in codes: DisjointRows<UInt32>) throws(Diagnostic) {
    try Cancellation.current.check()
    let rows = text.codes.count
    defer { addedRows += rows }
    if addedRows == 0 { shared = text.dictionary }
    if let shared, shared === text.dictionary {
      return try codes.withRows(start..<start + rows) { (codes) in
        for row in 0..<rows { codes[row] = text.codes[row] }
      }
    }
    if let shared {
      self.shared = nil
      let own = try map(of: shared)
      try codes.withRows(0..<addedRows) { (codes) in
        for row in codes.indices { codes[row] = own[Int(codes[row])] }
      }
    }
    let own = try map(of: text.dictionary)
    try codes.withRows(start..<start + rows) { (codes) in
      for row in 0..<rows { codes[row] = own[Int(text.codes[row])] }
    }
  }

  /// The code in this dictionary of every entry of a chunk's dictionary.
  private mutating func map(of dictionary: TextDictionary) throws(Diagnostic) -> [UInt32] {
    addedTexts += dictionary.count
    if merges, addedTexts > 1 << 19, builder.count * 4 > addedTexts * 3, builder.count * 2 > addedRows {
      merges = false
    }
    guard merges else {
      let first = builder.append(dictionary)
      return (0..<UInt32(dictionary.count)).map { first + $0 }
    }
    var map: [UInt32] = []
    map.reserveCapacity(dictionary.count)
    try forEachRange(of: dictionary.count) { range in
      for code in range {
        let entry = dictionary[code].bytes
        map.append(builder.code(for: entry.span))
      }
    }
    return map
  }
}
