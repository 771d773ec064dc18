import Query
import Tables
import Testing

/// `truncate` where the clocks of a zone are put back or forward.
@Suite struct ZonedTruncationTests {
  private static func starts(_ moments: [Int64], _ zone: Zone, _ every: String) throws -> [Value] {
    let type = DataType.zoned(.milliseconds, zone)
    let session = Session([
      "t": Table([("at", try Column(type, moments.map { .zoned($0, .milliseconds, zone) }))])
    ])
    let table = try session.run("t | select start = truncate(at, \"\(every)\")")
    return (0..<table.rowCount).map { table.columns[0][$0] }
  }

  /// The same as polars 2.1, but for the last three, where its periods would start again at a start that is over.
  @Test(
    arguments: [
      ("Europe/Berlin", "2024-10-27 00:30", "2h", "2024-10-27 02:00:00+02:00"),
      ("Europe/Berlin", "2024-10-27 01:30", "2h", "2024-10-27 02:00:00+01:00"),
      ("Europe/Berlin", "2024-10-27 02:30", "2h", "2024-10-27 02:00:00+01:00"),
      ("Europe/Berlin", "2024-10-27 03:30", "2h", "2024-10-27 04:00:00+01:00"),
      ("Europe/Berlin", "2024-10-27 01:30", "3h", "2024-10-27 00:00:00+02:00"),
      ("Europe/Berlin", "2024-10-27 02:30", "3h", "2024-10-27 03:00:00+01:00"),
      ("Europe/Berlin", "2024-10-27 00:45", "1h", "2024-10-27 02:00:00+02:00"),
      ("Europe/Berlin", "2024-10-27 01:45", "1h", "2024-10-27 02:00:00+01:00"),
      ("Europe/Berlin", "2024-10-27 00:50", "30m", "2024-10-27 02:30:00+02:00"),
      ("Europe/Berlin", "2024-10-27 01:50", "30m", "2024-10-27 02:30:00+01:00"),
      ("Europe/Berlin", "2024-10-27 00:50", "15m", "2024-10-27 02:45:00+02:00"),
      ("Europe/Berlin", "2024-10-27 01:50", "15m", "2024-10-27 02:45:00+01:00"),
      ("Europe/Berlin", "2024-10-27 12:00", "1d", "2024-10-27 00:00:00+02:00"),
      ("Australia/Lord_Howe", "2024-04-06 14:50", "15m", "2024-04-07 01:45:00+11:00"),
      ("Australia/Lord_Howe", "2024-04-06 15:20", "15m", "2024-04-07 01:45:00+10:30"),
      ("Australia/Lord_Howe", "2024-04-06 14:40", "30m", "2024-04-07 01:30:00+11:00"),
      ("Australia/Lord_Howe", "2024-04-06 15:10", "30m", "2024-04-07 01:30:00+10:30"),
      ("Australia/Lord_Howe", "2024-04-06 15:10", "1h", "2024-04-07 01:00:00+11:00"),
      ("Australia/Lord_Howe", "2024-04-06 15:40", "2h", "2024-04-07 02:00:00+10:30"),
      ("Europe/Berlin", "2024-10-27 01:05", "45m", "2024-10-27 02:00:00+01:00"),
      ("Europe/Berlin", "2024-10-27 01:20", "45m", "2024-10-27 02:15:00+01:00"),
      ("Australia/Lord_Howe", "2024-04-06 15:05", "20m", "2024-04-07 01:30:00+10:30"),
    ])
  func `the period that holds a moment`(_ name: String, _ moment: String, _ every: String, _ start: String) throws {
    let zone = try Zone.named(name)
    let read = zone.moment(Text(moment + "Z").bytes.span, unit: .milliseconds)
    let ticks = try #require(read)
    guard case .zoned(let found, _, _) = try Self.starts([ticks], zone, every)[0] else {
      Issue.record("not a moment")
      return
    }
    #expect(zone.text(found, unit: .milliseconds) == start)
  }

  @Test(arguments: ["Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "America/Havana", "Pacific/Apia"])
  func `a later moment is never in an earlier period`(_ name: String) throws {
    let zone = try Zone.named(name)
    // Every five minutes of two days around each change of the clocks in fifteen years.
    var clock = ZoneClock(zone, .milliseconds)
    let hour: Int64 = 3_600_000
    let hours = (0..<15 * 8766).map { 1_262_304_000_000 + $0 * hour }
    var moments: [Int64] = []
    for at in hours where clock.offset(at: at) != clock.offset(at: at + hour) {
      moments += stride(from: at - 24 * hour, to: at + 24 * hour, by: 300_000)
    }
    #expect(moments.count > 0)
    for every in ["5m", "15m", "20m", "25m", "30m", "45m", "1h", "90m", "2h", "3h", "4h", "6h", "7h", "12h"] {
      var last = Int64.min
      let starts = try Self.starts(moments, zone, every)
      for (moment, value) in zip(moments, starts) {
        guard case .zoned(let start, _, _) = value, start <= moment, start >= last else {
          Issue.record("\(every): \(zone.text(moment, unit: .milliseconds)) is in the period from \(value)")
          break
        }
        last = start
      }
    }
  }
}
