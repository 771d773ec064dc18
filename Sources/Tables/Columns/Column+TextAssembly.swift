import Diagnostics
import Parallelism

extension Column {
  /// A column of texts of which chunks of rows are made one by one on all cores; each gives up its own dictionary before
  /// the next few are made.
  ///
  /// Equal texts of several chunks become one, unless hardly any are found: then looking for them would cost more time
  /// and memory than they do.
  static func assembledTexts(
    _ type: DataType, count: Int, grain: Int, _ chunk: @Sendable (Range<Int>) throws(Diagnostic) -> Column
  ) throws(Diagnostic) -> Column {
    var assembly = TextAssembly()
    var validities: [Bitmap?] = []
    let chunkCount = (count + grain - 1) / grain
    let batchLength = Cores.count * 2
    let codes = try fillArray(count: count, of: UInt32.self) { (codes) throws(Diagnostic) in
      for batch in stride(from: 0, to: chunkCount, by: batchLength) {
        let pieces = try mapIndices(of: min(batchLength, chunkCount - batch)) { (index) throws(Diagnostic) in
          let first = (batch + index) * grain
          return try chunk(first..<min(count, first + grain))
        }
        for (index, piece) in pieces.enumerated() {
          guard piece.type == type, let text = piece.values.text else { throw .differentTypes(type, piece.type) }
          validities.append(piece.validity)
          try assembly.add(text, at: (batch + index) * grain, in: codes)
        }
      }
    }
    return Column(
      type, .text(TextValues(codes: Buffer(codes), dictionary: assembly.takeDictionary())),
      validity: joinedValidity(validities, count: count, grain: grain))
  }

  /// The validity of chunks end to end; nil where all rows have a value.
  static func joinedValidity(_ validities: [Bitmap?], count: Int, grain: Int) -> Bitmap? {
    guard validities.contains(where: { $0 != nil }) else { return nil }
    return concatBits(
      validities.enumerated().map { index, own in
        own ?? Bitmap(repeating: true, count: min(count, (index + 1) * grain) - index * grain)
      })
  }
}

/// The dictionary of a column that is put together chunk by chunk.
private struct TextAssembly {
  /// The one dictionary that all chunks have so far.
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

  /// Writes the rows' codes from a place on.
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

  /// The code here of every text of a chunk's dictionary.
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
