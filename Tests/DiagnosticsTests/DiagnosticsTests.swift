import Diagnostics
import Testing

@Suite struct NearNamesTests {
  private let columns = ["user_id", "product_id", "date", "category_name", "цена"]

  @Test(arguments: [
    ("produkt_id", "product_id"), ("prodcut_id", "product_id"), ("User_ID", "user_id"), ("dat", "date"),
    ("category", "category_name"), ("цено", "цена"), ("ate", "date"),
  ])
  func `a slip of the hand finds its name`(_ typed: String, _ meant: String) {
    #expect(nearNames(to: typed, among: columns).first == meant)
    #expect(didYouMean(typed, among: columns) == "did you mean `\(meant)`?")
  }

  @Test func `nothing near is nothing said`() {
    for typed in ["", "x", "revenue", "zzzzzzzz"] {
      #expect(nearNames(to: typed, among: columns).isEmpty)
      #expect(didYouMean(typed, among: columns) == nil)
    }
    #expect(nearNames(to: "user_id", among: []).isEmpty)
  }

  @Test func `the nearest comes first, and no more than asked for`() {
    let names = ["sale", "sales", "salt", "sake", "tale"]
    #expect(nearNames(to: "sales", among: names).first == "sales")
    #expect(nearNames(to: "salw", among: names, limit: 2).count == 2)
  }
}

@Suite struct DiagnosticTests {
  private let source = Source(name: "In [7]", text: "train | filter цена = 7", firstLine: 4)

  @Test func `spans are bytes of their source`() {
    let span = SourceSpan(source, 15..<23)
    #expect(span.text == "цена")
    #expect(span.union(SourceSpan(source, 24..<25)).text == "цена =")
    #expect(SourceSpan(source, 20..<900).text.hasSuffix("= 7"))
    #expect(Source(name: "In [7]", text: source.text, firstLine: 4) == source)
    #expect(Source(name: "In [8]", text: source.text, firstLine: 4) != source)
  }

  @Test func `a place is given once and labels add up`() {
    let first = SourceSpan(source, 0..<5)
    let second = SourceSpan(source, 15..<23)
    let located = Diagnostic("no column").located(at: first).located(at: second)
    #expect(located.span == first)
    let labelled = located.labelling(second, "str").labelling(nil, "nothing").noting("a note")
    #expect(labelled.labels.map(\.text) == ["", "str"] && labelled.notes == ["a note"])
    #expect(Diagnostic("x", at: second, label: "here").labels == [Diagnostic.Label(second, "here")])
  }

  @Test func `kinds tell whose mistake it is`() {
    #expect(Diagnostic("x").kind == .error && Diagnostic.interrupted.kind == .interruption)
    let fault = Diagnostic.fault("lost count")
    #expect(fault.kind == .fault && fault.hint?.contains("report") == true)
  }
}
