import Diagnostics
import Parallelism

extension Column {
  /// A column of lists of which chunks of rows are made one by one on all cores; the elements of each go to where all
  /// of them will be before the next few are made.
  static func assembledLists(
    of element: DataType, count: Int, grain: Int, _ chunk: @Sendable (Range<Int>) throws(Diagnostic) -> Column
  ) throws(Diagnostic) -> Column {
    let type = DataType.list(element)
    var elements: any GrowingElements = growingElements(element)
    var elementCount = 0
    var validities: [Bitmap?] = []
    let chunkCount = (count + grain - 1) / grain
    let offsets = try fillArray(count: count + 1, of: Int.self) { (offsets) throws(Diagnostic) in
      offsets.store(0, at: 0)
      for batch in stride(from: 0, to: chunkCount, by: 8) {
        let pieces = try mapIndices(of: min(8, chunkCount - batch)) { (index) throws(Diagnostic) in
          let first = (batch + index) * grain
          return try chunk(first..<min(count, first + grain))
        }
        for (index, piece) in pieces.enumerated() {
          guard piece.type == type, let lists = piece.values.lists else { throw .differentTypes(type, piece.type) }
          let first = (batch + index) * grain
          let shift = elementCount - lists.offsets[0]
          for row in 0..<lists.count { offsets.store(lists.offsets[row + 1] + shift, at: first + row + 1) }
          elementCount += lists.elements.count
          try elements.append(lists.elements)
          validities.append(piece.validity)
        }
      }
    }
    return Column(
      type, .list(ListValues(offsets: Buffer(offsets), child: try elements.take())),
      validity: joinedValidity(validities, count: count, grain: grain))
  }
}

/// Elements of lists that come piece by piece.
private protocol GrowingElements {
  mutating func append(_ piece: Column) throws(Diagnostic)
  mutating func take() throws(Diagnostic) -> Column
}

private func growingElements(_ type: DataType) -> any GrowingElements {
  switch type {
  case .i8: GrowingNumbers<Int8>(type: type)
  case .i16: GrowingNumbers<Int16>(type: type)
  case .i32, .date: GrowingNumbers<Int32>(type: type)
  case .i64, .time, .datetime, .duration: GrowingNumbers<Int64>(type: type)
  case .u8: GrowingNumbers<UInt8>(type: type)
  case .u16: GrowingNumbers<UInt16>(type: type)
  case .u32: GrowingNumbers<UInt32>(type: type)
  case .u64: GrowingNumbers<UInt64>(type: type)
  case .f32: GrowingNumbers<Float>(type: type)
  case .f64: GrowingNumbers<Double>(type: type)
  case .decimal: GrowingNumbers<Int128>(type: type)
  case .string, .binary: GrowingTexts(type: type)
  case .null, .bool, .list, .structure: GrowingPieces(type: type)
  }
}

private struct GrowingNumbers<Element: ColumnElement>: GrowingElements {
  let type: DataType
  var values = GrowingArray<Element>()
  var validity = GrowingValidity()

  mutating func append(_ piece: Column) throws(Diagnostic) {
    guard piece.type == type, let buffer = Element.buffer(of: piece.values) else {
      throw .differentTypes(type, piece.type)
    }
    values.append(contentsOf: buffer.span)
    validity.append(piece.validity, count: piece.count)
  }

  mutating func take() -> Column {
    Column(type, Element.storage(Buffer(values.take())), validity: validity.bitmap)
  }
}

private struct GrowingTexts: GrowingElements {
  let type: DataType
  var codes = GrowingArray<UInt32>()
  var validity = GrowingValidity()
  var builder = TextDictionaryBuilder()
  /// The last piece's dictionary, which the next one's may be too, and the codes here of its texts.
  var known: (dictionary: TextDictionary, codes: [UInt32])?

  mutating func append(_ piece: Column) throws(Diagnostic) {
    guard piece.type == type, let text = piece.values.text else { throw .differentTypes(type, piece.type) }
    let dictionary = text.dictionary
    // Only texts that occur are looked up, and none twice for one dictionary.
    var map: [UInt32]
    if let known, known.dictionary === dictionary {
      map = known.codes
    } else {
      map = [UInt32](repeating: .max, count: dictionary.count)
    }
    known = nil
    let source = text.codes.span
    for index in source.indices {
      let code = Int(source[index])
      if map[code] == .max { map[code] = builder.code(for: dictionary[code].bytes.span) }
      codes.append(map[code])
    }
    known = (dictionary, map)
    validity.append(piece.validity, count: piece.count)
  }

  mutating func take() -> Column {
    known = nil
    let whole = builder
    builder = TextDictionaryBuilder()
    return Column(
      type, .text(TextValues(codes: Buffer(codes.take()), dictionary: whole.dictionary())), validity: validity.bitmap)
  }
}

private struct GrowingPieces: GrowingElements {
  let type: DataType
  var pieces: [Column] = []

  mutating func append(_ piece: Column) { pieces.append(piece) }

  mutating func take() throws(Diagnostic) -> Column {
    pieces.isEmpty ? Column.nulls(type, count: 0) : try concat(pieces)
  }
}

/// Which elements have a value, as far as some do not.
private struct GrowingValidity {
  private var pieces: [(bits: Bitmap?, count: Int)] = []

  mutating func append(_ bits: Bitmap?, count: Int) { pieces.append((bits, count)) }

  var bitmap: Bitmap? {
    guard pieces.contains(where: { $0.bits != nil }) else { return nil }
    return concatBits(pieces.map { $0.bits ?? Bitmap(repeating: true, count: $0.count) })
  }
}
