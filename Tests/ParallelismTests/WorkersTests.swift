import Diagnostics
import Foundation
import Parallelism
import Testing

/// Threads of our own: whoever asks for a loop gets all of it done, whatever others ask for meanwhile.
@Suite struct WorkersTests {
  @Test func loopsFromManyThreadsAreAllDone() {
    let done = Mutex<[Int]>([])
    let threads = 8
    let rounds = 200
    let finished = DispatchSemaphore(value: 0)
    for thread in 0..<threads {
      Thread.detachNewThread {
        for round in 0..<rounds {
          let sum = Atomic<Int>(0)
          try? forEachIndex(of: 37) { (index) throws(Diagnostic) in
            sum.wrappingAdd(index + 1, ordering: .relaxed)
            // What is nested runs on the spot.
            if round % 50 == 0 { try forEachIndex(of: 3) { _ in sum.wrappingAdd(1, ordering: .relaxed) } }
          }
          let expected = 37 * 38 / 2 + (round % 50 == 0 ? 37 * 3 : 0)
          done.withLock { $0.append(sum.load(ordering: .relaxed) - expected) }
        }
        _ = thread
        finished.signal()
      }
    }
    for _ in 0..<threads { finished.wait() }
    #expect(done.withLock { $0 } == [Int](repeating: 0, count: threads * rounds))
  }

  @Test func workOfOneAfterTheOtherKeepsItsOrder() {
    let worker = SerialWorker()
    let seen = Mutex<[Int]>([])
    let finished = DispatchSemaphore(value: 0)
    for index in 0..<500 {
      worker.run { seen.withLock { $0.append(index) } }
      // Now and then the thread has nothing left to do and ends.
      if index % 100 == 99 {
        worker.run { finished.signal() }
        finished.wait()
      }
    }
    #expect(seen.withLock { $0 } == Array(0..<500))
  }
}
