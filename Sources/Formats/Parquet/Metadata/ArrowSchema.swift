import Arrow
import Diagnostics
import Tables

/// The Arrow schema that pyarrow and polars store in the footer, which has types that Parquet lacks.
///
/// It is only a hint: if it cannot be parsed or has another number of columns, it is ignored.
///
/// - Source: Arrow's Schema.fbs and Message.fbs.
struct ArrowSchema {
  /// What the Arrow schema adds to the type of a leaf. Leaves are in the order of the file's column chunks.
  enum Leaf: Hashable {
    /// The unit of its ticks: 1000⁻ⁿ seconds.
    case duration(ArrowTimeUnit)
    case timestamp(zone: String)
    case other
  }

  static let key = "ARROW:schema"
  private(set) var leaves: [Leaf] = []

  /// - Parameter text: a message of Arrow's stream format, in Base64.
  init?(base64 text: String) {
    let bytes = decodedBase64(text)
    let found: [Leaf]? = bytes.withUnsafeBytes { bytes in
      // The message follows a marker and a length.
      guard bytes.count >= 12, bytes.loadUnaligned(as: UInt32.self) == .max else { return nil }
      let message = FlatTable(root: UnsafeRawBufferPointer(rebasing: bytes[8...]))
      guard message?.byte(1) == 1, let schema = message?.table(2), let fields = schema.tables(1) else { return nil }
      var leaves: [Leaf] = []
      for field in fields { guard ArrowSchema.append(field, to: &leaves, depth: 0) else { return nil } }
      return leaves
    }
    guard let found else { return nil }
    leaves = found
  }

  /// A schema as pyarrow and polars store it.
  static func base64(_ schema: Schema) -> String {
    encodedBase64(ArrowEncoder(schema, compression: nil).start(isStream: true))
  }

  private static func append(_ field: FlatTable, to leaves: inout [Leaf], depth: Int) -> Bool {
    guard depth < 48, leaves.count < 1 << 20, let kind = field.byte(2) else { return false }
    // The children of a dictionary's type are elsewhere in the schema; Parquet stores the decoded values.
    if let children = field.tables(5), !children.isEmpty {
      return children.allSatisfy { append($0, to: &leaves, depth: depth + 1) }
    }
    switch kind {
    case 10: leaves.append(.timestamp(zone: field.table(3)?.text(1) ?? ""))
    case 18:
      guard let unit = ArrowTimeUnit(rawValue: field.table(3)?.short(0) ?? 1) else { return false }
      leaves.append(.duration(unit))
    default: leaves.append(.other)
    }
    return true
  }
}

/// Decodes Base64. Other characters are skipped.
private func decodedBase64(_ text: String) -> [UInt8] {
  var bytes: [UInt8] = []
  var bits: UInt32 = 0
  var count = 0
  for letter in text.utf8 {
    let value: UInt8
    switch letter {
    case 0x41...0x5A: value = letter - 0x41
    case 0x61...0x7A: value = letter - 0x61 + 26
    case 0x30...0x39: value = letter - 0x30 + 52
    case 0x2B: value = 62
    case 0x2F: value = 63
    default: continue
    }
    bits = bits << 6 | UInt32(value)
    count += 6
    if count >= 8 {
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
    }
  }
  return bytes
}

private func encodedBase64(_ bytes: [UInt8]) -> String {
  let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var text: [UInt8] = []
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let own = bytes[start..<min(start + 3, bytes.count)]
    var bits = own.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - own.count))
    var group: [UInt8] = []
    for _ in 0..<4 {
      group.insert(letters[bits & 63], at: 0)
      bits >>= 6
    }
    text += group.prefix(own.count + 1) + [UInt8](repeating: 0x3D, count: 3 - own.count)
  }
  return String(decoding: text, as: UTF8.self)
}
