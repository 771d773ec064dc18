/// The colours for highlighted code.
public enum CodeColors: Sendable, Hashable {
  case none, sixteen, many
  /// Only bold and inverse text, which every projector shows.
  case highContrast
}

extension CodePiece.Role {
  /// The parameters of `ESC [ … m`; empty for plain text.
  public func graphicRendition(_ colors: CodeColors) -> String {
    switch colors {
    case .none: ""
    case .sixteen: sixteen
    case .many: many
    case .highContrast: highContrast
    }
  }

  private var sixteen: String {
    switch self {
    case .verb, .command, .keyword: "36"
    case .function, .model: "35"
    case .option: "33"
    case .name: "32"
    case .column, .number: ""
    case .text: "33"
    case .comment: "2"
    case .unknown: "31;4"
    }
  }

  private var many: String {
    switch self {
    case .verb, .command: "1;38;5;32"
    case .keyword: "38;5;32"
    case .function, .model: "38;5;134"
    case .option: "38;5;136"
    case .name: "38;5;35"
    case .column: "38;5;73"
    case .text: "38;5;137"
    case .number: "38;5;68"
    case .comment: "38;5;245"
    case .unknown: "4;38;5;160"
    }
  }

  private var highContrast: String {
    switch self {
    case .verb, .command, .model, .function: "1"
    case .unknown: "7"
    case .option, .name, .column, .keyword, .text, .number, .comment: ""
    }
  }
}
