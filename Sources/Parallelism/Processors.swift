#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The processors that this process may use: those of its affinity (`taskset`), and no more than its container's share of
/// their time. Foundation knows it too, but loading Foundation would slow down the start.
func activeProcessorCount() -> Int {
  let online = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  return min(allowedProcessorCount() ?? online, containerProcessorCount() ?? online)
}

/// The processors of the process's affinity; nil where the system does not tell.
private func allowedProcessorCount() -> Int? {
  typealias Reading = @convention(c) (_ process: Int32, _ size: Int, _ mask: UnsafeMutableRawPointer?) -> Int32
  // Of <sched.h>, which the Glibc module leaves out.
  guard let symbol = dlsym(nil, "sched_getaffinity") else { return nil }
  let read = unsafeBitCast(symbol, to: Reading.self)
  // Room for 8192 processors.
  var mask = [UInt64](repeating: 0, count: 128)
  let result = mask.withUnsafeMutableBytes { read(0, $0.count, $0.baseAddress) }
  return result == 0 ? mask.reduce(0) { $0 + $1.nonzeroBitCount } : nil
}

/// How many processors' time a container may use (cgroup v2), rounded up; nil where it has no limit.
private func containerProcessorCount() -> Int? {
  guard let text = shortFile("/sys/fs/cgroup/cpu.max") else { return nil }
  let numbers = text.split(whereSeparator: \.isWhitespace).map { Int($0) }
  guard numbers.count == 2, let quota = numbers[0], let period = numbers[1], quota > 0, period > 0 else { return nil }
  return max(1, (quota + period - 1) / period)
}

/// The text of a file of the system, which is at most some numbers; nil where there is none.
func shortFile(_ path: String) -> String? {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var text = [UInt8](repeating: 0, count: 64)
  let count = read(descriptor, &text, text.count)
  return count >= 0 ? String(decoding: text.prefix(count), as: UTF8.self) : nil
}

/// The size of the pages that the system gives memory in.
let pageSize = max(4096, Int(sysconf(Int32(_SC_PAGESIZE))))

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
