import Notebook
import Testing

@Suite struct RecordingComparisonTests {
  func agrees(_ recorded: String, _ found: String, tolerance: Double? = nil) -> Bool {
    RecordingComparison(tolerance: tolerance).differences(recorded: recorded, found: found).isEmpty
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

  @Test func timesAndSizesAreMasked() {
    #expect(agrees("took 1.2 s", "took 340 ms"))
    #expect(agrees("wrote 3 rows (1.2 kB)", "wrote 3 rows (14 kB)"))
    #expect(!agrees("wrote 3 rows (1.2 kB)", "wrote 4 rows (1.2 kB)"))
    #expect(agrees("a\n3.4 s", "a"))
    #expect(agrees("a\n1 min 3 s\nb", "a\nb"))
    #expect(!agrees("a\n1 min 3 left\nb", "a\nb"))
    let recorded = "│ loss ┆ seconds │\n│  0.5 ┆    1.25 │"
    #expect(agrees(recorded, "│ loss ┆ seconds │\n│  0.5 ┆    7.25 │"))
    #expect(!agrees(recorded, "│ loss ┆ seconds │\n│  0.8 ┆    7.25 │"))
  }

  @Test func tiedRowsMayChangePlaces() {
    let recorded = "│ 1 ┆ 11 ┆ 0.750 │\n│ 2 ┆ 12 ┆ 0.750 │\n│ 3 ┆ 13 ┆ 0.100 │"
    #expect(agrees(recorded, "│ 1 ┆ 12 ┆ 0.750 │\n│ 2 ┆ 11 ┆ 0.750 │\n│ 3 ┆ 13 ┆ 0.100 │"))
    #expect(!agrees(recorded, "│ 1 ┆ 13 ┆ 0.750 │\n│ 2 ┆ 12 ┆ 0.750 │\n│ 3 ┆ 11 ┆ 0.100 │"))
  }
}
