public import Diagnostics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

// The unsafe code for parallel writes: several threads write to one buffer, each to its own rows.

/// A buffer that threads fill row by row; every slot is written at most once, by one thread, before the values are
/// read. Values that were stored but not taken are released with the buffer, for example after an interrupted loop.
final class Slots<Value: Sendable>: @unchecked Sendable {
  private let base: UnsafeMutablePointer<Value?>
  private let count: Int

  init(count: Int) {
    self.count = count
    base = .allocate(capacity: max(1, count))
    base.initialize(repeating: nil, count: count)
  }

  deinit {
    base.deinitialize(count: count)
    base.deallocate()
  }

  func store(_ value: Value, at index: Int) { base[index] = value }

  /// Moves the stored values out, in the order of their slots; slots that an error left empty are skipped.
  func take() -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(count)
    for index in 0..<count { if let value = base[index].take() { values.append(value) } }
    return values
  }
}

/// Access to a buffer that several threads fill, each its own rows.
///
/// Two chunks that run at the same time must not use overlapping ranges.
public struct DisjointRows<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  let base: UnsafeMutablePointer<Element>
  /// The number of rows in the buffer.
  public let count: Int

  /// The rows of `range`, for writing. A row that has not been written has no defined value.
  public func withRows<Result>(
    _ range: Range<Int>, _ body: (inout MutableSpan<Element>) throws(Diagnostic) -> Result
  ) throws(Diagnostic) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "rows outside the buffer")
    var span = MutableSpan(_unsafeStart: base + range.lowerBound, count: range.count)
    return try body(&span)
  }

  /// The rows of `range`, for reading; no thread may write to them at the same time.
  public func readRows<Result>(
    _ range: Range<Int>, _ body: (Span<Element>) throws(Diagnostic) -> Result
  ) throws(Diagnostic) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "rows outside the buffer")
    return try body(Span(_unsafeStart: base + range.lowerBound, count: range.count))
  }

  /// Writes one row.
  public func store(_ value: Element, at row: Int) {
    precondition(row >= 0 && row < count, "a row outside the buffer")
    base[row] = value
  }

  /// Reads one row; allowed only for rows that this thread wrote or that were written before the threads started.
  public subscript(row: Int) -> Element {
    precondition(row >= 0 && row < count, "a row outside the buffer")
    return base[row]
  }
}

extension DisjointRows {
  /// Writes to each page once, on all cores, so that the kernel allocates the memory.
  ///
  /// Scattered writes would otherwise cause the page faults of the whole buffer within their first rows, with no check
  /// for cancellation in between.
  fileprivate func touchPages() throws(Diagnostic) {
    let page = pageSize
    let byteCount = count * MemoryLayout<Element>.stride
    try forEachChunk(of: byteCount / page, grain: 512) { (pages) throws(Diagnostic) in
      let start = UnsafeMutableRawPointer(self.base)
      for index in pages { start.storeBytes(of: 0, toByteOffset: index * page, as: UInt8.self) }
    }
  }
}

/// A new array of `count` elements that `body` fills, usually in parallel; it must write every element.
///
/// - Parameter scattered: whether neighbouring elements are written at different times, by different threads.
public func fillArray<Element: BitwiseCopyable & Sendable>(
  count: Int, of type: Element.Type = Element.self, scattered: Bool = false,
  _ body: (DisjointRows<Element>) throws(Diagnostic) -> Void
) throws(Diagnostic) -> [Element] {
  var failure: Diagnostic?
  let byteCount = count * MemoryLayout<Element>.stride
  keepFreedMemory(forBuffersOf: byteCount)
  try requireAllocation(of: byteCount)
  // An array of its own even without elements: the standard library writes the length, 0, into the one empty array that
  // all threads share.
  let array = [Element](unsafeUninitializedCapacity: max(1, count)) { buffer, initialized in
    guard let base = buffer.baseAddress else { return }
    adviseLargePages(UnsafeMutableRawPointer(base), byteCount: byteCount)
    do throws(Diagnostic) {
      let rows = DisjointRows(base: base, count: count)
      if scattered { try rows.touchPages() }
      try body(rows)
      initialized = count
    } catch {
      failure = error
    }
  }
  if let failure { throw failure }
  return array
}

/// A new array of `count` elements, filled chunk by chunk on all cores.
public func buildArray<Element: BitwiseCopyable & Sendable>(
  count: Int, grain: Int, of type: Element.Type = Element.self,
  _ body: @Sendable (Range<Int>, inout MutableSpan<Element>) throws(Diagnostic) -> Void
) throws(Diagnostic) -> [Element] {
  try fillArray(count: count) { (rows) throws(Diagnostic) in
    try forEachChunk(of: count, grain: grain) { (range) throws(Diagnostic) in
      try rows.withRows(range) { (span) throws(Diagnostic) in try body(range, &span) }
    }
  }
}

/// Returns the pages of a long array to the system before the array is freed. The allocator would keep them until it
/// needs a buffer of that size. The contents are lost, also for other references to the array.
public func returnPages<Element: BitwiseCopyable>(of array: [Element]) {
  array.withUnsafeBytes { bytes in
    guard let base = bytes.baseAddress else { return }
    let page = pageSize
    let first = (Int(bitPattern: base) + page - 1) & ~(page - 1)
    let end = (Int(bitPattern: base) + bytes.count) & ~(page - 1)
    if end > first { madvise(UnsafeMutableRawPointer(bitPattern: first), end - first, 4 /* MADV_DONTNEED */) }
  }
}

/// An array of `count` copies of a value, written on all cores: a long `Array(repeating:count:)` cannot be cancelled.
public func repeatedArray<Element: BitwiseCopyable & Sendable>(
  _ value: Element, count: Int
) throws(Diagnostic) -> [Element] {
  if count < 1 << 16 { return [Element](repeating: value, count: count) }
  return try buildArray(count: count, grain: 1 << 18) { (_, elements) in
    for index in elements.indices { elements[index] = value }
  }
}

/// Changes an array in place on all cores, chunk by chunk.
public func updateArray<Element: BitwiseCopyable & Sendable>(
  _ array: inout [Element], grain: Int,
  _ body: @Sendable (Range<Int>, inout MutableSpan<Element>) throws(Diagnostic) -> Void
) throws(Diagnostic) {
  try withDisjointRows(of: &array) { (rows) throws(Diagnostic) in
    try forEachChunk(of: rows.count, grain: grain) { (range) throws(Diagnostic) in
      try rows.withRows(range) { (span) throws(Diagnostic) in try body(range, &span) }
    }
  }
}

/// Gives `body` access to an array for parallel writes to scattered rows; no row may be written by two threads.
public func withDisjointRows<Element: BitwiseCopyable & Sendable, Result>(
  of array: inout [Element], _ body: (DisjointRows<Element>) throws(Diagnostic) -> Result
) throws(Diagnostic) -> Result {
  let count = array.count
  let outcome = array.withUnsafeMutableBufferPointer { buffer -> Swift.Result<Result, Diagnostic> in
    guard let base = buffer.baseAddress else {
      let empty = UnsafeMutablePointer<Element>.allocate(capacity: 1)
      defer { empty.deallocate() }
      return Swift.Result { () throws(Diagnostic) in try body(DisjointRows(base: empty, count: 0)) }
    }
    return Swift.Result { () throws(Diagnostic) in try body(DisjointRows(base: base, count: count)) }
  }
  return try outcome.get()
}
