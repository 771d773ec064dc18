import Diagnostics
import Tables

/// Splits each text at blanks into a list of words.
func wordLists(_ column: Column, of element: DataType) throws(Diagnostic) -> Column {
  guard case .text(let text) = column.values else { return column }
  var builder = TextDictionaryBuilder()
  var words: [UInt32] = []
  var offsets = [0]
  for row in 0..<column.count {
    if !column.isNull(row) {
      for word in text[row].bytes.array.split(separator: 0x20) { words.append(builder.code(for: word.span)) }
    }
    offsets.append(words.count)
  }
  let texts = Column(.string, .text(TextValues(codes: Buffer(words), dictionary: builder.dictionary())))
  let child = element == .string ? texts : try cast(texts, to: element)
  return Column(
    .list(element), .list(ListValues(offsets: Buffer(offsets), child: child)), validity: column.validity)
}
