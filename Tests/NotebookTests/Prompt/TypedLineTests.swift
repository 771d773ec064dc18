import Notebook
import Testing

/// What a prompt shows of a line that is being typed.
@Suite struct TypedLineTests {
  @Test func parametersAreHintedAt() {
    let session = TestSession().session
    #expect(
      session.parameterHint(in: "train | with x = round(") == "x, digits)"
        || session.parameterHint(in: "train | with x = round(") != nil)
    #expect(session.parameterHint(in: "train | head ")?.contains("⟨") == true)
    #expect(session.parameterHint(in: "train | filter ")?.contains("condition") == true)
    #expect(session.parameterHint(in: "train | with x = round(a, ")?.hasPrefix("round(") == true)
    for line in ["", "train", "train | filter user_id > 7 ", "\"round(", "x = (", "# round(", "train | nothing "] {
      #expect(session.parameterHint(in: line) == nil, "\(line)")
    }
  }

  @Test func bracketsAreMatched() {
    func match(_ code: String, _ cursor: Int) -> [Int?]? {
      matchingBracket(in: code, at: cursor).map { [$0.bracket, $0.other] }
    }
    #expect(match("f(a[1])", 7) == [6, 1])
    #expect(match("f(a[1])", 6) == [5, 3])
    #expect(match("f(a", 2) == [1, nil])
    #expect(match("f(]", 3) == [2, nil])
    #expect(match("(\")\")", 5) == [4, 0])
    #expect(match("\"(\"", 2) == nil)
    #expect(match("ы(1)", 5) == [4, 2])
    #expect(match("abc", 1) == nil && match("", 0) == nil)
  }

  @Test func theVocabularyIsOfTheSession() {
    let test = TestSession()
    #expect(test.session.vocabulary.names.contains("train"))
    #expect(test.session.vocabulary.columns.isSuperset(of: ["user_id", "brand"]))
  }

  @Test(arguments: [CodeColors.none, .sixteen, .many, .highContrast]) func colorsAreOfTheirKind(_ colors: CodeColors) {
    let looks = codePieces(of: "t = train | flter \"x\" | fit EASE l=1", CodeVocabulary(isComplete: true)).map {
      $0.role.graphicRendition(colors)
    }
    switch colors {
    case .none: #expect(looks.allSatisfy { $0.isEmpty })
    case .sixteen: #expect(looks.allSatisfy { !$0.contains("38;5") } && looks.contains { !$0.isEmpty })
    case .many: #expect(looks.contains { $0.contains("38;5") })
    case .highContrast: #expect(looks.allSatisfy { ["", "1", "7"].contains($0) } && looks.contains("7"))
    }
  }
}
