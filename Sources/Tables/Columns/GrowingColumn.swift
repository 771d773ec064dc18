import Diagnostics
import Parallelism

/// A column that is built by appending pieces. Pieces are copied to their final place at once, so that pieces and
/// result are not in memory at the same time.
protocol GrowingColumn {
  mutating func append(_ piece: Column) throws(Diagnostic)
  mutating func take() throws(Diagnostic) -> Column
}

/// An empty growing column of a type.
func growingColumn(_ type: DataType) -> any GrowingColumn {
  switch type {
  case .string, .binary: GrowingTexts(type: type)
  default: type.run(NoNumbersYet(type: type)) ?? GrowingPieces(type: type)
  }
}

private struct NoNumbersYet: ElementKernel {
  typealias Failure = Never
  let type: DataType
  func run<Element: ColumnElement>(_: Buffer<Element>) -> any GrowingColumn { GrowingNumbers<Element>(type: type) }
}

private struct GrowingNumbers<Element: ColumnElement>: GrowingColumn {
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

private struct GrowingTexts: GrowingColumn {
  let type: DataType
  var codes = GrowingArray<UInt32>()
  var validity = GrowingValidity()
  /// The dictionary that all pieces so far have in common.
  var shared: TextDictionary?
  var builder = TextDictionaryBuilder()
  /// The dictionary of the last piece, with the code here of each of its texts: the next piece may have the same
  /// dictionary.
  var known: (dictionary: TextDictionary, codes: [UInt32])?

  mutating func append(_ piece: Column) throws(Diagnostic) {
    guard piece.type == type, let text = piece.values.text else { throw .differentTypes(type, piece.type) }
    validity.append(piece.validity, count: piece.count)
    if codes.count == 0 || shared === text.dictionary {
      shared = text.dictionary
      return codes.append(contentsOf: text.codes.span)
    }
    if let dictionary = shared {
      shared = nil
      let earlier = codes.take()
      addCodes(earlier.span, of: dictionary)
    }
    addCodes(text.codes.span, of: text.dictionary)
  }

  private mutating func addCodes(_ source: Span<UInt32>, of dictionary: TextDictionary) {
    // Looks up only the texts that occur, and each of them once per dictionary.
    var map: [UInt32]
    if let known, known.dictionary === dictionary {
      map = known.codes
    } else {
      map = [UInt32](repeating: .max, count: dictionary.count)
    }
    known = nil
    for index in source.indices {
      let code = Int(source[index])
      if map[code] == .max { map[code] = builder.code(for: dictionary[code].bytes.span) }
      codes.append(map[code])
    }
    known = (dictionary, map)
  }

  mutating func take() -> Column {
    known = nil
    if let shared {
      let texts = TextValues(codes: Buffer(codes.take()), dictionary: shared)
      return Column(type, .text(texts), validity: validity.bitmap)
    }
    let whole = builder
    builder = TextDictionaryBuilder()
    return Column(
      type, .text(TextValues(codes: Buffer(codes.take()), dictionary: whole.dictionary())), validity: validity.bitmap)
  }
}

/// Types that cannot grow in place, and lists: their pieces are concatenated at the end, on all cores.
private struct GrowingPieces: GrowingColumn {
  let type: DataType
  var pieces: [Column] = []

  mutating func append(_ piece: Column) { pieces.append(piece) }

  mutating func take() throws(Diagnostic) -> Column {
    pieces.isEmpty ? Column.nulls(type, count: 0) : try concat(pieces)
  }
}

/// The validity of a growing column.
private struct GrowingValidity {
  private var pieces: [(bits: Bitmap?, count: Int)] = []

  mutating func append(_ bits: Bitmap?, count: Int) { pieces.append((bits, count)) }

  var bitmap: Bitmap? {
    guard pieces.contains(where: { $0.bits != nil }) else { return nil }
    return concatBits(pieces.map { $0.bits ?? Bitmap(repeating: true, count: $0.count) })
  }
}
