public import Diagnostics
import Parallelism

extension Column {
  /// The datetimes that the clocks of its zone show at the moments of a column, without a zone; null where that does not
  /// fit in 64 bits. A column without a zone as it is.
  public func localTimes() throws(Diagnostic) -> Column {
    guard case .zoned(let unit, let zone) = type, let ticks = Int64.buffer(of: values) else { return self }
    let local = try buildArray(count: count, grain: rowGrain, of: Int64.self) { (range, local) throws(Diagnostic) in
      var clock = ZoneClock(zone, unit)
      let ticks = ticks.span
      for row in range { local[row - range.lowerBound] = clock.local(ticks[row]) ?? 0 }
    }
    // No offset is longer than two days, so only moments at the ends of 64 bits have to be looked at.
    let end = Int64.max - 172_800 * unit.ticksPerSecond
    let fits = try Bitmap.ofRows(count) { row in
      if -end...end ~= ticks[row] { return true }
      var clock = ZoneClock(zone, unit)
      return clock.local(ticks[row]) != nil
    }
    return Column(
      .datetime(unit), .i64(Buffer(local)), validity: Bitmap.intersection(validity, fits.unlessAllSet))
  }
}

extension Zone {
  /// The moment that a text says: with `Z` or an offset, or as the clocks of this zone show it. Nil if it says none or
  /// two, or if its fraction is finer than `unit`.
  public func moment(_ text: borrowing Span<UInt8>, unit: TimeUnit) -> Int64? {
    guard let read = CalendarText.moment(text, unit: unit) else { return nil }
    if read.hasOffset { return read.ticks }
    var clock = ZoneClock(self, unit)
    guard case .once(let moment)? = clock.moments(read.ticks) else { return nil }
    return moment
  }
}
