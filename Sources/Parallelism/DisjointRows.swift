public import Diagnostics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

// The one place where row parallelism is unsafe: many threads write one buffer, each its own rows.

/// A buffer that threads fill row by row; every slot is written at most once, by one thread, before the values are read.
/// It ends with its last reference, whatever was stored by then: an interrupted loop leaves nothing behind.
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

  /// The values stored, moved out. Slots left empty by an error are left out.
  func take() -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(count)
    for index in 0..<count { if let value = base[index].take() { values.append(value) } }
    return values
  }
}

/// A window on a buffer that several threads fill, each its own rows.
///
/// Handing out overlapping ranges to two chunks that run at once is a programming error.
public struct DisjointRows<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  let base: UnsafeMutablePointer<Element>
  public let count: Int

  /// The rows of `range`, to write. What was there before is undefined until written.
  public func withRows<Result>(
    _ range: Range<Int>, _ body: (inout MutableSpan<Element>) throws(Diagnostic) -> Result
  ) throws(Diagnostic) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "rows outside the buffer")
    var span = MutableSpan(_unsafeStart: base + range.lowerBound, count: range.count)
    return try body(&span)
  }

  /// The rows of `range`, to read; only rows that no thread writes meanwhile.
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

  /// Reads one row back; only what this thread wrote, or what was written before the threads started.
  public subscript(row: Int) -> Element {
    precondition(row >= 0 && row < count, "a row outside the buffer")
    return base[row]
  }
}

extension DisjointRows {
  /// Has the kernel give the memory, page by page on all cores.
  ///
  /// Scattered writes would touch all pages within their first rows, and would not check for a cancellation until then.
  fileprivate func touchPages() throws(Diagnostic) {
    let page = 4096
    let byteCount = count * MemoryLayout<Element>.stride
    try forEachChunk(of: byteCount / page, grain: 512) { (pages) throws(Diagnostic) in
      let start = UnsafeMutableRawPointer(self.base)
      for index in pages { start.storeBytes(of: 0, toByteOffset: index * page, as: UInt8.self) }
    }
  }
}

/// A new array of `count` elements that `body` fills in parallel through disjoint windows; it must write every element.
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
  let array = [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
    // Of no elements there may be no address: any will do.
    let spare: UnsafeMutablePointer<Element>? = buffer.baseAddress == nil ? .allocate(capacity: 1) : nil
    defer { spare?.deallocate() }
    guard let base = buffer.baseAddress ?? spare else { return }
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

/// Gives the pages of a long array back to the system before it is let go of: freed as it is, it would stay in memory
/// until something of its size is made. What it holds is gone, for whoever else has it too.
public func giveBackPages<Element: BitwiseCopyable>(of array: [Element]) {
  array.withUnsafeBytes { bytes in
    guard let base = bytes.baseAddress else { return }
    let page = 4096
    let first = (Int(bitPattern: base) + page - 1) & ~(page - 1)
    let end = (Int(bitPattern: base) + bytes.count) & ~(page - 1)
    if end > first { madvise(UnsafeMutableRawPointer(bitPattern: first), end - first, 4 /* MADV_DONTNEED */) }
  }
}

/// An array of `count` times one value, written on all cores: a long `Array(repeating:count:)` cannot be cancelled.
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

/// Opens an array for disjoint writes; for scattered parallel stores whose rows are known not to collide.
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
