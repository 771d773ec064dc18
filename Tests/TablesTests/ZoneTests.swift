import Diagnostics
import Foundation
import Tables
import Testing

/// Offsets and changes of the clocks, from Python's `zoneinfo` with the tz database 2025b.
@Suite struct ZoneTests {
  private static func ticks(_ text: String) throws -> Int64 {
    let ticks = CalendarText.ticks(Array(text.utf8).span, unit: .milliseconds)
    return try #require(ticks)
  }

  @Test(
    arguments: [
      ("Europe/Moscow", "1850-01-01 00:00:00", "1850-01-01 02:30:17+02:30:17"),
      ("Europe/Moscow", "2010-10-30 22:59:59", "2010-10-31 02:59:59+04:00"),
      ("Europe/Moscow", "2010-10-30 23:00:00", "2010-10-31 02:00:00+03:00"),
      ("Europe/Moscow", "2011-03-26 23:00:00", "2011-03-27 03:00:00+04:00"),
      ("Europe/Moscow", "2012-12-31 20:00:00", "2013-01-01 00:00:00+04:00"),
      ("Europe/Moscow", "2014-10-25 22:00:00", "2014-10-26 01:00:00+03:00"),
      ("Europe/Moscow", "2500-07-01 00:00:00", "2500-07-01 03:00:00+03:00"),
      ("Europe/London", "1970-07-01 00:00:00", "1970-07-01 01:00:00+01:00"),
      ("Europe/London", "2999-07-01 00:00:00", "2999-07-01 01:00:00+01:00"),
      ("America/New_York", "2100-03-14 06:59:59", "2100-03-14 01:59:59-05:00"),
      ("America/New_York", "2100-03-14 07:00:00", "2100-03-14 03:00:00-04:00"),
      ("Asia/Kolkata", "1942-06-01 00:00:00", "1942-06-01 05:30:00+05:30"),
      ("Asia/Kolkata", "1943-06-01 00:00:00", "1943-06-01 06:30:00+06:30"),
      ("Australia/Lord_Howe", "2024-04-06 14:59:59", "2024-04-07 01:59:59+11:00"),
      ("Australia/Lord_Howe", "2024-04-06 15:00:00", "2024-04-07 01:30:00+10:30"),
      ("Australia/Lord_Howe", "4024-12-31 00:00:00", "4024-12-31 11:00:00+11:00"),
      ("Africa/Casablanca", "2024-03-20 00:00:00", "2024-03-20 00:00:00+00:00"),
      ("Africa/Casablanca", "2024-05-20 00:00:00", "2024-05-20 01:00:00+01:00"),
      ("Africa/Casablanca", "2099-01-01 00:00:00", "2099-01-01 01:00:00+01:00"),
      ("Pacific/Apia", "2011-12-30 09:59:59", "2011-12-29 23:59:59-10:00"),
      ("Pacific/Apia", "2011-12-30 10:00:00", "2011-12-31 00:00:00+14:00"),
      ("America/Nuuk", "2024-03-31 01:00:00", "2024-03-31 00:00:00-01:00"),
      ("UTC", "2024-01-01 00:00:00", "2024-01-01 00:00:00+00:00"),
      ("-04:30", "2024-01-01 00:00:00", "2023-12-31 19:30:00-04:30"),
    ]) func `moments are shown on the clocks of their zone`(_ name: String, _ moment: String, _ shown: String) throws
  {
    let zone = try Zone.named(name)
    #expect(zone.text(try Self.ticks(moment), unit: .milliseconds) == shown)
    // A text with an offset is read back, whichever zone it is read in.
    let again = zone.moment(Array(shown.utf8).span, unit: .milliseconds)
    #expect(try again == Self.ticks(moment))
  }

  @Test(
    arguments: [
      ("Europe/Moscow", "2010-10-31 02:30:00", LocalMoments.twice(1_288_477_800_000, 1_288_481_400_000)),
      ("Europe/Moscow", "2010-10-31 01:59:59", .once(1_288_475_999_000)),
      ("Europe/Moscow", "2010-10-31 03:00:00", .once(1_288_483_200_000)),
      ("Europe/Moscow", "2011-03-27 02:00:00", .never(1_301_180_400_000)),
      ("Europe/Moscow", "2011-03-27 03:00:00", .once(1_301_180_400_000)),
      ("Pacific/Apia", "2011-12-30 12:00:00", .never(1_325_239_200_000)),
      ("Australia/Lord_Howe", "2024-04-07 01:45:00", .twice(1_712_414_700_000, 1_712_416_500_000)),
      ("America/New_York", "2400-11-05 01:30:00", .twice(13_596_183_000_000, 13_596_186_600_000)),
    ]) func `clock times occur once, twice or never`(_ name: String, _ local: String, _ expected: LocalMoments) throws
  {
    var clock = ZoneClock(try Zone.named(name), .milliseconds)
    #expect(clock.moments(try Self.ticks(local)) == expected)
    // The same after moments of other periods.
    for other in ["1800-01-01", "2024-07-01", "9999-12-31"] { _ = clock.moments(try Self.ticks(other)) }
    #expect(clock.moments(try Self.ticks(local)) == expected)
  }

  @Test(arguments: TimeUnit.allCases) func `the ends of 64 bits do not trap`(_ unit: TimeUnit) throws {
    for name in ["Europe/Moscow", "America/New_York", "Pacific/Apia", "+23:59", "UTC"] {
      let zone = try Zone.named(name)
      for ticks in [Int64.min, .min + 1, -1, 0, .max - 1, .max] {
        var clock = ZoneClock(zone, unit)
        _ = zone.text(ticks, unit: unit)
        if let local = clock.local(ticks) { #expect(clock.moments(local)?.first == ticks, "\(name) \(ticks)") }
        _ = clock.moments(ticks)
      }
    }
  }

  @Test func `names are those of the database`() throws {
    #expect(Zone.ifKnown("Europe/Moscow") == Zone.ifKnown("Europe/Moscow") && Zone.ifKnown("Etc/UTC") == .utc)
    for wrong in [
      "", "/etc/passwd", "../zoneinfo/UTC", "Europe", "posix/UTC", "Europe/Moscow ", "+25:00", "+3", "a\0b",
    ] {
      #expect(Zone.ifKnown(wrong) == nil, "\(wrong)")
    }
    for (wrong, hint) in [
      ("Europe/Moskow", "`Europe/Moscow`"), ("europe/moscow", "`Europe/Moscow`"), ("Kolkata", "`Asia/Kolkata`"),
      ("new york", "`America/New_York`"), ("MSK", "`Europe/Moscow`"), ("msk", "`Europe/Moscow`"),
      ("PDT", "`America/Los_Angeles`"), ("IST", "have the names of the tz database"),
      ("BST", "have the names of the tz database"), ("ist", "have the names of the tz database"),
      ("QQT", "have the names of the tz database"), ("xyzzy", "have the names of the tz database"),
    ] {
      let error = #expect(throws: Diagnostic.self) { try Zone.named(wrong) }
      #expect(error?.hint?.contains(hint) == true, "\(wrong): \(error?.hint ?? "")")
    }
  }

  /// A file that is cut or has another byte is refused or read, and never traps.
  @Test func `broken files of zones do not trap`() throws {
    let path = "/usr/share/zoneinfo/America/New_York"
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    #expect(Zone(name: "x", file: bytes) != nil && Zone(name: "x", file: Array(bytes.dropLast(2))) == nil)
    for place in bytes.indices {
      for other in [UInt8(0), 0x7F, 0x80, 0xFF] {
        var broken = bytes
        broken[place] = other
        guard let zone = Zone(name: "x", file: broken) else { continue }
        var clock = ZoneClock(zone, .nanoseconds)
        for ticks in [Int64.min, 0, 1_700_000_000_000_000_000, .max] {
          _ = clock.local(ticks)
          _ = clock.moments(ticks)
        }
      }
    }
    for length in 0..<bytes.count { _ = Zone(name: "x", file: Array(bytes[..<length])) }
  }

  @Test func `all zones of the system are read`() {
    let names = Zone.allNames()
    #expect(names.count > 300 && names.contains("Asia/Tokyo") && !names.contains { $0.hasPrefix("right/") })
    for name in names { #expect(Zone.ifKnown(name) != nil, "\(name)") }
  }
}
