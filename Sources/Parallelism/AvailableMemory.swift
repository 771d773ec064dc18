import Diagnostics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The bytes of memory that the process may have: the machine's, or what its limits or its container leave of that.
public let availableMemory: Int = {
  var available = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
  #if canImport(Glibc)
  let kinds = [__rlimit_resource_t(RLIMIT_DATA.rawValue), __rlimit_resource_t(RLIMIT_AS.rawValue)]
  #else
  let kinds = [RLIMIT_DATA, RLIMIT_AS]
  #endif
  for kind in kinds {
    var limit = rlimit()
    if getrlimit(kind, &limit) == 0, limit.rlim_cur < UInt(available) { available = Int(limit.rlim_cur) }
  }
  #if os(Linux)
  if let container = containerMemory() { available = min(available, container) }
  #endif
  return available
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

/// Refuses a large buffer that the system would refuse: an array that gets no memory ends the program.
func requireAllocation(of byteCount: Int) throws(Diagnostic) {
  guard byteCount >= 1 << 23 else { return }
  guard let probe = malloc(byteCount) else {
    throw Diagnostic(
      "no memory is left for \(counted(byteCount / 1_000_000, "MB", plural: "MB")) more",
      hint: "`select` the columns that are needed, `filter` first, or give less of it names")
  }
  free(probe)
}
