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

  static func badCount(_ name: String, _ count: Int) -> Diagnostic {
    Diagnostic("`\(name)` is \(count), and has to be at least 1", hint: "`\(name)=1`")
  }

  static func badFolds(_ n: Int, rows: Int) -> Diagnostic {
    Diagnostic("`n` is \(n), and has to be from 2 to the number of rows, \(rows)", hint: "`split folds n=5`")
  }
}
