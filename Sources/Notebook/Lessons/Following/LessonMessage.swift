public import Display
import Foundation

/// A message from the teaching terminal to its followers, encoded as one line of JSON.
public enum LessonMessage: Codable, Sendable, Hashable {
  case report(LessonReport)
  /// Lines that the audience sees.
  case output([LessonLine])
  /// The lesson has ended.
  case left

  /// A longer line is not a message of Lectern.
  package static let longestLine = 4 << 20

  /// The encoded message with its line break.
  package var line: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else { return "\n" }
    return String(decoding: data, as: UTF8.self) + "\n"
  }

  package init?(line: some Sequence<UInt8>) {
    guard let message = try? JSONDecoder().decode(LessonMessage.self, from: Data(line)) else { return nil }
    self = message
  }
}

/// A line of output whose pieces have roles.
public struct LessonLine: Codable, Sendable, Hashable {
  package struct Run: Codable, Sendable, Hashable {
    var text: String
    var role: String
  }

  package var runs: [Run]

  public init(_ line: StyledLine) { runs = line.runs.map { Run(text: $0.text, role: $0.role.wireName) } }

  /// The decoded line. It is sanitised, whatever was sent.
  public var styled: StyledLine { StyledLine(runs.map { StyledLine.Run($0.text, Role(wireName: $0.role)) }) }
}

extension Role {
  private static let named: [(name: String, role: Role)] = [
    ("plain", .plain), ("dim", .dim), ("title", .title), ("header", .header), ("type", .type), ("number", .number),
    ("null", .null), ("keyword", .keyword), ("code", .code), ("strong", .strong), ("emphasis", .emphasis),
    ("error", .error), ("warning", .warning), ("hint", .hint), ("label", .label),
  ]

  fileprivate var wireName: String {
    switch self {
    case .link(let url): "link \(url)"
    case .series(let index): "series \(index)"
    default: Role.named.first { $0.role == self }?.name ?? "plain"
    }
  }

  fileprivate init(wireName: String) {
    let words = wireName.split(separator: " ", maxSplits: 1).map(String.init)
    switch words.first {
    case "link" where words.count == 2: self = .link(url: words[1])
    case "series" where words.count == 2: self = .series(Int(words[1]) ?? 0)
    default: self = Role.named.first { $0.name == wireName }?.role ?? .plain
    }
  }
}

/// Splits received bytes into messages, whatever the sizes of the pieces.
package struct LessonMessages {
  private var bytes: [UInt8] = []

  package init() {}

  /// Returns the messages that are now complete. Invalid lines are skipped.
  package mutating func receive(_ arrived: some Collection<UInt8>) -> [LessonMessage] {
    bytes += arrived
    var messages: [LessonMessage] = []
    while let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
      if let message = LessonMessage(line: bytes[..<end]) { messages.append(message) }
      bytes.removeSubrange(...end)
    }
    if bytes.count > LessonMessage.longestLine { bytes = [] }
    return messages
  }
}
