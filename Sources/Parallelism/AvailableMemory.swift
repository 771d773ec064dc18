public import Diagnostics
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// How much memory the process may use, in bytes: the memory of the machine, or the limit of the process or its
/// container if that is lower.
public var availableMemory: Int { limit.byteCount }

/// Whether freed memory that the allocator keeps counts against the limit, even if its pages were returned to the
/// system.
var isFreedMemoryCounted: Bool { limit.counts != .resident }

/// Which size of the process the limit restricts.
private enum CountedMemory {
  /// Resident pages that no file backs (the limit is the memory of the machine or of a container).
  case resident
  /// Private writable pages, resident or not (RLIMIT_DATA).
  case written
  /// The whole address space (RLIMIT_AS).
  case addresses
}

private let limit: (byteCount: Int, counts: CountedMemory) = {
  let machine = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
  var limit = (byteCount: machine, counts: CountedMemory.resident)
  #if os(Linux)
  if let container = containerMemory() { limit.byteCount = min(machine, container) }
  #endif
  #if canImport(Glibc)
  let kinds = [__rlimit_resource_t(RLIMIT_DATA.rawValue), __rlimit_resource_t(RLIMIT_AS.rawValue)]
  #else
  let kinds = [RLIMIT_DATA, RLIMIT_AS]
  #endif
  for (kind, counts) in zip(kinds, [CountedMemory.written, .addresses]) {
    var own = rlimit()
    if getrlimit(kind, &own) == 0, own.rlim_cur < UInt(limit.byteCount) { limit = (Int(own.rlim_cur), counts) }
  }
  return limit
}()

/// The memory limit of the container in bytes (cgroup v2); nil if there is none.
private func containerMemory() -> Int? {
  shortFile("/sys/fs/cgroup/memory.max").flatMap { Int($0.prefix { $0.isNumber }) }
}

/// A reserve that stays free for allocations between two checks, and for those that no check covers.
private var spareMemory: Int { min(1 << 30, max(1 << 24, limit.byteCount / 8)) }

private let sizes: Int32 = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)

/// How many of the bytes that `availableMemory` counts are in use; 0 if the system does not say.
private func usedMemory() -> Int {
  guard sizes >= 0 else { return 0 }
  return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 128) { text in
    let count = pread(sizes, text.baseAddress, text.count, 0)
    var numbers = InlineArray<7, Int>(repeating: 0)
    var index = 0
    for byte in text.prefix(max(0, count)) {
      if byte == 0x20 {
        index += 1
      } else if byte >= 0x30, index < 7 {
        numbers[index] = numbers[index] * 10 + Int(byte & 15)
      }
    }
    let pages =
      switch limit.counts {
      case .resident: numbers[1] - numbers[2]
      case .written: numbers[5]
      case .addresses: numbers[0]
      }
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }
}

/// When memory was last checked, in milliseconds of the coarse monotonic clock, which is cheap to read.
private let lastLook = Atomic<Int>(0)

/// Throws if memory is about to run out: an allocation that fails would end the program, and the session would be lost.
/// Loops call it whenever they check for cancellation; memory itself is checked at most every 3 ms.
func requireMemoryLeft() throws(Diagnostic) {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
  let now = time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  guard now - lastLook.load(ordering: .relaxed) >= 3 else { return }
  lastLook.store(now, ordering: .relaxed)
  guard !hasMemory(for: 0) else { return }
  throw outOfMemory("out of memory: the limit is")
}

/// Throws if there is no memory for a buffer of that size (buffers below 4 MB are not checked): an array that gets no
/// memory ends the program.
public func requireAllocation(of byteCount: Int) throws(Diagnostic) {
  guard byteCount >= 1 << 22, !hasMemory(for: byteCount) else { return }
  throw outOfMemory(
    "out of memory: \(counted(byteCount / 1_000_000, "MB", plural: "MB")) more are needed, the limit is")
}

private func hasMemory(for byteCount: Int) -> Bool {
  let most = limit.byteCount - spareMemory
  if usedMemory() + byteCount <= most { return true }
  // Freed memory that the allocator keeps counts as used: return it to the system, then check again.
  releaseFreedMemory()
  return usedMemory() + byteCount <= most
}

private func outOfMemory(_ start: String) -> Diagnostic {
  Diagnostic(
    "\(start) \(counted(availableMemory / 1_000_000, "MB", plural: "MB"))",
    hint: "`filter` first, `select` the columns that are needed, `sample` some rows, or `:drop` variables")
}
