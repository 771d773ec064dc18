package import Diagnostics

/// The error status of a call: gRPC's status number and the message.
package struct SparkRefusal: Sendable, Hashable {
  package let status: Int
  /// `[CLASS] text`, without plan and stack trace.
  package let message: String

  package init(status: Int, message encoded: String) {
    self.status = status
    let decoded = SparkRefusal.decoded(encoded)
    // The following lines contain plans and stack traces.
    let line = decoded.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    var text = SparkRefusal.withoutState(line).filter {
      !$0.unicodeScalars.contains { $0.value < 32 || $0.value == 127 }
    }
    while let last = text.last, last == ";" || last == " " { text.removeLast() }
    message = text.count > 500 ? text.prefix(500) + "…" : text
  }

  /// Decodes `%XX`.
  private static func decoded(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var position = 0
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "%"), position + 2 < bytes.count,
        let high = digit(bytes[position + 1]), let low = digit(bytes[position + 2])
      {
        result.append(high << 4 | low)
        position += 3
      } else {
        result.append(bytes[position])
        position += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }

  /// Removes ` SQLSTATE: 42703` at the end.
  private static func withoutState(_ line: String) -> String {
    guard let mark = line.ranges(of: " SQLSTATE: ").last, line[mark.upperBound...].count < 12 else { return line }
    return String(line[..<mark.lowerBound])
  }

  /// Spark's error class: `UNRESOLVED_COLUMN.WITH_SUGGESTION`.
  package var errorClass: String? {
    guard message.hasPrefix("["), let end = message.firstIndex(of: "]") else { return nil }
    return String(message[message.index(after: message.startIndex)..<end])
  }

  /// Whether the server does not know the operation.
  var isUnknownOperation: Bool {
    errorClass.map { $0.hasPrefix("INVALID_HANDLE.OPERATION") } ?? (status == 5)
  }

  private var isOfSession: Bool { errorClass?.hasPrefix("INVALID_HANDLE.SESSION") ?? false }

  package func diagnostic(of server: String) -> Diagnostic {
    var result = Diagnostic(
      message.isEmpty ? "`\(server)` refuses without a reason (gRPC's status \(status))" : "spark: \(message)",
      place: server)
    switch status {
    case 1: return Diagnostic("the server has stopped the work", hint: "run it again", place: server)
    case 16, 7:
      result.message = "`\(server)` does not accept who asks" + (message.isEmpty ? "" : ": \(message)")
      result.hint = "`connect \"\(server)/;token=…\"` with a token that is valid"
    case 14: result.hint = "try again later"
    case _ where isOfSession:
      result.message = "the session on `\(server)` has ended"
      result.hint = "`connect` again, and `load` again what was loaded there"
      result.notes = [message]
    case 8: result.hint = "`select` fewer columns, or `filter` first"
    case 12: result.hint = "this server lacks something that Lectern needs of Spark 3.5 or later"
    default: break
    }
    return result
  }
}
