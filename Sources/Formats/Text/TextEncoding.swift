import Diagnostics
import Parallelism

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Character encodings. All text is converted to UTF-8 before it is parsed.
enum TextEncoding {
  /// The names that users choose from, with the names of the C library. `known(_:)` accepts other spellings too.
  private static let encodings: [(name: String, others: [String], iconv: String)] = [
    ("utf-8", ["utf8sig", "unicode"], "UTF-8"), ("utf-16le", ["utf16", "ucs2"], "UTF-16LE"),
    ("utf-16be", [], "UTF-16BE"),
    ("windows-1251", ["cp1251", "win1251", "ansi1251"], "CP1251"),
    ("windows-1252", ["cp1252", "win1252", "ansi"], "CP1252"), ("windows-1250", ["cp1250", "win1250"], "CP1250"),
    ("windows-1253", ["cp1253"], "CP1253"), ("windows-1254", ["cp1254"], "CP1254"),
    ("windows-1255", ["cp1255"], "CP1255"),
    ("windows-1256", ["cp1256"], "CP1256"), ("windows-1257", ["cp1257"], "CP1257"), ("koi8-r", ["koi8"], "KOI8-R"),
    ("koi8-u", [], "KOI8-U"), ("cp866", ["ibm866", "866", "dos", "oem866"], "CP866"),
    ("latin-1", ["latin1", "iso88591", "l1", "88591", "ibm819", "cp819"], "ISO-8859-1"),
    ("iso-8859-2", ["latin2"], "ISO-8859-2"), ("iso-8859-5", ["cyrillic"], "ISO-8859-5"),
    ("iso-8859-9", ["latin5"], "ISO-8859-9"), ("iso-8859-15", ["latin9"], "ISO-8859-15"),
    ("macroman", ["mac", "macintosh", "macosroman"], "MACINTOSH"), ("cp437", ["ibm437", "437"], "CP437"),
    ("cp850", ["ibm850", "850"], "CP850"), ("shift-jis", ["sjis", "cp932", "ms932", "windows31j"], "CP932"),
    ("euc-jp", ["ujis"], "EUC-JP"), ("gbk", ["gb2312", "cp936", "ms936", "gb18030", "euccn"], "GB18030"),
    ("big5", ["cp950", "big5hkscs"], "BIG5-HKSCS"), ("euc-kr", ["cp949", "ksc5601", "uhc"], "CP949"),
  ]

  static var names: [String] { encodings.map(\.name) }

  /// The C library's name of an encoding. Case, dashes and blanks are ignored.
  private static func known(_ name: String) -> String? {
    let plain = { (text: String) in text.lowercased().filter { $0.isLetter || $0.isNumber } }
    let wanted = plain(name)
    return encodings.first { plain($0.name) == wanted || $0.others.contains(wanted) }?.iconv
  }

  /// Whether bytes look like text: no zero bytes, or UTF-16, or valid UTF-8 with only a few zero bytes.
  static func isText(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let start = bytes.prefix(4096)
    if utf16Name(bytes) != nil || !start.contains(0) { return true }
    let isRare = start.count { $0 == 0 } * 8 < start.count
    let isControl = { (byte: UInt8) in byte < 0x20 && byte != 0 && !(0x09...0x0D).contains(byte) }
    guard isRare, !start.contains(where: isControl) else { return false }
    // The sample may end inside a character, so it is cut at the last line end.
    let whole = start.count < bytes.count ? start.prefix(through: start.lastIndex(of: TextDialect.newline) ?? 0) : start
    return String(validating: whole, as: UTF8.self) != nil
  }

  /// Converts a file to UTF-8 with line feeds as line ends.
  static func text(_ input: InputFile, _ encoding: String?) throws(Diagnostic) -> InputFile {
    let text = try utf8(input, encoding)
    let start = text.bytes.prefix(1 << 16)
    // Spreadsheets on old Macs used only carriage returns as line ends.
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

  /// Converts a file to UTF-8.
  private static func utf8(_ input: InputFile, _ encoding: String?) throws(Diagnostic) -> InputFile {
    guard let name = encoding ?? utf16Name(input.bytes) else { return input }
    guard let library = known(name) else {
      throw Diagnostic(
        "no encoding named `\(name)`", hint: didYouMean(name, among: names),
        notes: ["encodings: " + names.joined(separator: ", ")]
      ).about(option: "encoding")
    }
    if library == "UTF-8" { return input }
    guard let converted = try convert(input, from: library) else {
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

  /// Whether bytes without a byte order mark are UTF-16: a separator or a line end occurs as a two-byte unit, no unit
  /// is a control character, and no unit is an ASCII character in the other byte order.
  private static func isUTF16(_ start: Slice<UnsafeRawBufferPointer>, highByte: Int) -> Bool {
    var isSeparated = false
    for index in stride(from: 0, to: start.count, by: 2) {
      let (low, high) = (start[index + 1 - highByte], start[index + highByte])
      // An ASCII character in the other byte order.
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
