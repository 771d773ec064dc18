#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// An array for appending that needs less memory than `Array` while it grows and when it is converted. A large buffer
/// grows by remapping its pages (`mremap`); `take` returns the pages to the system while it copies them.
///
/// An `Array` that grows holds the old buffer and the new one at the same time, and reserves up to twice the memory it
/// needs.
public struct GrowingArray<Element: BitwiseCopyable & Sendable>: Sendable {
  private var memory = GrowingMemory()
  public private(set) var count = 0

  public init() {}

  /// - Precondition: `index` is in `0..<count`.
  @inline(__always)
  public subscript(index: Int) -> Element {
    precondition(index >= 0 && index < count, "no such value")
    return memory.base.loadUnaligned(fromByteOffset: index * MemoryLayout<Element>.stride, as: Element.self)
  }

  /// - Complexity: O(1) amortised.
  @inline(__always)
  public mutating func append(_ value: Element) {
    reserve(1)
    memory.base.storeBytes(of: value, toByteOffset: count * MemoryLayout<Element>.stride, as: Element.self)
    count &+= 1
  }

  public mutating func append(contentsOf values: borrowing Span<Element>) {
    if values.isEmpty { return }
    reserve(values.count)
    values.withUnsafeBytes { bytes in
      guard let source = bytes.baseAddress else { return }
      (memory.base + count * MemoryLayout<Element>.stride).copyMemory(from: source, byteCount: bytes.count)
    }
    count += values.count
  }

  /// Whether the values from `start` on equal `values`, compared byte by byte.
  @inline(__always)
  public func holds(_ values: borrowing Span<Element>, at start: Int) -> Bool {
    precondition(start >= 0 && start + values.count <= count, "no such values")
    let own = memory.base + start * MemoryLayout<Element>.stride
    return values.withUnsafeBytes { bytes in
      bytes.baseAddress.map { memcmp($0, own, bytes.count) == 0 } ?? true
    }
  }

  /// Moves the values out as an array and leaves this one empty.
  public mutating func take() -> [Element] {
    let taken = count
    let byteCount = taken * MemoryLayout<Element>.stride
    let isOwn = isKnownUniquelyReferenced(&memory)
    let source = memory
    keepFreedMemory(forBuffersOf: byteCount)
    let array = [Element](unsafeUninitializedCapacity: max(1, taken)) { buffer, initialized in
      guard let target = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
      adviseLargePages(target, byteCount: byteCount)
      let piece = 4 << 20
      for start in stride(from: 0, to: byteCount, by: piece) {
        let end = min(byteCount, start + piece)
        (target + start).copyMemory(from: source.base + start, byteCount: end - start)
        if isOwn { source.returnToSystem(start..<end) }
      }
      initialized = taken
    }
    memory = GrowingMemory()
    count = 0
    return array
  }

  @inline(__always)
  private mutating func reserve(_ more: Int) {
    let wanted = (count &+ more) * MemoryLayout<Element>.stride
    if wanted <= memory.capacity, isKnownUniquelyReferenced(&memory) { return }
    reserveSlowly(wanted)
  }

  @inline(never)
  private mutating func reserveSlowly(_ byteCount: Int) {
    if !isKnownUniquelyReferenced(&memory) {
      memory = GrowingMemory(copying: memory, byteCount: count * MemoryLayout<Element>.stride)
    }
    memory.grow(to: byteCount)
  }
}

/// A growing buffer of bytes; from 1 MB on it consists of mapped pages.
private final class GrowingMemory: @unchecked Sendable {
  private(set) var base: UnsafeMutableRawPointer
  private(set) var capacity: Int
  /// Whether the memory was mapped as whole pages, not allocated by the allocator.
  private var isMapped = false

  init() {
    base = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 16)
    capacity = 16
  }

  init(copying other: GrowingMemory, byteCount: Int) {
    let size = max(16, byteCount)
    base = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    base.copyMemory(from: other.base, byteCount: byteCount)
    capacity = size
  }

  deinit { free() }

  private func free() {
    if isMapped { munmap(base, capacity) } else { base.deallocate() }
  }

  func grow(to byteCount: Int) {
    guard byteCount > capacity else { return }
    // From 1 MB on, the capacity grows by a quarter; pages that were never written to take no memory.
    let size = byteCount < 1 << 20 ? max(64, capacity * 2, byteCount) : (byteCount + byteCount / 4 + 0xfffff) & ~0xfffff
    if isMapped, let moved = remapped(base, capacity, size) {
      base = moved
      capacity = size
      return
    }
    let isLarge = size >= 1 << 20
    let pages =
      isLarge ? mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) : MAP_FAILED
    let mapped = pages == MAP_FAILED ? nil : pages
    let target = mapped ?? UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    target.copyMemory(from: base, byteCount: capacity)
    free()
    base = target
    capacity = size
    isMapped = mapped != nil
  }

  /// Returns the pages of a range that has been copied to the system; their contents are lost.
  func returnToSystem(_ range: Range<Int>) {
    guard isMapped else { return }
    let page = pageSize
    let first = range.lowerBound & ~(page - 1)
    let end = range.upperBound & ~(page - 1)
    if end > first { madvise(base + first, end - first, 4 /* MADV_DONTNEED */) }
  }
}

/// The same pages in a larger mapping, possibly at another address; nil if the system cannot do that.
private func remapped(_ base: UnsafeMutableRawPointer, _ size: Int, _ newSize: Int) -> UnsafeMutableRawPointer? {
  typealias Remap =
    @convention(c) (UnsafeMutableRawPointer?, Int, Int, Int32) -> UnsafeMutableRawPointer?
  // `mremap` is variadic in C, and Swift does not import variadic functions.
  guard let symbol = dlsym(nil, "mremap") else { return nil }
  let moved = unsafeBitCast(symbol, to: Remap.self)(base, size, newSize, 1 /* MREMAP_MAYMOVE */)
  return moved == MAP_FAILED ? nil : moved
}
