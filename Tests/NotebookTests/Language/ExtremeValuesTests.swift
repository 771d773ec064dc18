import Diagnostics
import Foundation
import Notebook
import Testing

/// The first and last value of every type that a session can hold: printed, described, drawn, saved and read back.
@Suite struct ExtremeValuesTests {
  private static let columns = [
    "ms": "datetime[ms]", "us": "datetime[us]", "ns": "datetime[ns]", "long_ms": "duration[ms]",
    "long_us": "duration[us]", "long_ns": "duration[ns]", "whole": "i64",
  ]

  /// Four rows: the least, the greatest, an ordinary one, none.
  private static let tables: String = {
    let times = columns.sorted { $0.key < $1.key }.map { name, type in
      "\(name) = [cast(-9223372036854775808, \(type)), cast(9223372036854775807, \(type)), cast(86400000, \(type)), null]"
    }
    let others = [
      "day = [cast(-2147483648, date), cast(2147483647, date), date(2024, 7, 1), null]",
      "clock = [cast(0, time), cast(86399999999999, time), cast(1, time), null]",
      "money = [cast(\"-99999999.99\", decimal[10,2]), cast(\"99999999.99\", decimal[10,2]), cast(\"0.01\", decimal[10,2]), null]",
      "large = [18446744073709551615, 0, 1, null]", "real = [1.7976931348623157e308, -5e-324, -0.0, null]",
      "k = [1, 2, 3, 4]",
    ]
    return "t = table " + (times + others).joined(separator: ", ")
  }()

  private func session() -> TestSession {
    let test = TestSession()
    test.run(":set columns 40")
    test.run(Self.tables)
    #expect(test.diagnostics.isEmpty, "\(test.text)")
    return test
  }

  @Test func printTheirDate() {
    let test = session()
    for (code, shown) in [
      ("t | select ms", ["-292275055-05-16 16:47:04.192", "+292278994-08-17 07:12:55.807", "1970-01-02 00:00:00"]),
      ("t | select us", ["-290308-12-21 19:59:05.224192", "+294247-01-10 04:00:54.775807"]),
      ("t | select ns", ["1677-09-21 00:12:43.145224192", "2262-04-11 23:47:16.854775807"]),
      ("t | select day", ["-5877641-06-23", "+5881580-07-11", "2024-07-01"]),
      ("t | select y = year(ms), m = month(ms)", ["-292275055", "292278994"]),
    ] {
      let text = test.run(code)
      for part in shown { #expect(text.contains(part), "\(code): \(text)") }
    }
  }

  @Test(arguments: [
    "t", "t | describe", "t | schema", "t | sort ms desc, us", "t | group_by ms, day", "t | value_counts us",
    "t | unique ns",
    "t | with a = truncate(ms, \"1d\")", "t | with w = week(us), h = hour(ns), d = weekday(ms)", "t | with x = day + 1",
    "t | with x = ms + 1", "t | with x = ns - ns", "t | with x = -long_ms", "t | with x = us - day",
    "t | filter ms == day",
    "t | with x = cast(ms, datetime[ns])", "t | with x = try_cast(ms, datetime[ns])", "t | with x = cast(ms, date)",
    "t | agg mean(ms), median(us), max(day), mean(day), sum(long_ns)", "t | pivot rows=k columns=ms",
    "t | unpivot ms, us",
    "t | plot line x=ms y=whole", "t | plot scatter x=day y=real", "t | plot hist x=whole", "t | plot line x=k y=large",
    "t | plot bar x=day y=k", "t | plot bar y=whole", "t | plot bar y=large",
    "t | plot hist x=real", "t | plot hist x=ms bins=3", "t | plot loglog x=real y=large",
    "t | select ms | values ms", "t | row_index | tail 2", "t | join t on ms",
    "t | full_join (t | select ms = day) on ms",
    "t | split time at=\"2024-07-01\" time=ms", "t | view",
  ])
  func whateverIsDoneNothingBlamesUs(_ code: String) {
    let test = session()
    test.run(code)
    for diagnostic in test.diagnostics { #expect(diagnostic.kind == .error, "\(code): \(diagnostic.message)") }
    #expect(!test.text.isEmpty)
  }

  @Test(arguments: ["parquet", "arrow", "csv", "tsv", "ndjson", "md"])
  func isSaved(_ format: String) throws {
    let test = session()
    let folder = FileManager.default.temporaryDirectory.appending(path: "lectern-extreme-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    test.run("t | save \"\(folder)/t.\(format)\"")
    #expect(test.diagnostics.isEmpty, "\(test.text)")
    let text = (try? String(contentsOfFile: folder + "/t." + format, encoding: .utf8)) ?? ""
    if format != "parquet" && format != "arrow" {
      for part in ["-292275055-05-16", "+292278994-08-17", "-5877641-06-23", "-9223372036854775808"] {
        #expect(text.contains(part), "\(format) lacks \(part)")
      }
      return
    }
    let printed = test.run("t | sort k")
    #expect(test.run("load \"\(folder)/t.\(format)\" | sort k") == printed)
  }
}
