#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The processors that are online; Foundation's answer would cost the start-up its load.
func activeProcessorCount() -> Int { Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

/// Asks for pages of 2 MB under a large fresh buffer: a tenth of the page faults, and scattered writes find their
/// translations cached. Measured on 157 MB: filling in scattered order 1.6× faster.
func adviseLargePages(_ start: UnsafeMutableRawPointer, byteCount: Int) {
  #if os(Linux)
  let page = 2 << 20
  let first = (Int(bitPattern: start) + page - 1) & ~(page - 1)
  let end = (Int(bitPattern: start) + byteCount) & ~(page - 1)
  guard end - first >= 4 * page else { return }
  _ = madvise(UnsafeMutableRawPointer(bitPattern: first), end - first, 14 /* MADV_HUGEPAGE */)
  #endif
}
