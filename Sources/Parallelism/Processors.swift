#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The processors that are online; Foundation's answer would cost the start-up its load.
func activeProcessorCount() -> Int { Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

private let largePage = 2 << 20

/// Has the allocator keep what is freed from the first large buffer on: that one too is to be reused. Where memory is
/// limited, what is kept would count as used.
func keepFreedMemory(forBuffersOf byteCount: Int) {
  if byteCount >= 4 * largePage, !isFreedMemoryCounted { _ = keepsFreedMemory }
}

/// Asks for pages of 2 MB under a large fresh buffer: a tenth of the page faults, and scattered writes find their
/// translations cached. Measured on 157 MB: filling in scattered order 1.6× faster.
func adviseLargePages(_ start: UnsafeMutableRawPointer, byteCount: Int) {
  #if os(Linux)
  let page = largePage
  let first = (Int(bitPattern: start) + page - 1) & ~(page - 1)
  let end = (Int(bitPattern: start) + byteCount) & ~(page - 1)
  guard end - first >= 4 * page else { return }
  _ = madvise(UnsafeMutableRawPointer(bitPattern: first), end - first, 14 /* MADV_HUGEPAGE */)
  #endif
}

/// Tells the allocator, once, to keep up to 1 GB of what is freed: the next large buffer then needs no pages from the
/// kernel. Clearing pages took 40 % of the time of kernels that write a new column.
private let keepsFreedMemory: Bool = {
  #if canImport(Glibc)
  typealias Setting = @convention(c) (_ parameter: Int32, _ value: Int32) -> Int32
  // Of <malloc.h>, which the Glibc module leaves out.
  let (trimThreshold, mapThreshold): (Int32, Int32) = (-1, -3)
  guard let symbol = dlsym(nil, "mallopt") else { return false }
  let set = unsafeBitCast(symbol, to: Setting.self)
  return set(trimThreshold, 1 << 30) == 1 && set(mapThreshold, 1 << 30) == 1
  #else
  return false
  #endif
}()

/// Gives memory that the allocator keeps back to the system; for when nothing large is to come soon.
public func releaseFreedMemory() {
  #if canImport(Glibc)
  typealias Trimming = @convention(c) (_ padding: Int) -> Int32
  guard let symbol = dlsym(nil, "malloc_trim") else { return }
  _ = unsafeBitCast(symbol, to: Trimming.self)(0)
  #endif
}
