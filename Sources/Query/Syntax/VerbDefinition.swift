import Diagnostics

/// A user-defined verb: a pipeline with parameters. A call is expanded like a macro.
///
///     define top_sold(by=product_id, n=10) = group_by $by | sort len desc | head $n
public struct VerbDefinition: Sendable {
  public let name: String
  public let parameters: [DefinedParameter]
  /// The pipeline as written, from its first verb on.
  public let body: String
  /// Whether it begins a pipeline.
  let isSource: Bool

  public init(name: String, parameters: [DefinedParameter], body: String, isSource: Bool) {
    self.name = name
    self.parameters = parameters
    self.body = body
    self.isSource = isSource
  }

  /// Its declaration, so that help and completion treat it like a built-in verb.
  public var declaration: VerbDeclaration {
    VerbDeclaration(
      name, summary: "defined here: `\(body.split(separator: "\n").joined(separator: " "))`",
      options: parameters.map { Option($0.name, .value, default: $0.defaultText, "a parameter") }, isSource: isSource,
      examples: [])
  }

  /// `top_sold(by=product_id, n=10)`
  public var signature: String {
    if parameters.isEmpty { return Spelling.name(name) }
    let texts = parameters.map { Spelling.name($0.name) + ($0.defaultText.map { "=" + $0 } ?? "") }
    return "\(Spelling.name(name))(\(texts.joined(separator: ", ")))"
  }

  /// The `define` statement.
  public var text: String { "define \(signature) = \(body)" }

  /// The pipeline with its parameters replaced by the texts of arguments.
  func written(with arguments: [String: String]) throws(Diagnostic) -> String {
    let bytes = Array(body.utf8)
    var result: [UInt8] = []
    var end = 0
    for token in try Lexer.tokens(of: Source(name: name, text: body)) {
      guard case .session(let name) = token.kind, let argument = arguments[name] else { continue }
      result += bytes[end..<token.range.lowerBound]
      result += Array(argument.utf8)
      end = token.range.upperBound
    }
    return String(decoding: result + bytes[end...], as: UTF8.self)
  }
}

/// A parameter of a user-defined verb; required if it has no default.
public struct DefinedParameter: Sendable {
  public let name: String
  /// The default as written.
  public let defaultText: String?

  public init(_ name: String, defaultText: String?) {
    self.name = name
    self.defaultText = defaultText
  }
}
