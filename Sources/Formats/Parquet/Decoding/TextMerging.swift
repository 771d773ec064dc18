import Arrow
import Diagnostics
import Parallelism
import Tables

/// Merges what the chunks' decoders hold into one text column.
///
/// If all texts of every chunk came from its dictionary, equal entries are merged: each entry is hashed once, however
/// many rows use it. Texts from PLAIN pages are not merged, so entries may then repeat.
///
/// - Complexity: O(entries + bytes), and one pass over the codes.
func mergeDictionaries(_ decoded: DecodedLeaf<TextDecoder>) throws(Diagnostic) -> TextValues {
  let decoders = decoded.chunks.map(\.decoder)
  let isUnique = !decoders.contains { $0.hasPlainValues }
  var codes = decoded.values
  let entryCount = decoders.reduce(0) { $0 + $1.count }
  guard isUnique || entryCount < Int(UInt32.max) else {
    throw .unsupportedParquet("a column of over 4 billion texts")
  }
  let dictionary: TextDictionary
  var recode: [[UInt32]] = []
  if isUnique {
    var builder = TextDictionaryBuilder()
    for decoder in decoders {
      let bytes = decoder.bytes.span
      recode.append(
        (0..<decoder.count).map { entry in
          builder.code(for: bytes.extracting(decoder.offsets[entry]..<decoder.offsets[entry + 1]))
        })
    }
    dictionary = builder.dictionary()
  } else {
    dictionary = joined(decoders)
  }
  let chunks = decoded.chunks
  var starts: [UInt32] = []
  for decoder in decoders { starts.append((starts.last ?? 0) + UInt32(decoder.count)) }
  let (tables, ends) = (recode, starts)
  try withDisjointRows(of: &codes) { (rows) throws(Diagnostic) in
    try forEachIndex(of: chunks.count) { (index) throws(Diagnostic) in
      try rows.withRows(chunks[index].range) { (span) throws(Diagnostic) in
        if isUnique {
          let table = tables[index]
          // A chunk of nulls only has no entries; its codes are 0 already.
          if table.isEmpty { return }
          let codeSpan = table.span
          if (0..<table.count).allSatisfy({ codeSpan[$0] == UInt32($0) }) { return }
          for row in span.indices { span[row] = codeSpan[Int(span[row])] }
        } else if index > 0 {
          let start = ends[index - 1]
          // A chunk without entries has only nulls, for which any existing code will do.
          if chunks[index].decoder.count == 0 { return }
          for row in span.indices { span[row] += start }
        }
      }
    }
  }
  return TextValues(codes: Buffer(codes), dictionary: dictionary)
}

/// Concatenates the entries of all chunks.
private func joined(_ decoders: [TextDecoder]) -> TextDictionary {
  var offsets: [Int] = [0]
  offsets.reserveCapacity(1 + decoders.reduce(0) { $0 + $1.count })
  var bytes: [UInt8] = []
  bytes.reserveCapacity(decoders.reduce(0) { $0 + $1.bytes.count })
  for decoder in decoders {
    let base = bytes.count
    bytes += decoder.bytes
    for offset in decoder.offsets[1...] { offsets.append(base + offset) }
  }
  return TextDictionary(offsets: Buffer(offsets), bytes: Buffer(bytes), isUnique: false)
}

/// Converts byte strings to the type that their column declares. Text and binary are not changed.
func interpret(_ texts: TextValues, _ leaf: ParquetLeaf) throws(Diagnostic) -> ColumnValues {
  let dictionary = texts.dictionary
  switch leaf.dataType {
  case .decimal:
    var numbers: [Int128] = []
    numbers.reserveCapacity(dictionary.count)
    for entry in 0..<dictionary.count { numbers.append(try bigEndianInteger(dictionary[entry])) }
    return .i128(Buffer(lookedUp(texts.codes, in: numbers)))
  case .f32:
    let numbers = (0..<dictionary.count).map { entry -> Float in
      let bytes = dictionary[entry].bytes
      return bytes.count == 2 ? Float(halfBits: UInt16(bytes[0]) | UInt16(bytes[1]) << 8) : 0
    }
    return .f32(Buffer(lookedUp(texts.codes, in: numbers)))
  case .string where leaf.meaning == .uuid:
    var offsets = [0]
    var bytes: [UInt8] = []
    for entry in 0..<dictionary.count {
      bytes += identifierText(dictionary[entry].bytes.span)
      offsets.append(bytes.count)
    }
    let spelled = TextDictionary(offsets: Buffer(offsets), bytes: Buffer(bytes), isUnique: dictionary.isUnique)
    return .text(TextValues(codes: texts.codes, dictionary: spelled))
  default: return .text(texts)
  }
}

private func lookedUp<Value: BitwiseCopyable & Sendable>(_ codes: Buffer<UInt32>, in values: [Value]) -> [Value] {
  let span = codes.span
  return span.indices.map { values[Int(span[$0])] }
}

/// Reads a decimal's bytes: two's complement, big-endian.
private func bigEndianInteger(_ text: Text) throws(Diagnostic) -> Int128 {
  let bytes = text.bytes
  guard bytes.count > 0 else { return 0 }
  let isNegative = bytes[0] >= 0x80
  var value: Int128 = isNegative ? -1 : 0
  let filler: UInt8 = isNegative ? 0xFF : 0
  for index in 0..<bytes.count {
    if index < bytes.count - 16, bytes[index] != filler {
      throw .unsupportedParquet("a decimal of more than 38 digits")
    }
    value = value << 8 | Int128(bytes[index])
  }
  guard (value < 0) == isNegative else { throw .unsupportedParquet("a decimal of more than 38 digits") }
  return value
}
