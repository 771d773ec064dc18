import Diagnostics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What bytes stand for which letters: everything is made UTF-8 before it is read.
enum TextEncoding {
  static let names = ["utf-8", "utf-16le", "utf-16be", "windows-1251", "windows-1252", "koi8-r", "latin-1"]

  /// Whether bytes look like text of any encoding: no zero byte, unless a mark at the start says UTF-16.
  static func isText(_ bytes: UnsafeRawBufferPointer) -> Bool {
    utf16Name(bytes) != nil || !bytes.prefix(4096).contains(0)
  }

  /// The same file in UTF-8.
  static func utf8(_ input: InputFile, _ encoding: String?) throws(Diagnostic) -> InputFile {
    guard let name = encoding?.lowercased() ?? utf16Name(input.bytes), name != "utf-8", name != "utf8" else {
      return input
    }
    guard names.contains(name) else {
      throw Diagnostic(
        "no encoding named `\(name)`", hint: didYouMean(name, among: names),
        notes: ["encodings: " + names.joined(separator: ", ")])
    }
    guard let converted = convert(input.bytes, from: name == "latin-1" ? "ISO-8859-1" : name) else {
      throw Diagnostic("`\(input.path)` is not \(name) text", place: input.path)
    }
    return InputFile(path: input.path, converted)
  }

  private static func utf16Name(_ bytes: UnsafeRawBufferPointer) -> String? {
    if bytes.starts(with: [0xFF, 0xFE]) { return "utf-16le" }
    if bytes.starts(with: [0xFE, 0xFF]) { return "utf-16be" }
    return nil
  }

  private static func convert(_ bytes: UnsafeRawBufferPointer, from name: String) -> [UInt8]? {
    guard let converter = iconv_open("UTF-8", name), converter != iconv_t(bitPattern: -1) else { return nil }
    defer { iconv_close(converter) }
    var input = UnsafeMutableRawPointer(mutating: bytes.baseAddress)?.assumingMemoryBound(to: CChar.self)
    var inputLeft = bytes.count
    var converted: [UInt8] = []
    let piece = UnsafeMutablePointer<CChar>.allocate(capacity: 1 << 16)
    defer { piece.deallocate() }
    while inputLeft > 0 {
      var output: UnsafeMutablePointer<CChar>? = piece
      var outputLeft = 1 << 16
      let status = iconv(converter, &input, &inputLeft, &output, &outputLeft)
      converted.append(contentsOf: UnsafeRawBufferPointer(start: piece, count: (1 << 16) - outputLeft))
      if status == -1, errno != E2BIG { return nil }
    }
    return converted
  }
}
