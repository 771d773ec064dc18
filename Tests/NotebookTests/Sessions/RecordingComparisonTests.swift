import Notebook
import Testing

@Suite struct RecordingComparisonTests {
  func agrees(_ recorded: String, _ found: String, tolerance: Double? = nil, code: String = "") -> Bool {
    RecordingComparison(tolerance: tolerance, measures: OwnMeasures(code: code))
      .differences(recorded: recorded, found: found).isEmpty
  }

  @Test func textIsComparedExactly() {
    #expect(agrees("shape: (1, 2)", "shape: (1, 2)"))
    #expect(!agrees("shape: (1, 2)", "shape: (1, 3)"))
    #expect(!agrees("train: 10 rows", "test: 10 rows"))
    #expect(!agrees("one\ntwo", "one"))
    #expect(!agrees("one", "one\ntwo"))
  }

  @Test func numbersMayDifferInTheLastDigit() {
    #expect(agrees("0.0179", "0.0180"))
    #expect(!agrees("0.0179", "0.0182"))
    #expect(agrees("1.25e-3", "1.26e-3"))
    #expect(!agrees("12", "13"))
    #expect(agrees("0.5", "0.52", tolerance: 0.1))
    #expect(!agrees("-0.5", "0.5", tolerance: 0.1))
  }

  /// A cell's tolerance is a share of the number, however small or large that is.
  @Test func aToleranceIsRelative() {
    for scale in ["", "e-3", "e-9", "e6"] {
      #expect(agrees("1.000\(scale)", "1.009\(scale)", tolerance: 0.01), "\(scale)")
      #expect(!agrees("1.000\(scale)", "1.020\(scale)", tolerance: 0.01), "\(scale)")
      #expect(!agrees("1.020\(scale)", "1.000\(scale)", tolerance: 0.01), "\(scale)")
    }
    #expect(!agrees("0.001", "0.002", tolerance: 0.01))
    #expect(!agrees("0.000", "0.001", tolerance: 0.01))
    #expect(agrees("1000", "1009", tolerance: 0.01) && !agrees("1000", "1020", tolerance: 0.01))
  }

  /// A file may hold any exponent: the least whole number has no magnitude of its own type.
  @Test func exponentsBeyondAllNumbersAreText() {
    for exponent in [Int.min, Int.max, -400, 400] {
      #expect(agrees("1.5e\(exponent)", "1.5e\(exponent)") && !agrees("1.5e\(exponent)", "3.5e\(exponent)"))
    }
  }

  @Test func timesAndSizesOfLecternAreMasked() {
    #expect(agrees("took 1.2 s", "took 340 ms", code: ":time train | collect"))
    #expect(agrees("wrote 3 rows (1.2 kB)", "wrote 3 rows (14 kB)", code: "t | save \"a.csv\""))
    #expect(agrees("wrote 3 rows to a\n(csv, 1.2 kB)", "wrote 3 rows to a\n(csv, 900 B)", code: "t | save \"a\""))
    #expect(!agrees("wrote 3 rows (1.2 kB)", "wrote 4 rows (1.2 kB)", code: "t | save \"a.csv\""))
    #expect(agrees("a\n3.4 s", "a"))
    #expect(agrees("a\n1 min 3 s\nb", "a\nb"))
    #expect(!agrees("a\n1 min 3 left\nb", "a\nb"))
    let recorded = "│ loss ┆ seconds │\n│  f64 ┆     f64 │\n│  0.5 ┆    1.25 │"
    #expect(agrees(recorded, recorded.replacing("1.25", with: "7.25"), code: "als | history"))
    #expect(!agrees(recorded, recorded.replacing("0.5", with: "0.8"), code: "als | history"))
    let variables = "│ name ┆ kind   ┆ what  ┆ memory │\n│ a    ┆ a text ┆ x str ┆ 24 B   │"
    #expect(agrees(variables, variables.replacing("24 B", with: "1.4 kB"), code: ":vars"))
    let trace = "│ step ┆ rows ┆ seconds │\n│ scan ┆    4 ┆ 0.01250 │"
    #expect(agrees(trace, trace.replacing("0.01250", with: "0.99"), code: ":trace t | collect"))
    #expect(!agrees(trace, trace.replacing("┆    4 ┆", with: "┆    5 ┆"), code: ":trace t | collect"))
    let walk = "2/5  Gram matrix\n     G = XᵀX\n6.5 ms\n\n3/5  inverse\n8.9 s\n\nease: EASE"
    #expect(agrees(walk, walk.replacing("6.5 ms", with: "894 µs").replacing("8.9", with: "15"), code: "t | walk EASE"))
    #expect(!agrees(walk, walk.replacing("XᵀX", with: "XXᵀ"), code: "t | walk EASE"))
    let files = "│ file ┆ size │\n│ a.md ┆ 24 B │"
    #expect(agrees(files, files.replacing("24 B", with: "7.0 kB"), code: ":files"))
  }

  /// A cell of the user's data is compared, whatever it looks like.
  @Test(arguments: [
    ("│ d            │\n│ duration[us] │\n│ 5s           │", "5s", "45s"),
    ("│ d            │\n│ duration[us] │\n│ 1d 2h        │", "1d 2h", "1d 20h"),
    ("│ d            │\n│ duration[us] │\n│ 1.500s       │", "1.500s", "1.501s"),
    ("│ t            │\n│ time         │\n│ 10:00:00.123 │", "00.123", "00.124"),
    ("│ s            │\n│ str          │\n│ 3 MB         │", "3 MB", "4 MB"),
    ("│ s            │\n│ str          │\n│ took 5 s     │", "5 s", "6 s"),
    ("│ s            │\n│ str          │\n│ 12 kB        │", "kB", "MB"),
    ("│ s            │\n│ str          │\n│ v1.2.3       │", "v1.2.3", "v1.2.4"),
    ("│ s            │\n│ str          │\n│ 10.0.0.1     │", "10.0.0.1", "10.0.0.2"),
    ("│ s            │\n│ str          │\n│ 10:00:00.123 │", "00.123", "00.124"),
    ("│ run ┆ seconds │\n│ i64 ┆     f64 │\n│   1 ┆    1.25 │", "1.25", "7.25"),
    ("│ run ┆ memory │\n│ i64 ┆    i64 │\n│   1 ┆     25 │", "25", "26"),
    ("│ file ┆ size │\n│ str  ┆ str  │\n│ a    ┆ 24 B │", "24 B", "25 B"),
    ("took 5 s", "5 s", "6 s"), ("3 MB", "3", "4"), ("wrote 3 rows (1.2 kB)", "1.2 kB", "3.4 kB"),
  ]) func dataIsNotMasked(_ recorded: String, _ old: String, _ new: String) {
    #expect(agrees(recorded, recorded))
    #expect(!agrees(recorded, recorded.replacing(old, with: new)))
  }

  /// A table with Lectern's seconds may have a name and be shown in a later cell.
  @Test func secondsAreFollowedThroughNames() {
    var session = SessionMeasures()
    let cells = [
      ("runs = learn | tune iALS factors=[1, 2]", true), ("runs | head 1", true), ("_ | head 1", true),
      ("best = runs\n| head 1", true), ("train | head 1", false), ("_ | head 1", false), ("best", true),
      ("runners | head 1", false),
      // Only `train` is printed, with seconds of the user's own.
      ("slow = best | head 1;\ntrain", false), ("slow", true), ("als | history", true),
    ]
    let recorded = "│ seconds │\n│ f64     │\n│    1.25 │"
    for (code, isMasked) in cells {
      let comparison = RecordingComparison(measures: session.next(code))
      let found = comparison.differences(recorded: recorded, found: recorded.replacing("1.25", with: "7.25"))
      #expect(found.isEmpty == isMasked, "\(code)")
    }
  }

  /// Beside a measured table, a user's own column `seconds` is compared.
  @Test(arguments: [
    ("als | history\ntable seconds = [1.25]", false), ("als | history | with seconds = 1.25", false),
    ("learn | tune iALS factors=[1]\nload \"runs.csv\"", false), ("als\n| history", true),
    (":time als | history", true),
    ("als = learn | fit iALS\nals | history", true),
  ])
  func ownSecondsAreCompared(_ code: String, _ isMasked: Bool) {
    let own = "│ seconds │\n│     f64 │\n│    1.25 │"
    #expect(agrees(own, own.replacing("1.25", with: "7.25"), code: code) == isMasked, "\(code)")
    for first in ["iteration", "recall@10"] {
      let measured = "│ \(first) ┆ seconds │\n│ i64 ┆     f64 │\n│   1 ┆    1.25 │"
      #expect(agrees(measured, measured.replacing("1.25", with: "7.25"), code: code), "\(code)")
    }
  }

  /// A text that looks like a time is the user's: no time of a statement is printed when a session is checked.
  @Test func textsLikeTimesAreCompared() {
    #expect(!agrees("5 s", "6 s") && agrees("5 s", "5 s") && !agrees("a", "a\n5 s"))
    #expect(!agrees("5 s", "five seconds") && agrees("a\n3.4 s", "a"))
  }

  @Test func tiedRowsMayChangePlaces() {
    let recorded = "│ 1 ┆ 11 ┆ 0.750 │\n│ 2 ┆ 12 ┆ 0.750 │\n│ 3 ┆ 13 ┆ 0.100 │"
    #expect(agrees(recorded, "│ 1 ┆ 12 ┆ 0.750 │\n│ 2 ┆ 11 ┆ 0.750 │\n│ 3 ┆ 13 ┆ 0.100 │"))
    #expect(!agrees(recorded, "│ 1 ┆ 13 ┆ 0.750 │\n│ 2 ┆ 12 ┆ 0.750 │\n│ 3 ┆ 11 ┆ 0.100 │"))
  }
}
