import Diagnostics
import Dispatch
import Parallelism
import Testing

@Suite struct ParallelismTests {
  @Test(arguments: [0, 1, 63, 1000, 100_001]) func `chunks cover all rows once, in order`(_ count: Int) throws {
    for grain in [1, 7, 1000] where count / grain < 20_000 {
      let ranges = try mapChunks(of: count, grain: grain) { $0 }
      #expect(ranges.flatMap { Array($0) } == Array(0..<count))
      #expect(ranges.dropLast().allSatisfy { $0.count == grain })
    }
  }

  @Test func `arrays come back from a temporary file as they were`() throws {
    let numbers = (0..<300_000).map { Double($0) * 0.5 }
    let letters = Array("Яблоко".utf8)
    var (first, second, none, single) = (numbers, letters, [Int32](), 42)
    let file = try TemporaryFile()
    for _ in 0..<2 {
      var there = ArrayTransfer(.toFile(file))
      try there.move(&first)
      try there.move(&second)
      try there.move(&none)
      try there.move(&single)
      #expect(there.byteCount == 8 * 300_000 + letters.count + 8)
      for index in first.indices { first[index] = -1 }
      second = []
      single = 7
      var back = ArrayTransfer(.fromFile(file), counts: there.counts)
      try back.move(&first)
      try back.move(&second)
      try back.move(&none)
      try back.move(&single)
      #expect(first == numbers && second == letters && none.isEmpty && single == 42)
    }
    let cancellation = Cancellation()
    cancellation.request()
    var there = ArrayTransfer(.toFile(file))
    #expect(throws: Diagnostic.interrupted) {
      try Cancellation.$current.withValue(cancellation) { try there.move(&first) }
    }
    #expect(first == numbers)
  }

  @Test func `arrays are filled whichever core fills them`() throws {
    let squares = try buildArray(count: 50_000, grain: 100, of: Int.self) { (range, values) throws(Diagnostic) in
      for row in range { values[row - range.lowerBound] = row * row }
    }
    #expect(squares == (0..<50_000).map { $0 * $0 })
    var doubled = squares
    try updateArray(&doubled, grain: 333) { (range, values) throws(Diagnostic) in
      for index in 0..<range.count { values[index] *= 2 }
    }
    #expect(doubled == squares.map { $0 * 2 })
    let large = try buildArray(count: 3 << 20, grain: 1 << 16, of: UInt64.self) { (range, values) throws(Diagnostic) in
      for row in range { values[row - range.lowerBound] = UInt64(row) }
    }
    #expect(large.enumerated().allSatisfy { UInt64($0) == $1 })
    #expect(try fillArray(count: 0, of: Int.self) { _ in }.isEmpty)
  }

  @Test func `scattered stores reach their rows`() throws {
    var reversed = [Int](repeating: 0, count: 10_000)
    try withDisjointRows(of: &reversed) { (rows) throws(Diagnostic) in
      try forEachChunk(of: 10_000, grain: 64) { (range) throws(Diagnostic) in
        for row in range { rows.store(row, at: 9_999 - row) }
      }
    }
    #expect(reversed == (0..<10_000).reversed())
  }

  @Test func `the first error in order of chunks is thrown, whatever else runs`() {
    for _ in 0..<20 {
      #expect(throws: Diagnostic("chunk 3")) {
        try forEachIndex(of: 4) { (index) throws(Diagnostic) in
          if index == 3 { throw Diagnostic("chunk 3") }
        }
      }
    }
  }

  @Test func `a raised flag stops before the next chunk`() {
    let flag = Cancellation()
    let started = Atomic<Int>(0)
    Cancellation.$current.withValue(flag) {
      #expect(throws: Diagnostic.interrupted) {
        try forEachChunk(of: 1000, grain: 1) { (range) throws(Diagnostic) in
          started.wrappingAdd(1, ordering: .relaxed)
          flag.request()
        }
      }
    }
    #expect(started.load(ordering: .relaxed) <= Cores.count)
    flag.reset()
    #expect(!flag.isRequested)
  }

  @Test func `what was made before an error or an interruption is let go`() {
    final class Token: Sendable {
      static let alive = Atomic<Int>(0)
      init() { Token.alive.wrappingAdd(1, ordering: .relaxed) }
      deinit { Token.alive.wrappingSubtract(1, ordering: .relaxed) }
    }
    #expect(throws: Diagnostic("late")) {
      try mapIndices(of: 100) { (index) throws(Diagnostic) in
        if index == 60 { throw Diagnostic("late") }
        return Token()
      }
    }
    #expect(Token.alive.load(ordering: .relaxed) == 0)
  }

  @Test func `flag and progress reach work on other cores`() throws {
    let heard = Mutex<[Int]>([])
    let listener = Progress { moment in heard.withLock { $0.append(moment.completed) } }
    let flag = Cancellation()
    try Progress.$current.withValue(listener) {
      try Cancellation.$current.withValue(flag) {
        try forEachIndex(of: 50) { (index) throws(Diagnostic) in
          Progress.report("work", index, of: 50)
          if Cancellation.current !== flag { throw Diagnostic("another flag") }
        }
      }
    }
    #expect(heard.withLock { $0.sorted() } == Array(0..<50))
  }

  @Test func `loops inside loops run on the spot`() throws {
    let sums = try mapIndices(of: 20) { (outer) throws(Diagnostic) in
      try mapIndices(of: 30) { (inner) throws(Diagnostic) in outer * inner }.reduce(0, +)
    }
    #expect(sums == (0..<20).map { $0 * 435 })
  }

  @Test func `fewer cores give the same`() throws {
    let results = try [1, 2, 5].map { cores in
      try Cores.limited(to: cores) {
        #expect(Cores.count == cores)
        return try mapChunks(of: 999, grain: 10) { $0.reduce(0, +) }
      }
    }
    #expect(Set(results).count == 1)
    #expect(Cores.count == Cores.available)
  }

  @Test func `a limit of cores is of the work it is given to, wherever that runs`() throws {
    let seen = try Cores.limited(to: 3) {
      #expect(Cores.limited(to: 0) { Cores.count } == 3)
      #expect(Cores.limited(to: -5) { Cores.count } == 3)
      #expect(Cores.limited(to: 1) { Cores.count } == 1)
      return try mapIndices(of: 20) { _ in Cores.count }
    }
    #expect(seen == [Int](repeating: 3, count: 20))
    let behind = Mutex<Int?>(nil)
    let isDone = DispatchSemaphore(value: 0)
    Cores.limited(to: 7) {
      Background.start {
        behind.withLock { $0 = Cores.count }
        isDone.signal()
      }
    }
    isDone.wait()
    #expect(behind.withLock { $0 } == 7)
  }

  @Test func `work stops at the check that a flag is to be raised at`() {
    for cores in [1, 2, 4] {
      let flag = Cancellation(requestedAtCheck: 50)
      let done = Atomic<Int>(0)
      Cores.limited(to: cores) {
        Cancellation.$current.withValue(flag) {
          #expect(throws: Diagnostic.interrupted) {
            try forEachIndex(of: 1000) { _ in done.wrappingAdd(1, ordering: .relaxed) }
          }
        }
      }
      // Every other thread may be at a check of its own.
      #expect((50..<50 + cores).contains(flag.checkCount), "\(cores) cores")
      // On several, one that was let through may hear of it before it begins.
      let all = done.load(ordering: .relaxed)
      #expect(cores == 1 ? all == 49 : all <= 49, "\(cores) cores")
    }
    let uncounted = Cancellation()
    Cancellation.$current.withValue(uncounted) { _ = try? forEachIndex(of: 10) { _ in } }
    #expect(uncounted.checkCount == 0)
  }

  @Test(arguments: [1, 4]) func namedLoopsReportThemselves(cores: Int) throws {
    let heard = Mutex<[Progress.Snapshot]>([])
    let listener = Progress { moment in heard.withLock { $0.append(moment) } }
    try Cores.limited(to: cores) {
      try Progress.$current.withValue(listener) {
        try forEachChunk(of: 30, grain: 10) { _ in }
        try Progress.ofLoops("named") { try forEachChunk(of: 30, grain: 10) { _ in } }
      }
    }
    #expect(heard.withLock { $0.map(\.completed).sorted() } == [1, 2, 3])
    #expect(heard.withLock { $0.allSatisfy { $0.title == "named" && $0.total == 3 } })
  }
}
