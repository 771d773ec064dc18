#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// How many processors are online. Foundation knows it too, but loading Foundation would slow down the start.
func activeProcessorCount() -> Int { Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

private let largePage = 2 << 20

/// From the first large buffer on, makes the allocator keep freed memory for reuse. Not where kept memory would count
/// against a limit.
func keepFreedMemory(forBuffersOf byteCount: Int) {
  if byteCount >= 4 * largePage, !isFreedMemoryCounted { _ = keepsFreedMemory }
}

/// Asks the kernel for pages of 2 MB for a large new buffer: a tenth of the page faults, and fewer TLB misses in
/// scattered writes. Measured on 157 MB: filling in scattered order 1.6× faster.
func adviseLargePages(_ start: UnsafeMutableRawPointer, byteCount: Int) {
  #if os(Linux)
  let page = largePage
  let first = (Int(bitPattern: start) + page - 1) & ~(page - 1)
  let end = (Int(bitPattern: start) + byteCount) & ~(page - 1)
  guard end - first >= 4 * page else { return }
  _ = madvise(UnsafeMutableRawPointer(bitPattern: first), end - first, 14 /* MADV_HUGEPAGE */)
  #endif
}

/// Tells the allocator, once, to keep up to 1 GB of what is freed: the next large buffer then needs no new pages.
/// Kernels that write a new column spent 40 % of their time on new pages, which the system has to clear.
private let keepsFreedMemory: Bool = {
  #if canImport(Glibc)
  typealias Setting = @convention(c) (_ parameter: Int32, _ value: Int32) -> Int32
  // `M_TRIM_THRESHOLD` and `M_MMAP_THRESHOLD` of <malloc.h>, which the Glibc module does not import.
  let (trimThreshold, mapThreshold): (Int32, Int32) = (-1, -3)
  guard let symbol = dlsym(nil, "mallopt") else { return false }
  let set = unsafeBitCast(symbol, to: Setting.self)
  return set(trimThreshold, 1 << 30) == 1 && set(mapThreshold, 1 << 30) == 1
  #else
  return false
  #endif
}()

/// Returns freed memory that the allocator keeps to the system; for when no large buffer is needed soon.
public func releaseFreedMemory() {
  #if canImport(Glibc)
  typealias Trimming = @convention(c) (_ padding: Int) -> Int32
  guard let symbol = dlsym(nil, "malloc_trim") else { return }
  _ = unsafeBitCast(symbol, to: Trimming.self)(0)
  #endif
}
