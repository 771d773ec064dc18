package import Diagnostics
import Parallelism

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A remote file as a local one: an unnamed, memory-mapped, sparse file of the same size.
///
/// Readers request the bytes that they need; fetched bytes stay as long as the object lives. The server is asked to
/// check that all parts have the same version: a file that changes in between is refused.
package final class RemoteFile: @unchecked Sendable {
  package let name: String
  /// The mapped bytes. Those not fetched are zero.
  package let bytes: UnsafeRawBufferPointer
  /// Whether the server supports range requests. If not, the whole file has been fetched.
  package let takesRanges: Bool
  private let origin: any RemoteOrigin
  private let disk: TemporaryFile
  private let version: ContentVersion
  private let policy: TransferPolicy
  /// Locked during a fetch, so that nothing is fetched twice.
  private let fetched: Mutex<FetchedRanges>

  /// The size of the first request: enough to recognise the format.
  package static let firstCount = 1 << 16

  /// Opens a file by fetching its first bytes, or all of them if the server does not support range requests.
  ///
  /// - Throws: an error of the server or of the network, or if the file is empty.
  package convenience init(opening origin: any RemoteOrigin) throws(Diagnostic) {
    let job = try OpeningJob(origin)
    try Transfers.perform([job], title: "reading \(origin.name)")
    try self.init(origin, job)
  }

  private init(_ origin: any RemoteOrigin, _ job: OpeningJob) throws(Diagnostic) {
    (self.origin, name, disk, version) = (origin, origin.name, job.disk, job.version)
    policy = .current
    takesRanges = job.takesRanges
    guard job.size > 0 else { throw Diagnostic("`\(origin.name)` is empty", place: origin.name) }
    if takesRanges, ftruncate(disk.descriptor, off_t(job.size)) != 0 { throw .unmappable(origin.name, job.size) }
    guard let base = mmap(nil, job.size, PROT_READ, MAP_SHARED, disk.descriptor, 0), base != MAP_FAILED else {
      throw .unmappable(origin.name, job.size)
    }
    bytes = UnsafeRawBufferPointer(start: base, count: job.size)
    var ranges = FetchedRanges()
    ranges.insert(0..<job.receivedCount)
    fetched = Mutex(ranges)
  }

  deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }

  /// Fetches the whole file.
  package func fetchAll() throws(Diagnostic) { try fetch([0..<bytes.count]) }

  /// Fetches the missing parts of some ranges. Parts outside of the file are ignored.
  package func fetch(_ wanted: [Range<Int>]) throws(Diagnostic) {
    let wanted = wanted.map { $0.clamped(to: 0..<bytes.count) }
    try fetched.withLock { (fetched) throws(Diagnostic) in
      let requests = fetched.requests(for: wanted)
      guard !requests.isEmpty else { return }
      guard requests.reduce(0, { $0 + $1.count }) <= disk.freeSpace / 4 * 3 else { throw .noRoom(name) }
      let jobs = requests.map { RangeJob(origin, $0, of: bytes.count, version, to: disk) }
      // Completed requests are kept even if others fail.
      defer { for job in jobs where job.isComplete { fetched.insert(job.range) } }
      try Transfers.perform(jobs, policy: policy, title: "reading \(name)")
    }
  }

  /// Whether all bytes of a range have been fetched.
  package func has(_ range: Range<Int>) -> Bool { fetched.withLock { $0.contains(range) } }

  /// The number of bytes fetched so far.
  package var fetchedCount: Int { fetched.withLock { $0.ranges.reduce(0) { $0 + $1.count } } }
}

/// The first request for a file: its first bytes, or the whole file.
private final class OpeningJob: TransferJob {
  private let origin: any RemoteOrigin
  private let most: Int
  let disk: TemporaryFile
  private(set) var takesRanges = false
  private(set) var size = 0
  private(set) var version = ContentVersion(ResponseHead())
  private(set) var receivedCount = 0
  private(set) var expectedCount = 0
  /// Whether to request the whole file, because a range response did not tell the total size.
  private var asksForAll = false
  /// Whether that range response is still being received, and ignored.
  private var isPassedOver = false

  init(_ origin: any RemoteOrigin) throws(Diagnostic) {
    self.origin = origin
    disk = try TemporaryFile()
    most = disk.freeSpace / 4 * 3
  }

  var name: String { origin.name }

  func nextRequest() throws(Diagnostic) -> WebRequest {
    guard isResumed else {
      return try origin.request(asksForAll ? [] : [("Range", "bytes=0-\(RemoteFile.firstCount - 1)")])
    }
    let range = (name: "Range", value: "bytes=\(receivedCount)-\(expectedCount - 1)")
    return try origin.request([range] + (version.condition.map { [$0] } ?? []))
  }

  /// Whether an interrupted response can be resumed by another range request.
  private var isResumed: Bool { takesRanges && receivedCount > 0 }

  func begin(_ head: ResponseHead) throws(Diagnostic) {
    if isResumed, head.status == 206 {
      if version.differs(from: head) { throw .changedThere(name) }
      guard let part = head.contentRange, part.range == receivedCount..<expectedCount, part.size ?? size == size else {
        throw .otherBytes(name)
      }
      return
    }
    (receivedCount, expectedCount, takesRanges) = (0, head.contentLength ?? 0, false)
    version = ContentVersion(head)
    isPassedOver = false
    guard head.status == 206 else {
      if expectedCount > most { throw .noRoom(name) }
      return
    }
    let isPlain = head["content-encoding"].map { $0 == "identity" } ?? true
    guard let part = head.contentRange, let size = part.size, isPlain else {
      if asksForAll { throw .otherBytes(name) }
      (asksForAll, isPassedOver) = (true, true)
      return
    }
    let expected = 0..<min(size, RemoteFile.firstCount)
    guard part.range == expected else { throw .otherBytes(name) }
    (takesRanges, self.size, expectedCount) = (true, size, expected.count)
  }

  func receive(_ bytes: UnsafeRawBufferPointer) throws(Diagnostic) {
    if isPassedOver { return }
    if takesRanges, bytes.count > expectedCount - receivedCount { throw .otherBytes(name) }
    guard bytes.count <= most - receivedCount else { throw .noRoom(name) }
    try disk.write(bytes.bindMemory(to: UInt8.self).span, at: receivedCount)
    receivedCount += bytes.count
  }

  func end(_ head: ResponseHead) -> Bool {
    if isPassedOver { return false }
    if takesRanges { return receivedCount == expectedCount }
    size = receivedCount
    return true
  }

  func refused(_ answer: Refusal) throws(Diagnostic) -> RefusalMeaning {
    if isResumed, [412, 416].contains(answer.head.status) { throw .changedThere(name) }
    // Status 416 for the first bytes means that the file is empty.
    return answer.head.status == 416 ? .complete : try origin.meaning(of: answer)
  }
}

/// A range of a file whose size is known.
private final class RangeJob: TransferJob {
  let range: Range<Int>
  private let origin: any RemoteOrigin
  private let size: Int
  private let version: ContentVersion
  private let disk: TemporaryFile
  /// The file offset of the next byte to arrive.
  private var position: Int
  /// All bytes of the range before this offset have arrived.
  private var done: Int

  init(
    _ origin: any RemoteOrigin, _ range: Range<Int>, of size: Int, _ version: ContentVersion, to disk: TemporaryFile
  ) {
    (self.origin, self.range, self.size, self.version, self.disk) = (origin, range, size, version, disk)
    (position, done) = (range.lowerBound, range.lowerBound)
  }

  var name: String { origin.name }
  var receivedCount: Int { done - range.lowerBound }
  var expectedCount: Int { range.count }
  var isComplete: Bool { done == range.upperBound }

  func nextRequest() throws(Diagnostic) -> WebRequest {
    var headers = [(name: "Range", value: "bytes=\(done)-\(range.upperBound - 1)")]
    if let condition = version.condition { headers.append(condition) }
    return try origin.request(headers)
  }

  func begin(_ head: ResponseHead) throws(Diagnostic) {
    if version.differs(from: head) { throw .changedThere(name) }
    guard head.status == 206 else {
      // The whole file, from a server that sent ranges before.
      if let length = head.contentLength, length != size { throw .changedThere(name) }
      position = 0
      return
    }
    guard let part = head.contentRange, part.range.lowerBound == done, part.range.upperBound <= range.upperBound else {
      throw .otherBytes(name)
    }
    if let whole = part.size, whole != size { throw .changedThere(name) }
    position = done
  }

  func receive(_ bytes: UnsafeRawBufferPointer) throws(Diagnostic) {
    let coming = position..<position + bytes.count
    position = coming.upperBound
    let wanted = coming.clamped(to: done..<range.upperBound)
    guard !wanted.isEmpty else { return }
    let start = wanted.lowerBound - coming.lowerBound
    let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<start + wanted.count])
    try disk.write(piece.bindMemory(to: UInt8.self).span, at: wanted.lowerBound)
    done = wanted.upperBound
  }

  func end(_ head: ResponseHead) -> Bool { isComplete }

  func refused(_ answer: Refusal) throws(Diagnostic) -> RefusalMeaning {
    if answer.head.status == 412 || answer.head.status == 416 { throw .changedThere(name) }
    return try origin.meaning(of: answer)
  }
}

extension Diagnostic {
  fileprivate static func unmappable(_ name: String, _ size: Int) -> Diagnostic {
    Diagnostic(
      "`\(name)` is said to have \(grouped(size)) bytes, which do not fit here: \(reason(of: errno))",
      hint: "set the environment variable TMPDIR to a folder with more space", place: name)
  }

  fileprivate static func noRoom(_ name: String) -> Diagnostic {
    Diagnostic(
      "`\(name)` needs more than three quarters of the free space for temporary files",
      hint: "set the environment variable TMPDIR to a folder with more space", place: name)
  }
}
