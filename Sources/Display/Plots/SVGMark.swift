/// The appearance of a series in SVG: a colour, and a shape or pattern that distinguishes it without colours.
struct SVGMark {
  static let colors = ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9"]
  private static let patterns = ["", "7 3", "2 3", "9 3 2 3", "1 4", "12 4"]

  private let index: Int
  /// How often all colours were used before: the bars of every round have hatching of their own.
  private let round: Int
  /// The place of the dashes, which shift by one after six series: no two of 36 have the same colour and dashes.
  private let pattern: Int

  init(_ series: Int) {
    index = series % SVGMark.colors.count
    round = series / SVGMark.colors.count
    pattern = (series + series / SVGMark.colors.count) % SVGMark.patterns.count
  }

  var color: String { SVGMark.colors[index] }

  /// The dash attribute of a line; the first series is solid.
  var dashes: String { pattern == 0 ? "" : #" stroke-dasharray="\#(SVGMark.patterns[pattern])""# }

  /// The fill of a bar.
  var filling: String { index == 0 && round == 0 ? color : "url(#\(hatchingName))" }

  private var hatchingName: String { round == 0 ? "hatch\(index)" : "hatch\(index)-\(round)" }

  /// The pattern to which `filling` refers.
  var hatching: String {
    let (angle, step) = (45 + 35 * (index - 1), 5 + index)
    // From the second round on, further lines cross those of the first: a grid, then a narrower one.
    let crossing =
      round == 0 ? "" : #"<rect width="\#(step)" height="\#(min(step - 1, 1 + round))" fill="\#(color)"/>"#
    return
      #"<pattern id="\#(hatchingName)" width="\#(step)" height="\#(step)" patternUnits="userSpaceOnUse" "#
      + #"patternTransform="rotate(\#(angle))"><rect width="\#(step)" height="\#(step)" fill="\#(color)" "#
      + #"fill-opacity="0.4"/><rect width="2" height="\#(step)" fill="\#(color)"/>\#(crossing)</pattern>"#
  }

  /// A point marker.
  func shape(_ x: String, _ y: String) -> String {
    let style = #"fill="\#(color)" fill-opacity="0.7""#
    if index == 0 { return #"<circle cx="\#(x)" cy="\#(y)" r="2.5" \#(style)/>"# }
    let forms = [
      "M0-4L4 3H-4Z", "M-3-3H3V3H-3Z", "M0-4L4 0L0 4L-4 0Z", "M0 4L4-3H-4Z",
      "M-4-1H-1V-4H1V-1H4V1H1V4H-1V1H-4Z",
    ]
    return #"<path transform="translate(\#(x) \#(y))" d="\#(forms[index - 1])" \#(style)/>"#
  }
}

/// Measures and shortens text in SVG. The width is only an estimate, since the browser chooses the font.
enum SVGText {
  private static let cell = 7.0

  static func width(_ text: String) -> Double {
    let text = sanitised(text)
    // Cyrillic letters are broader than Latin ones in most fonts.
    let broad = text.unicodeScalars.count { (0x0400...0x052F).contains($0.value) }
    return Double(DisplayWidth().cells(of: text)) * cell + Double(broad) * 0.8
  }

  /// Shortens a text to a width in points.
  static func cut(_ text: String, to width: Double, bold: Bool = false) -> String {
    let stretch = bold ? (cell + 0.6) / cell : 1
    var cells = max(1, Int(width / (cell * stretch)))
    var cut = DisplayWidth().cut(sanitised(text), to: cells, ellipsis: "…")
    while cells > 1, self.width(cut) * stretch > width {
      cells -= 1
      cut = DisplayWidth().cut(sanitised(text), to: cells, ellipsis: "…")
    }
    return cut
  }
}
