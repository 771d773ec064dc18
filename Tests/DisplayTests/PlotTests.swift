import Display
import Foundation
import Generators
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

  private func plot(_ kind: Plot.Kind, every step: Int) -> Plot {
    var thinned = plot(kind)
    for index in thinned.series.indices {
      let places = stride(from: 0, to: steps.count, by: step)
      thinned.series[index].x = places.map { thinned.series[index].x[$0] }
      thinned.series[index].y = places.map { thinned.series[index].y[$0] }
    }
    return thinned
  }

  private var broken: Plot {
    Plot(.line, series: [Plot.Series(x: steps, y: steps.map { (7...11).contains($0) ? .nan : $0 })])
  }

  private var intervals: Plot {
    Plot(
      .intervals, title: "who leads", xLabel: "recall@10", categories: ["favourites", "ease, warm users", "random"],
      series: [Plot.Series(y: [0.1981, 0.2014, .nan, 0.19], halves: [0.0078, 0.0081, 0.1, .nan])])
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
        ("bars of several series", twofold.styledText(page).plain),
        ("bars of several series in ascii", twofold.styledText(ascii).plain),
        ("points of several series", plot(.scatter, every: 9).styledText(page, height: 6).plain),
        ("a gap where a value is missing", broken.styledText(page, height: 5).plain),
        ("intervals", intervals.styledText(page).plain),
        ("intervals in ascii", intervals.styledText(ascii).plain),
        ("days, whatever their order", days.styledText(page, height: 5).plain),
        ("nothing", Plot(.scatter, title: "empty", series: []).styledText(page).plain),
      ]), "plots.txt")
  }

  private var twofold: Plot {
    Plot(
      .bar, categories: ["March", "April"],
      series: [Plot.Series(name: "rows", y: [50_466, 48_438]), Plot.Series(name: "buyers", y: [6431, .nan])])
  }

  /// 2024-02-26 to 2024-05-05, every second day first.
  private var days: Plot {
    let x = [Array(stride(from: 19_779, to: 19_849, by: 2)), Array(stride(from: 19_780, to: 19_849, by: 2))]
      .joined().map { Double($0) }
    return Plot(.line, xQuantity: .date, series: [Plot.Series(x: x, y: x.map { ($0 - 19_779) })])
  }

  /// The names under a drawing 60 cells wide that goes from `low` to `high`.
  private func names(_ quantity: Plot.Quantity, _ low: Double, _ high: Double) -> [Substring] {
    let plot = Plot(.line, xQuantity: quantity, series: [Plot.Series(x: [low, high], y: [0, 1])])
    return plot.styledText(Page(width: 100), height: 3).plain.split(separator: "\n").last?
      .split(separator: "  ", omittingEmptySubsequences: true).map { $0.drop { $0 == " " } } ?? []
  }

  @Test func timeIsNamedAsACalendarDoes() {
    let march = 19_783.0
    #expect(names(.date, march, march + 5) == (1...6).map { "2024-03-0\($0)" })
    #expect(names(.date, march, march + 29).prefix(2) == ["2024-03-04", "2024-03-11"])
    #expect(names(.date, march - 1, march + 130).prefix(3) == ["2024-03", "2024-04", "2024-05"])
    #expect(names(.date, march, march + 3000).prefix(2) == ["2026", "2028"])
    #expect(names(.moment, march * 86_400 + 43_200, (march + 1) * 86_400 + 43_200).prefix(3).contains("18:00"))
    #expect(names(.moment, march * 86_400 + 43_200, (march + 1) * 86_400 + 43_200).contains("2024-03-02"))
    #expect(names(.timeOfDay, 0, 86_399) == ["00:00", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00"])
    // Beyond any calendar there are plain numbers.
    #expect(!names(.date, 0, 1e300).isEmpty)
    #expect(!names(.moment, 0, 1e-9).isEmpty)
  }

  @Test func countsAreNamedByWholeNumbers() {
    let plot = Plot(.histogram, series: [Plot.Series(x: [1, 2, 3, 3])], bins: 3)
    #expect(!plot.styledText(Page(width: 40)).plain.split(separator: "\n").prefix(16).contains { $0.contains(".") })
  }

  /// Bars begin at zero, also where all values are below it.
  @Test(arguments: [1.0, -1]) func barsBeginAtZero(sign: Double) {
    let plot = Plot(.bar, categories: ["x", "y"], series: [Plot.Series(y: [5 * sign, 3 * sign])])
    let lengths = plot.styledText(Page(width: 100)).plain.split(separator: "\n").map { $0.count { $0 == "█" } }
    #expect(lengths.count == 2 && abs(Double(lengths[1]) - 0.6 * Double(lengths[0])) <= 1, "\(lengths)")
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
          var plot = Plot(kind, categories: ["a"], series: [Plot.Series(x: x, y: y)])
          plot.xQuantity = [.number, .date, .moment, .timeOfDay][(x.count + y.count) % 4]
          let page = Page(width: 40)
          #expect(plot.styledText(page, height: 4).width() <= 40)
          #expect(plot.svg().hasSuffix("</svg>\n"))
        }
      }
    }
  }

  @Test func noLineIsWiderThanThePage() {
    var generator = SplitMix(state: 8)
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

  /// A line has as many parts as its values without a gap between them.
  @Test func aMissingValueBreaksALine() {
    #expect(broken.svg().ranges(of: "<polyline").count == 2)
    let text = broken.styledText(Page(width: 80)).plain
    #expect(text.split(separator: "\n").contains { $0.contains("⠀") || $0.contains("    ") })
    var alone = broken
    alone.series[0].y = alone.series[0].y.indices.map { $0 == 50 ? 5 : .nan }
    #expect(alone.svg().ranges(of: "<circle").count == 1)
  }

  /// Twelve series of bars have twelve fills: as text, and as hatching that the picture defines.
  @Test func twelveSeriesOfBarsStandApart() {
    let many = Plot(
      .bar, categories: ["x"], series: (0..<12).map { Plot.Series(name: "s\($0)", y: [Double($0 + 1)]) })
    let bars = many.styledText(Page(width: 80)).plain.split(separator: "\n").suffix(12)
    let fills = bars.compactMap { line in line.first { !$0.isWhitespace && $0 != "x" } }
    #expect(Set(fills).count == 12)
    let svg = many.svg()
    let names = svg.matches(of: /url\(#([^)]+)\)/).map { String($0.output.1) }
    #expect(Set(names).count == 11 && Set(names).allSatisfy { svg.contains("<pattern id=\"\($0)\"") })
  }

  /// Without colours a series is known by its mark, its dashes or its hatching.
  @Test func seriesAreToldApartWithoutColours() {
    let page = Page(width: 80)
    for kind in [Plot.Kind.line, .scatter] {
      let text = plot(kind).styledText(page).plain
      #expect(text.contains("● train  ▲ valid"))
      #expect(text.count { $0 == "●" } > 2 && text.count { $0 == "▲" } > 2)
    }
    #expect(plot(.line).svg().contains("stroke-dasharray"))
    #expect(twofold.svg().contains("url(#hatch1)"))
    let bars = twofold.styledText(page).plain
    #expect(bars.contains("█ rows  ▒ buyers") && bars.count { $0 == "▒" } > 2)
  }

  /// Marks and names of many series stay together, and no two of twelve are the same.
  @Test func twelveSeriesAreToldApart() {
    let series = (0..<12).map { Plot.Series(name: "series number \($0)", x: [1, 2], y: [Double($0), 10]) }
    let lines = Plot(.line, series: series).styledText(Page(width: 60)).plain.split(separator: "\n")
    let legend = lines.prefix { $0.contains("series number") }
    let marks = legend.flatMap { $0.matches(of: /(\S) series number/).map { String($0.output.1) } }
    #expect(Set(marks).count == 12 && marks.count == 12, "\(legend)")
    let svg = Plot(.line, series: series).svg()
    let strokes = svg.matches(of: /<polyline[^>]*stroke="([^"]+)"[^>]*?(stroke-dasharray="[^"]*")? points/).map {
      "\($0.output.1) \($0.output.2 ?? "")"
    }
    #expect(Set(strokes).count == 12)
    // Lines of few points have a mark at each of them.
    #expect(svg.ranges(of: "<circle").count == 6)
  }

  /// The number beside a bar of zero stands at zero, and a missing one is a dash.
  @Test func zeroAndNothingAreToldApart() {
    let plot = Plot(
      .bar, yLabel: "change", categories: ["up", "down", "zero", "none"], series: [Plot.Series(y: [2, -2, 0, .nan])])
    let lines = plot.styledText(Page(width: 60)).plain.split(separator: "\n")
    #expect(lines[0] == "change" && lines[4].hasSuffix(" –") && !lines[4].contains("NaN"))
    let zero = lines[1].firstIndex(of: "█").map { lines[1].distance(from: lines[1].startIndex, to: $0) } ?? 0
    #expect(lines[3].count - 1 >= zero, "\(lines)")
  }

  /// Names of bars stand under them, slanted and cut where they are long, and nothing leaves the picture.
  @Test func longNamesStayInThePicture() throws {
    let names = (0..<30).map { "a category with a long name \($0)" }
    let plot = Plot(
      .bar, title: String(repeating: "title ", count: 60), categories: names,
      series: [Plot.Series(name: String(repeating: "n", count: 200), y: names.indices.map { Double($0) * 1e8 })])
    let svg = plot.svg()
    #expect(svg.contains("rotate(-35") && svg.contains("a category") && XMLNesting(svg).isBalanced)
    #expect(!svg.contains(String(repeating: "title ", count: 40)))
  }

  /// Names of series stand in rows above what is drawn, however many there are.
  @Test(arguments: [2, 5, 12, 40]) func namesOfSeriesCoverNothing(_ count: Int) throws {
    let series = (0..<count).map { Plot.Series(name: "a model named \($0)", x: [1, 2], y: [Double($0), 10]) }
    let svg = Plot(.line, series: series).svg()
    let names = svg.matches(of: /y="([0-9.]+)" text-anchor="start">a model named/).compactMap { Double($0.output.1) }
    let points = svg.matches(of: /points="[0-9.]+,([0-9.]+) [0-9.]+,([0-9.]+)"/)
      .compactMap { [$0.output.1, $0.output.2].compactMap { Double($0) }.min() }
    #expect(names.count == min(count, 24) && points.count == count)
    #expect(try #require(names.max()) < #require(points.min()))
  }

  @Test func countsOfAHistogramAreComplete() {
    let text = histogram.styledText(Page(width: 64)).plain
    #expect(text.contains("1 value is not finite and not drawn"))
    let log = Plot(.loglog, series: [Plot.Series(x: [-1, 0, 1, 10], y: [1, 1, 1, 100])]).styledText().plain
    #expect(log.contains("2 values are not finite or not above zero and not drawn"))
  }

  @Test func svgIsWellFormedAndThinned() throws {
    let many = 200_000
    let x = (0..<many).map { Double($0) }
    let plots = [
      plot(.line), plot(.scatter), plot(.loglog), histogram, bars, twofold, intervals, broken,
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
