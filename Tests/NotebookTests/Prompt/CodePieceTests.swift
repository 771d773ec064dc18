import Display
import Notebook
import Testing

/// What the words of a cell are, for whoever colours them.
@Suite struct CodePieceTests {
  /// `verb:filter name:train`, in order.
  private func roles(_ code: String, _ vocabulary: CodeVocabulary = CodeVocabulary()) -> String {
    let bytes = Array(code.utf8)
    return codePieces(of: code, vocabulary).map { piece in
      "\(piece.role):\(String(decoding: bytes[piece.range], as: UTF8.self))"
    }.joined(separator: " ")
  }

  @Test func wordsAreWhatTheirPlaceMakesThem() {
    let known = CodeVocabulary(names: ["train"], columns: ["user_id", "len"], isComplete: true)
    #expect(
      roles("best = train | filter user_id > 7 and len == 2 | head 3 # few", known)
        == "name:best name:train verb:filter column:user_id number:7 keyword:and column:len number:2 verb:head number:3 "
        + "comment:# few")
    #expect(roles("a, b = train | split date", known) == "name:a name:b name:train verb:split")
    #expect(
      roles("t | fit EASE l=1e3 seed=0").hasSuffix("verb:fit model:EASE option:l number:1e3 option:seed number:0"))
    #expect(roles("table a = [1]") == "verb:table option:a number:1")
    #expect(roles("a,b=1") == "name:a name:b number:1")
    #expect(roles(":set rows 20") == "command::set")
    #expect(roles("train | agg m = mean(len)", known) == "name:train verb:agg option:m function:mean column:len")
    #expect(roles("load \"a b\" | select `x y`") == "verb:load text:\"a b\" verb:select column:`x y`")
    #expect(roles("$a + _2", known).hasPrefix("name:$a"))
  }

  @Test func linesGoOnWhereTheLanguageSaysSo() {
    let known = CodeVocabulary(names: ["t"])
    #expect(
      roles("t = table a = [1]\nt\n  | head 1", known)
        == "name:t verb:table option:a number:1 name:t verb:head number:1")
    #expect(roles("x = 1\ny = 2") == "name:x number:1 name:y number:2")
    #expect(roles("sum(\nx = 1\n)") == "function:sum option:x number:1")
  }

  @Test func onlyACompleteVocabularyKnowsMistakes() {
    let known = CodeVocabulary(names: ["train"], isComplete: true)
    #expect(roles("train | flter x | head 1", known).contains("unknown:flter"))
    #expect(roles("tran | head 1", known).contains("unknown:tran"))
    #expect(roles("train | with x = men(a)", known).contains("unknown:men"))
    #expect(!roles("train | flter x").contains("unknown"))
    // What is still being typed is no mistake yet.
    #expect(!roles("train | fil", known).contains("unknown"))
  }

  /// A session that is resumed shows its cells again.
  @Test func echoedCodeIsBrokenBetweenTokens() {
    let code =
      "train | group_by user_id agg n = len(), products = n_unique(product_id) | sort n desc | head 3\nx = 1\n"
    #expect(
      echoedText(code, prompt: "In [3]: ", width: 60).plain == """
        In [3]: train | group_by user_id agg n = len(),
                    products = n_unique(product_id) | sort n desc
                    | head 3
                x = 1
        """)
    #expect(echoedText(code, prompt: "In [3]: ", width: nil).lines.count == 2, "in a file lines stay whole")
    #expect(echoedText(code, prompt: "In [3]: ", width: 4).lines.allSatisfy { $0.width() <= 9 })
  }

  @Test(arguments: [
    "\"", "`a", "a = ", "|", "\"\\", "$", ":", "a,", "a, =", "7.", "é", "a\n=\n", ")))", "# x", "a b = c",
  ])
  func anythingHasPieces(_ code: String) {
    for count in 0...code.count {
      let text = String(code.prefix(count))
      var end = 0
      for piece in codePieces(of: text, CodeVocabulary(isComplete: true)) {
        #expect(piece.range.lowerBound >= end && piece.range.upperBound <= text.utf8.count)
        end = piece.range.upperBound
      }
    }
  }
}
