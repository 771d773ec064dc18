#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Threads that help with loops: made when they are first needed, no more than there are cores, and kept.
///
/// They are not Dispatch's: where the system has no thread left (`ulimit -u`, the limit of a container), Dispatch sleeps
/// until it has one, which may be never. Here a loop's own thread does whatever nobody else does.
enum Workers {
  /// Calls `work` on up to `count` threads at once, of which this one is the first; it returns when all have ended.
  ///
  /// `work` has to do all there is to do on however many threads it runs.
  ///
  /// - Complexity: about 10 µs.
  static func perform(_ count: Int, _ work: @Sendable () -> Void) {
    withoutActuallyEscaping(work) { work in
      let job = Job(work, calls: count - 1)
      team.offer(job)
      work()
      team.end(job)
    }
  }

  private static let team = Team(limit: max(1, Cores.available - 1))
}

/// Work that waits for threads to join in. What changes is guarded by the team's lock.
private final class Job {
  var work: (@Sendable () -> Void)?
  /// How many more threads may join.
  var calls: Int
  var running = 0

  init(_ work: @escaping @Sendable () -> Void, calls: Int) {
    self.work = work
    self.calls = calls
  }
}

/// The threads, and the jobs that they look for; everything is guarded by one lock.
private final class Team: @unchecked Sendable {
  private let lock = Lock()
  private let limit: Int
  private var jobs: [Job] = []
  private var threads = 0
  private var idle = 0

  init(limit: Int) { self.limit = limit }

  /// Lets threads join a job, new ones where too few are idle.
  func offer(_ job: Job) {
    lock.acquire()
    jobs.append(job)
    while idle < job.calls, threads < limit, startThread(running: { self.help() }) {
      threads += 1
      idle += 1
    }
    lock.wakeAll()
    lock.release()
  }

  /// Lets nobody else join, and waits for those who did.
  func end(_ job: Job) {
    lock.acquire()
    jobs.removeAll { $0 === job }
    while job.running > 0 { lock.wait() }
    job.work = nil
    lock.release()
  }

  /// What a thread does for as long as the program runs.
  private func help() {
    blockSignals()
    lock.acquire()
    while true {
      guard let job = jobs.first(where: { $0.calls > 0 }) else {
        lock.wait()
        continue
      }
      job.calls -= 1
      job.running += 1
      idle -= 1
      lock.release()
      run(job)
      lock.acquire()
      idle += 1
      job.running -= 1
      if job.running == 0 { lock.wakeAll() }
    }
  }

  /// Does the work, and no longer refers to it when it returns: it must not outlive the call that gave it.
  @inline(never) private func run(_ job: Job) { job.work?() }

  /// The main thread receives them.
  private func blockSignals() {
    var all = sigset_t()
    sigfillset(&all)
    // Faults are of the thread that makes them.
    for fault in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT] { sigdelset(&all, fault) }
    pthread_sigmask(SIG_SETMASK, &all, nil)
  }
}

/// A mutex with a condition to wait for.
private final class Lock: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  func acquire() { pthread_mutex_lock(mutex) }
  func release() { pthread_mutex_unlock(mutex) }
  func wait() { pthread_cond_wait(condition, mutex) }
  func wakeAll() { pthread_cond_broadcast(condition) }
}

/// Starts a thread of its own that runs `body`; false where the system has none left.
func startThread(running body: @escaping @Sendable () -> Void) -> Bool {
  guard let thread = newThread(body) else { return false }
  pthread_detach(thread)
  return true
}

/// A new thread that runs `body`; nil where the system has none left.
func newThread(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
  final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
  var thread = pthread_t()
  let context = Unmanaged.passRetained(Body(body))
  let entry: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
    if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
    return nil
  }
  if pthread_create(&thread, nil, entry, context.toOpaque()) == 0 { return thread }
  context.release()
  return nil
}

/// Work done one piece after the other, on a thread of its own that is made with the first; where the system has no
/// thread left, on the thread that brings it.
public final class SerialWorker: @unchecked Sendable {
  private let lock = Lock()
  private var waiting: [@Sendable () -> Void] = []
  private var isRunning = false

  public init() {}

  /// Runs `work` after what was brought before it. The thread ends when there is nothing left to do.
  public func run(_ work: @escaping @Sendable () -> Void) {
    lock.acquire()
    waiting.append(work)
    let isHandled = isRunning
    isRunning = true
    lock.release()
    guard !isHandled else { return }
    if !startThread(running: { self.workOff() }) { workOff() }
  }

  private func workOff() {
    while true {
      lock.acquire()
      guard !waiting.isEmpty else {
        isRunning = false
        lock.release()
        return
      }
      let next = waiting.removeFirst()
      lock.release()
      next()
    }
  }
}
