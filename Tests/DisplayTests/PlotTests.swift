import Display
import Foundation
import TestSupport
import Testing

@Suite struct PlotTests {
  private let steps = (0..<200).map { Double($0) / 10 }

  private var curves: Plot {
    Plot(
      .line, title: "loss by iteration", xLabel: "iteration", yLabel: "loss",
      series: [
        Plot.Series(name: "train", x: steps, y: steps.map { 100 / ($0 + 0.5) }),
        Plot.Series(name: "valid", x: steps, y: steps.map { 20 + 100 / ($0 + 2) }),
      ])
  }

  private func plot(_ kind: Plot.Kind) -> Plot {
    var plot = curves
    plot.kind = kind
    return plot
  }

  private var histogram: Plot {
    Plot(.histogram, xLabel: "value", series: [Plot.Series(x: (0..<5000).map { Double($0 * $0 % 977) / 10 } + [.nan])])
  }

  private var bars: Plot {
    Plot(
      .bar, title: "len", categories: ["view", "to_cart", "поиск", "возврат", "?"],
      series: [Plot.Series(y: [952_219, 14_551, 300_000, -20_000, .nan])])
  }

  @Test func looksAsRecorded() throws {
    let page = Page(width: 64)
    let ascii = Page(width: 50, isASCII: true)
    try expectGolden(
      sections([
        ("line", curves.styledText(page).plain),
        ("line in ascii", curves.styledText(ascii, height: 8).plain),
        ("scatter", plot(.scatter).styledText(page, height: 6).plain),
        ("loglog", plot(.loglog).styledText(page).plain),
        ("histogram", histogram.styledText(page, height: 8).plain),
        ("histogram in ascii", histogram.styledText(ascii, height: 8).plain),
        ("bars", bars.styledText(page).plain),
        ("bars in ascii", bars.styledText(ascii).plain),
        ("one point", Plot(.line, series: [Plot.Series(x: [1], y: [5])]).styledText(page, height: 5).plain),
        ("nothing", Plot(.scatter, title: "empty", series: []).styledText(page).plain),
      ]), "plots.txt")
  }

  @Test func constantsExtremesAndNothingAreDrawn() {
    let odd: [[Double]] = [
      [], [0], [5, 5, 5], [.nan, .infinity], [-.greatestFiniteMagnitude, .greatestFiniteMagnitude],
      [.leastNonzeroMagnitude, .leastNormalMagnitude],
      [1e300, 1e300.nextUp], [-1, -1e-9], Array(repeating: 0, count: 1000),
    ]
    for kind in Plot.Kind.allCases {
      for x in odd {
        for y in odd {
          let plot = Plot(kind, categories: ["a"], series: [Plot.Series(x: x, y: y)])
          let page = Page(width: 40)
          #expect(plot.styledText(page, height: 4).width() <= 40)
          #expect(plot.svg().hasSuffix("</svg>\n"))
        }
      }
    }
  }

  @Test func noLineIsWiderThanThePage() {
    var generator = SeededGenerator(8)
    for _ in 0..<200 {
      let count = Int.random(in: 0...60, using: &generator)
      let kind = Plot.Kind.allCases.randomElement(using: &generator) ?? .line
      let series = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
        Plot.Series(
          name: generator.text(upTo: 4), x: (0..<count).map { _ in generator.double() },
          y: (0..<count).map { _ in generator.double() })
      }
      let plot = Plot(
        kind, title: generator.text(upTo: 9), xLabel: generator.text(upTo: 30), yLabel: generator.text(upTo: 30),
        categories: (0..<count).map { _ in generator.text(upTo: 9) }, series: series,
        bins: Int.random(in: 0...300, using: &generator))
      let page = Page(width: Int.random(in: 20...150, using: &generator), isASCII: Bool.random(using: &generator))
      let text = plot.styledText(page, height: Int.random(in: 0...20, using: &generator))
      #expect(text.width(page.measure) <= page.width)
      #expect(isSafe(text.plain))
    }
  }

  @Test func countsOfAHistogramAreComplete() {
    let text = histogram.styledText(Page(width: 64)).plain
    #expect(text.contains("1 value is not finite and not drawn"))
    let log = Plot(.loglog, series: [Plot.Series(x: [-1, 0, 1, 10], y: [1, 1, 1, 100])]).styledText().plain
    #expect(log.contains("2 values are not above zero and not drawn"))
  }

  @Test func svgIsWellFormedAndThinned() throws {
    let many = 200_000
    let x = (0..<many).map { Double($0) }
    let plots = [
      plot(.line), plot(.scatter), plot(.loglog), histogram, bars,
      Plot(.scatter, title: "<&>", series: [Plot.Series(x: x, y: x.map { $0.truncatingRemainder(dividingBy: 7) })]),
    ]
    for plot in plots {
      let svg = plot.svg()
      #expect(svg.utf8.count < 2_000_000)
      let parser = XMLNesting(svg)
      #expect(parser.isBalanced)
    }
  }
}

/// Whether the elements of a small XML document open and close in order.
private struct XMLNesting {
  let isBalanced: Bool

  init(_ text: String) {
    var open: [Substring] = []
    var rest = text[...]
    while let start = rest.firstIndex(of: "<"), let end = rest[start...].firstIndex(of: ">") {
      let tag = rest[rest.index(after: start)..<end]
      let name = tag.drop { $0 == "/" }.prefix { $0.isLetter }
      if tag.hasPrefix("/") {
        guard open.popLast() == name else {
          isBalanced = false
          return
        }
      } else if !tag.hasSuffix("/") {
        open.append(name)
      }
      rest = rest[rest.index(after: end)...]
    }
    isBalanced = open.isEmpty && !rest.contains("<")
  }
}
