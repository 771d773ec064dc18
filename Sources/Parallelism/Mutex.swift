#if THREAD_SANITIZER
import Glibc

@_exported public import struct Synchronization.Atomic

/// `Mutex` of the standard library, made of a mutex of POSIX, for `make sanitize-thread`.
///
/// The standard library's locks by calls of the kernel that the sanitizer of threads does not know: it would report
/// every value that one thread leaves in a mutex and another one finds there. It does know the locks of POSIX.
public struct Mutex<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private let value: UnsafeMutablePointer<Value>

  public init(_ value: consuming sending Value) {
    lock = .allocate(capacity: 1)
    pthread_mutex_init(lock, nil)
    self.value = .allocate(capacity: 1)
    self.value.initialize(to: value)
  }

  deinit {
    value.deinitialize(count: 1)
    value.deallocate()
    pthread_mutex_destroy(lock)
    lock.deallocate()
  }

  public borrowing func withLock<Result: ~Copyable, Failure: Error>(
    _ body: (inout sending Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return try body(&value.pointee)
  }
}
#else
@_exported public import Synchronization
#endif
