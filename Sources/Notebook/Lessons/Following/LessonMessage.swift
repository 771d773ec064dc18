public import Display
import Foundation

/// What goes from the terminal that teaches to those that follow it: a line of JSON a message.
public enum LessonMessage: Codable, Sendable, Hashable {
  case report(LessonReport)
  /// Lines that the audience sees.
  case output([LessonLine])
  /// The lesson was left.
  case left

  /// Longer lines are none of ours.
  package static let longestLine = 4 << 20

  /// The message as it is sent, with the line break at its end.
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

/// A line of output, its pieces with the names of their roles.
public struct LessonLine: Codable, Sendable, Hashable {
  package struct Run: Codable, Sendable, Hashable {
    var text: String
    var role: String
  }

  package var runs: [Run]

  public init(_ line: StyledLine) { runs = line.runs.map { Run(text: $0.text, role: $0.role.wireName) } }

  /// The line again; whatever was sent, it is sanitised.
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

/// Cuts what arrives into messages, however the bytes come.
package struct LessonMessages {
  private var bytes: [UInt8] = []

  package init() {}

  /// The messages that are whole now. A line that is none is left out.
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
