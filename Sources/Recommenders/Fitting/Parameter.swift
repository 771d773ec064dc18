/// A parameter without the type of its model: for help, completion and messages.
public struct ParameterDeclaration: Sendable {
  /// The values that a parameter can have.
  public enum Domain: Sendable {
    case integer(ClosedRange<Int>)
    case real(ClosedRange<Double>)
    case flag
    /// One of these.
    case word([String])
    /// Two numbers, the lower first.
    case interval
    /// Model names or fitted models; written without the parameter's name.
    case models
    /// A value of another domain, or a word that stands for “no value”.
    indirect case optional(Domain, word: String)

    /// The domain of the values, without the word for “no value”.
    var ofValues: Domain { if case .optional(let domain, _) = self { domain } else { self } }
  }

  public let name: String
  public let domain: Domain
  /// The default as it would be written.
  public let defaultText: String
  /// One line: what it means.
  public let meaning: String

  /// The values allowed, as help and messages write them: `1…1024`, `paper or rectools`.
  public var domainText: String { domain.text }
}

extension ParameterDeclaration.Domain {
  fileprivate var text: String {
    switch self {
    case .integer(let range):
      range.upperBound == Int.max ? "≥ \(range.lowerBound)" : "\(range.lowerBound)…\(range.upperBound)"
    case .real(let range):
      range.upperBound == .infinity
        ? "≥ \(numberText(range.lowerBound))" : "\(numberText(range.lowerBound))…\(numberText(range.upperBound))"
    case .flag: "true or false"
    case .word(let words): words.joined(separator: " or ")
    case .interval: "[low, high]"
    case .models: "[models]"
    case .optional(let domain, let word): "\(domain.text) or \(word)"
    }
  }
}

/// A parameter of a model: its declaration and the property that stores its value. Models make it with the factories
/// below.
public struct Parameter<Owner>: Sendable {
  let name: String
  let domain: ParameterDeclaration.Domain
  let meaning: String
  let get: @Sendable (Owner) -> ParameterValue
  let set: @Sendable (inout Owner, ParameterValue) -> Void
  /// Whether it is the number of iterations: then the model is fitted by iterations, and the fit can be continued.
  var countsIterations = false

  /// The number of iterations, under the model's own name for it.
  public static func iterations(
    _ name: String, _ path: any WritableKeyPath<Owner, Int> & Sendable, _ meaning: String
  ) -> Parameter {
    var parameter = integer(name, path, in: 1...100_000, meaning)
    parameter.countsIterations = true
    return parameter
  }

  /// A whole number.
  public static func integer(
    _ name: String, _ path: any WritableKeyPath<Owner, Int> & Sendable, in range: ClosedRange<Int>, _ meaning: String
  ) -> Parameter {
    Parameter(
      name: name, domain: .integer(range), meaning: meaning, get: { .integer($0[keyPath: path]) },
      set: { if case .integer(let value) = $1 { $0[keyPath: path] = value } })
  }

  /// A number; an infinite upper bound means no bound.
  public static func real(
    _ name: String, _ path: any WritableKeyPath<Owner, Double> & Sendable, in range: ClosedRange<Double>,
    _ meaning: String
  ) -> Parameter {
    Parameter(
      name: name, domain: .real(range), meaning: meaning, get: { .real($0[keyPath: path]) },
      set: { if case .real(let value) = $1 { $0[keyPath: path] = value } })
  }

  /// True or false.
  public static func flag(
    _ name: String, _ path: any WritableKeyPath<Owner, Bool> & Sendable, _ meaning: String
  ) -> Parameter {
    Parameter(
      name: name, domain: .flag, meaning: meaning, get: { .flag($0[keyPath: path]) },
      set: { if case .flag(let value) = $1 { $0[keyPath: path] = value } })
  }

  /// One of the words of an enumeration.
  public static func word<Word: RawRepresentable<String> & CaseIterable & SendableMetatype>(
    _ name: String, _ path: any WritableKeyPath<Owner, Word> & Sendable, _ meaning: String
  ) -> Parameter {
    Parameter(
      name: name, domain: .word(Word.allCases.map(\.rawValue)), meaning: meaning,
      get: { .word($0[keyPath: path].rawValue) },
      set: { if case .word(let text) = $1, let word = Word(rawValue: text) { $0[keyPath: path] = word } })
  }

  /// A whole number, or a word for “no value”.
  public static func integer(
    _ name: String, _ path: any WritableKeyPath<Owner, Int?> & Sendable, in range: ClosedRange<Int>,
    orWord word: String, _ meaning: String
  ) -> Parameter {
    Parameter(
      name: name, domain: .optional(.integer(range), word: word), meaning: meaning,
      get: { $0[keyPath: path].map { .integer($0) } ?? .word(word) },
      set: { if case .integer(let value) = $1 { $0[keyPath: path] = value } else { $0[keyPath: path] = nil } })
  }

  /// A number, or a word for “no value”.
  public static func real(
    _ name: String, _ path: any WritableKeyPath<Owner, Double?> & Sendable, in range: ClosedRange<Double>,
    orWord word: String, _ meaning: String
  ) -> Parameter {
    Parameter(
      name: name, domain: .optional(.real(range), word: word), meaning: meaning,
      get: { $0[keyPath: path].map { .real($0) } ?? .word(word) },
      set: { if case .real(let value) = $1 { $0[keyPath: path] = value } else { $0[keyPath: path] = nil } })
  }

  /// Two numbers, the lower first.
  public static func interval(
    _ name: String, _ path: any WritableKeyPath<Owner, ClosedRange<Double>> & Sendable, _ meaning: String
  ) -> Parameter {
    Parameter(
      name: name, domain: .interval, meaning: meaning,
      get: { .numbers([$0[keyPath: path].lowerBound, $0[keyPath: path].upperBound]) },
      set: { if case .numbers(let ends) = $1 { $0[keyPath: path] = ends[0]...ends[1] } })
  }

  /// Other models.
  public static func models(
    _ name: String, _ path: any WritableKeyPath<Owner, [ModelReference]> & Sendable, _ meaning: String
  ) -> Parameter {
    Parameter(
      name: name, domain: .models, meaning: meaning, get: { .models($0[keyPath: path]) },
      set: { if case .models(let models) = $1 { $0[keyPath: path] = models } })
  }

  func declaration(defaults owner: Owner) -> ParameterDeclaration {
    ParameterDeclaration(name: name, domain: domain, defaultText: get(owner).text, meaning: meaning)
  }
}

extension ParameterDeclaration.Domain {
  /// The value as this domain stores it, or nil if it is outside.
  func accepting(_ value: ParameterValue) -> ParameterValue? {
    switch (self, value) {
    case (.integer(let range), .integer(let number)): range.contains(number) ? value : nil
    case (.integer(let range), .real(let number)):
      Int(exactly: number).flatMap { range.contains($0) ? .integer($0) : nil }
    case (.real(let range), .real(let number)): number.isFinite && range.contains(number) ? value : nil
    case (.real(let range), .integer(let number)): range.contains(Double(number)) ? .real(Double(number)) : nil
    case (.flag, .flag): value
    case (.word(let words), .word(let word)): words.contains(word) ? value : nil
    case (.interval, .numbers(let ends)):
      ends.count == 2 && ends.allSatisfy(\.isFinite) && ends[0] <= ends[1] ? value : nil
    case (.models, .models(let models)): models.isEmpty ? nil : value
    case (.optional(_, let word), .word(let given)) where given == word: value
    case (.optional(let domain, _), _): domain.accepting(value)
    default: nil
    }
  }
}
