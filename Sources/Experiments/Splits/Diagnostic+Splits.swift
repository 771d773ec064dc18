import Diagnostics

extension Diagnostic {
  static func unknownSplit(_ name: String, at span: SourceSpan?) -> Diagnostic {
    let names = Splits.all.map(\.name)
    return Diagnostic(
      "no split named `\(name)`", at: span, hint: didYouMean(name, among: names),
      notes: ["splits: " + names.joined(separator: ", ")])
  }

  static func badTestShare(_ test: Double, of whole: String) -> Diagnostic {
    Diagnostic(
      "`test` is \(test), and has to leave at least one for each part of \(whole)",
      hint: "`test=0.2` is a fifth, `test=1000` a thousand")
  }

  static let splitNeedsMoment = Diagnostic(
    "a split by time needs the moment the test part begins", hint: "`split time at=\"2024-07-01\"`")

  static let momentsOutOfOrder = Diagnostic(
    "the moments of a split by time have to rise", hint: "`split time at=[\"2024-06-01\", \"2024-07-01\"]`")

  static func badHold(_ hold: Double) -> Diagnostic {
    Diagnostic(
      "`hold` is \(hold), and has to be a share above 0 and below 1", hint: "`hold=0.2` is a fifth of a user's rows")
  }

  static func badFoldsOfValues(_ n: Int, values: Int, of column: String) -> Diagnostic {
    Diagnostic(
      "`n` is \(n); it must be from 2 to the number of different values of `\(column)`, \(values)",
      hint: "`split folds n=2 by=\(Spelling.name(column))`")
  }

  static func badCount(_ name: String, _ count: Int) -> Diagnostic {
    Diagnostic("`\(name)` is \(count); it must be at least 1", hint: "`\(name)=1`")
  }

  static func badFolds(_ n: Int, rows: Int) -> Diagnostic {
    Diagnostic("`n` is \(n); it must be from 2 to the number of rows, \(rows)", hint: "`split folds n=5`")
  }
}
