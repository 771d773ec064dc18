import Diagnostics

extension Statement: CustomStringConvertible {
  public var description: String {
    let text: String
    switch body {
    case .evaluation(let targets, let pipeline):
      let names = targets.map { Spelling.name($0.name) }.joined(separator: ", ")
      text = names.isEmpty ? "\(pipeline)" : "\(names) = \(pipeline)"
    case .command(let word, let argument, _):
      return ":" + word.name + (argument.isEmpty ? "" : " " + argument)
    case .definition(let definition): return definition.text
    case .help(let topic, let pipeline):
      let word = topic.map { Keyword.reserved.contains($0.name) ? $0.name : Spelling.name($0.name) } ?? ""
      text = pipeline.map { "\($0) | \(word)\(word.isEmpty ? "" : " ")?" } ?? "?" + word
    }
    return isSilenced ? text + ";" : text
  }
}

extension Pipeline: CustomStringConvertible {
  public var description: String {
    ([head.description] + stages.map(\.description)).joined(separator: " | ")
  }
}

extension Pipeline.Head: CustomStringConvertible {
  public var description: String {
    switch self {
    case .verb(let call): "\(call)"
    case .name(let name): Spelling.name(name.name)
    case .expression(let expression): "\(expression)"
    case .parenthesised(let pipeline): "(\(pipeline))"
    case .lastResult: "_"
    }
  }
}

extension VerbCall: CustomStringConvertible {
  public var description: String {
    var words = [name]
    var rest = arguments[...]
    while case .word(let word)? = rest.first {
      words.append(Spelling.name(word.name))
      rest.removeFirst()
    }
    var messages: [String] = []
    while case .message(let message)? = rest.last {
      messages.insert("\(message)", at: 0)
      rest.removeLast()
    }
    if !rest.isEmpty { words.append(rest.map(\.description).joined(separator: ", ")) }
    words += messages
    words += options.map(\.description)
    for (keyword, arguments) in clauses.sorted(by: { $0.key < $1.key }) {
      words.append(keyword)
      words.append(arguments.map(\.description).joined(separator: ", "))
    }
    return words.joined(separator: " ")
  }
}

extension Argument: CustomStringConvertible {
  public var description: String {
    switch self {
    case .expression(let expression): "\(expression)"
    case .word(let word): Spelling.name(word.name)
    case .assignment(nil, let expression): "\(expression)"
    case .assignment(let name?, let expression): "\(Spelling.name(name.name)) = \(expression)"
    case .sortKey(let key): "\(key)"
    case .table(let pipeline): pipeline.nestedText
    case .message(let text): "\(text)"
    case .assignments(let columns, let value): "\(columns) = \(value)"
    case .joinComparison(let left, let sign, let right): "\(left) \(sign.rawValue) \(right)"
    case .joinKey(let left, let right): left.description == right.description ? "\(left)" : "\(left) == \(right)"
    }
  }
}

extension OptionValue: CustomStringConvertible {
  public var description: String {
    switch value {
    case .expression(let expression): "\(Spelling.name(name.name))=\(expression)"
    case .table(let pipeline): "\(Spelling.name(name.name))=\(pipeline.nestedText)"
    }
  }
}

extension Pipeline {
  /// The text of a pipeline inside another one: only a name needs no parentheses.
  fileprivate var nestedText: String {
    if case .name = head, stages.isEmpty { return description }
    return "(\(self))"
  }
}
