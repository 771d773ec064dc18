public import Diagnostics
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The bytes of memory that the process may have: the machine's, or what its limits or its container leave of that.
public var availableMemory: Int { limit.byteCount }

/// Whether freed memory that the allocator keeps counts against the limit, even where its pages were given back.
var isFreedMemoryCounted: Bool { limit.counts != .resident }

/// Which of the process's sizes its limit is of.
private enum CountedMemory {
  /// Pages in memory that no file backs: of the machine's memory, or of a container's.
  case resident
  /// Pages that only this process writes, used or not (RLIMIT_DATA).
  case written
  /// All addresses (RLIMIT_AS).
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

/// What a container's memory is limited to (cgroup v2); nil where it is not.
private func containerMemory() -> Int? {
  let descriptor = open("/sys/fs/cgroup/memory.max", O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var text = [UInt8](repeating: 0, count: 32)
  let count = read(descriptor, &text, text.count)
  return Int(String(decoding: text.prefix(max(0, count)).prefix { (0x30...0x39).contains($0) }, as: UTF8.self))
}

/// What is left free: for what is allocated between two looks, and what nobody looks at.
private var spareMemory: Int { min(1 << 30, max(1 << 24, limit.byteCount / 8)) }

private let sizes: Int32 = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)

/// The bytes in use of those that `availableMemory` counts; 0 where the system does not tell.
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

/// When memory was last looked at, in milliseconds of a clock that costs nothing to read.
private let lastLook = Atomic<Int>(0)

/// Refuses to go on where memory is about to run out: an allocation that fails ends the program, and everything the
/// session knows with it. Loops call it as they look at their cancellation; it looks every few milliseconds.
func requireMemoryLeft() throws(Diagnostic) {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
  let now = time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  guard now - lastLook.load(ordering: .relaxed) >= 3 else { return }
  lastLook.store(now, ordering: .relaxed)
  guard !hasMemory(for: 0) else { return }
  throw outOfMemory("memory is used up: this took more than the")
}

/// Refuses a large buffer that the system would refuse: an array that gets no memory ends the program.
public func requireAllocation(of byteCount: Int) throws(Diagnostic) {
  guard byteCount >= 1 << 22, !hasMemory(for: byteCount) else { return }
  throw outOfMemory("no memory is left for \(counted(byteCount / 1_000_000, "MB", plural: "MB")) more, of the")
}

private func hasMemory(for byteCount: Int) -> Bool {
  let most = limit.byteCount - spareMemory
  if usedMemory() + byteCount <= most { return true }
  // What the allocator keeps of freed memory counts as used: it goes back first.
  releaseFreedMemory()
  return usedMemory() + byteCount <= most
}

private func outOfMemory(_ start: String) -> Diagnostic {
  Diagnostic(
    "\(start) \(counted(availableMemory / 1_000_000, "MB", plural: "MB")) that there are",
    hint: "`filter` first, `select` the columns that are needed, `sample` some rows, or `:drop` names")
}
