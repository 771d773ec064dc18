import CNumerics

/// Selects the `capacity` best of scored indices: the highest score first; of equal scores, the smaller index first.
///
/// Scores of NaN and −∞ are never selected; a caller excludes an index with −∞. The entries are a heap with the worst
/// on top: when it is full, a candidate that is not selected costs one comparison.
public struct TopSelection: Sendable {
  /// An index with its score.
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
  /// The score that a later index has to exceed.
  private var threshold = -Float.infinity

  public init(capacity: Int) {
    self.capacity = max(0, capacity)
    if capacity <= 0 { threshold = .infinity }
    heap.reserveCapacity(min(self.capacity, 1024))
  }

  /// Offers the indices `first`, `first` + 1, … with their scores.
  ///
  /// - Precondition: all indices offered before are smaller.
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

  /// Offers one index; indices may come in any order.
  public mutating func offer(_ index: Int32, _ score: Float) {
    guard capacity > 0, score > -.infinity else { return }
    let entry = Entry(index: index, score: score)
    if heap.count == capacity, !heap[0].isWorse(than: entry) { return }
    insert(entry)
  }

  /// Returns what was selected, best first, and empties the selection.
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
