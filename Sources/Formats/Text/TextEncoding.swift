import Diagnostics
import Parallelism

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What bytes stand for which letters: everything is made UTF-8 before it is read.
enum TextEncoding {
  static let names = ["utf-8", "utf-16le", "utf-16be", "windows-1251", "windows-1252", "koi8-r", "latin-1"]

  /// Whether bytes look like text of any encoding: without zero bytes, unless it is UTF-16, or UTF-8 with a few of them.
  static func isText(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let start = bytes.prefix(4096)
    if utf16Name(bytes) != nil || !start.contains(0) { return true }
    let isRare = start.count { $0 == 0 } * 8 < start.count
    let isControl = { (byte: UInt8) in byte < 0x20 && byte != 0 && !(0x09...0x0D).contains(byte) }
    guard isRare, !start.contains(where: isControl) else { return false }
    // The sample may end within a character.
    let whole = start.count < bytes.count ? start.prefix(through: start.lastIndex(of: TextDialect.newline) ?? 0) : start
    return String(validating: whole, as: UTF8.self) != nil
  }

  /// The same file in UTF-8, its lines ended by line feeds.
  static func text(_ input: InputFile, _ encoding: String?) throws(Diagnostic) -> InputFile {
    let text = try utf8(input, encoding)
    let start = text.bytes.prefix(1 << 16)
    // Spreadsheets on old Macs ended lines by carriage returns alone.
    guard start.contains(TextDialect.carriageReturn), !start.contains(TextDialect.newline) else { return text }
    let spool = try ByteSpool(path: text.path)
    while spool.count < text.bytes.count {
      let rest = text.bytes[spool.count...].prefix(ByteSpool.pieceSize)
      _ = try spool.append { (window) throws(Diagnostic) in
        for (index, byte) in rest.enumerated() {
          window[index] = byte == TextDialect.carriageReturn ? TextDialect.newline : byte
        }
        return rest.count
      }
    }
    return try spool.file()
  }

  /// The same file in UTF-8.
  private static func utf8(_ input: InputFile, _ encoding: String?) throws(Diagnostic) -> InputFile {
    guard let name = encoding?.lowercased() ?? utf16Name(input.bytes), name != "utf-8", name != "utf8" else {
      return input
    }
    guard names.contains(name) else {
      throw Diagnostic(
        "no encoding named `\(name)`", hint: didYouMean(name, among: names),
        notes: ["encodings: " + names.joined(separator: ", ")])
    }
    guard let converted = try convert(input, from: name == "latin-1" ? "ISO-8859-1" : name) else {
      throw Diagnostic("`\(input.path)` is not \(name) text", place: input.path)
    }
    return converted
  }

  private static func utf16Name(_ bytes: UnsafeRawBufferPointer) -> String? {
    if bytes.starts(with: [0xFF, 0xFE]) { return "utf-16le" }
    if bytes.starts(with: [0xFE, 0xFF]) { return "utf-16be" }
    let start = bytes.prefix(min(4096, bytes.count & ~1))
    if isUTF16(start, highByte: 1) { return "utf-16le" }
    return isUTF16(start, highByte: 0) ? "utf-16be" : nil
  }

  /// Whether bytes without a mark are UTF-16 all the same: of the units that a line end or a separator is one of, none
  /// is a control character, and no zero byte stands where the other half of a letter is.
  private static func isUTF16(_ start: Slice<UnsafeRawBufferPointer>, highByte: Int) -> Bool {
    var isSeparated = false
    for index in stride(from: 0, to: start.count, by: 2) {
      let (low, high) = (start[index + 1 - highByte], start[index + highByte])
      // The other order reads letters of ASCII so.
      if low == 0, high < 0x80 { return false }
      guard high == 0 else { continue }
      if low < 0x20, low != 0x09, low != 0x0A, low != 0x0D { return false }
      isSeparated = isSeparated || [0x09, 0x0A, 0x2C, 0x3B].contains(low)
    }
    return isSeparated
  }

  private static func convert(_ file: InputFile, from name: String) throws(Diagnostic) -> InputFile? {
    guard let converter = iconv_open("UTF-8", name), converter != iconv_t(bitPattern: -1) else { return nil }
    defer { iconv_close(converter) }
    let cancellation = Cancellation.current
    var input = UnsafeMutableRawPointer(mutating: file.bytes.baseAddress)?.assumingMemoryBound(to: CChar.self)
    var inputLeft = file.bytes.count
    var isText = true
    let spool = try ByteSpool(path: file.path)
    while isText, inputLeft > 0 {
      try cancellation.check()
      _ = try spool.append { (window) throws(Diagnostic) in
        var output = window.baseAddress?.assumingMemoryBound(to: CChar.self)
        var outputLeft = window.count
        isText = iconv(converter, &input, &inputLeft, &output, &outputLeft) != -1 || errno == E2BIG
        return window.count - outputLeft
      }
      Progress.report("converting \(file.path)", file.bytes.count - inputLeft, of: file.bytes.count)
    }
    return isText ? try spool.file() : nil
  }
}
