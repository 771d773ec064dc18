#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A thread pool for parallel loops. Threads are started when they are first needed, at most one per core, and kept.
///
/// Not Dispatch: where the system has no thread left (`ulimit -u`, the limit of a container), Dispatch waits for one,
/// possibly forever. Here the calling thread always takes part, so that a loop ends without any helper.
enum Workers {
  /// Calls `work` on up to `count` threads at once, the calling thread among them, and returns when all have ended.
  ///
  /// `work` has to complete the whole job whatever number of threads runs it.
  ///
  /// - Complexity: about 10 µs.
  static func perform(_ count: Int, _ work: @Sendable () -> Void) {
    withoutActuallyEscaping(work) { work in
      let job = Job(work, calls: count - 1)
      pool.offer(job)
      work()
      pool.end(job)
    }
  }

  private static let pool = ThreadPool(limit: max(1, Cores.available - 1))
}

/// Work that threads of the pool may join. The pool's lock guards the mutable state.
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

/// The threads of the pool and the jobs that they can join; one lock guards both.
private final class ThreadPool: @unchecked Sendable {
  private let lock = Lock()
  private let limit: Int
  private var jobs: [Job] = []
  private var threads = 0
  private var idle = 0

  init(limit: Int) { self.limit = limit }

  /// Lets threads join a job; starts new threads if too few are idle.
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

  /// Lets no further thread join, and waits for those that did.
  func end(_ job: Job) {
    lock.acquire()
    jobs.removeAll { $0 === job }
    while job.running > 0 { lock.wait() }
    job.work = nil
    lock.release()
  }

  /// The loop of a pool thread; it never returns.
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

  /// A function of its own, so that no reference to the closure is left when it returns: the closure must not outlive
  /// the call of `perform`.
  @inline(never) private func run(_ job: Job) { job.work?() }

  /// Blocks all signals but faults: the main thread receives the others.
  private func blockSignals() {
    var all = sigset_t()
    sigfillset(&all)
    // A fault signal goes to the thread that causes it.
    for fault in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT] { sigdelset(&all, fault) }
    pthread_sigmask(SIG_SETMASK, &all, nil)
  }
}

/// A mutex with a condition variable.
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

/// Starts a detached thread that runs `body`; false if the system has no thread left.
package func startThread(running body: @escaping @Sendable () -> Void) -> Bool {
  guard let thread = newThread(body) else { return false }
  pthread_detach(thread)
  return true
}

/// A new thread that runs `body`; nil if the system has no thread left.
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

/// Runs pieces of work one after the other on a thread of its own, which starts with the first piece. If the system has
/// no thread left, the work runs on the calling thread.
public final class SerialWorker: @unchecked Sendable {
  private let lock = Lock()
  private var waiting: [@Sendable () -> Void] = []
  private var isRunning = false

  public init() {}

  /// Runs `work` after all work that was added before it. The thread ends when no work is left.
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
