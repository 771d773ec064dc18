import CNumerics

/// The best `capacity` of scored indices: highest score first, among equal scores the smaller index first.
///
/// NaN and −∞ never enter: −∞ is how a caller strikes an index out. A heap with its worst entry on top, so that once
/// it is full a candidate costs one comparison unless it gets in.
public struct TopSelection: Sendable {
  public struct Entry: Sendable, Hashable {
    public var index: Int32
    public var score: Float

    public init(index: Int32, score: Float) {
      self.index = index
      self.score = score
    }

    func isWorse(than other: Entry) -> Bool {
      score < other.score || (score == other.score && index > other.index)
    }
  }

  public let capacity: Int
  private var heap: [Entry] = []
  /// What a later index has to exceed to get in.
  private var threshold = -Float.infinity

  public init(capacity: Int) {
    self.capacity = max(0, capacity)
    if capacity <= 0 { threshold = .infinity }
    heap.reserveCapacity(min(self.capacity, 1024))
  }

  /// Offers the indices `first`, `first` + 1, … with their scores, after all smaller indices were offered.
  ///
  /// - Complexity: O(scores + k log k · log(scores / k)) for scores in random order.
  public mutating func offer(_ scores: Span<Float>, from first: Int32 = 0) {
    scores.withUnsafeBufferPointer { scores in
      let count = Int32(scores.count)
      var place = first_above(scores.baseAddress, 0, count, threshold)
      while place < count {
        insert(Entry(index: first + place, score: scores[Int(place)]))
        place = first_above(scores.baseAddress, place + 1, count, threshold)
      }
    }
  }

  /// Offers one index, in any order.
  public mutating func offer(_ index: Int32, _ score: Float) {
    guard capacity > 0, score > -.infinity else { return }
    let entry = Entry(index: index, score: score)
    if heap.count == capacity, !heap[0].isWorse(than: entry) { return }
    insert(entry)
  }

  /// What was selected, best first; the selection is empty afterwards.
  public mutating func take() -> [Entry] {
    defer { clear() }
    return heap.sorted { $1.isWorse(than: $0) }
  }

  private mutating func clear() {
    heap.removeAll(keepingCapacity: true)
    threshold = capacity > 0 ? -.infinity : .infinity
  }

  private mutating func insert(_ entry: Entry) {
    if heap.count < capacity {
      heap.append(entry)
      siftUp()
    } else {
      heap[0] = entry
      siftDown()
    }
    if heap.count == capacity { threshold = heap[0].score }
  }

  private mutating func siftUp() {
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].isWorse(than: heap[parent]) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func siftDown() {
    var parent = 0
    while true {
      var worst = 2 * parent + 1
      guard worst < heap.count else { return }
      if worst + 1 < heap.count, heap[worst + 1].isWorse(than: heap[worst]) { worst += 1 }
      guard heap[worst].isWorse(than: heap[parent]) else { return }
      heap.swapAt(parent, worst)
      parent = worst
    }
  }
}
