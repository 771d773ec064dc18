/// Selects the `capacity` best of indices scored in double precision: the highest key first; of equal keys, the smaller
/// key for ties, then the smaller index.
///
/// A key is a score rounded to about twelve digits, so that sums of the same terms in another order are equal.
struct PreciseSelection {
  struct Entry {
    var index: Int32
    var score: Double
    var key: Double
    /// Of equal keys, the entry with the smaller one here comes first.
    var tie: UInt64 = 0

    func isWorse(than other: Entry) -> Bool {
      key < other.key || key == other.key && (tie, index) > (other.tie, other.index)
    }
  }

  let capacity: Int
  /// A heap with the worst entry on top.
  private var heap: [Entry] = []
  /// The highest key of an entry that was not selected.
  private var highestLeftOut = -Double.infinity

  init(capacity: Int) { self.capacity = max(0, capacity) }

  /// Offers a score that is compared to twelve digits. Of equal ones, the one with the smaller `tie` comes first.
  mutating func offer(_ index: Int32, _ score: Double, tie: UInt64 = 0) {
    if heap.count == capacity, let worst = heap.first, score < worst.key - abs(worst.key) * 1e-11 { return }
    offer(Entry(index: index, score: score, key: score.withoutNoise, tie: tie))
  }

  /// Offers a similarity that is compared to twelve decimals.
  mutating func offer(_ index: Int32, similarity: Double) {
    offer(index, similarity, key: (similarity * 1e12).rounded(.toNearestOrEven))
  }

  /// Offers a score with the key by which it is compared.
  mutating func offer(_ index: Int32, _ score: Double, key: Double) {
    offer(Entry(index: index, score: score, key: key))
  }

  /// The smallest key that can still be selected.
  var least: Double { heap.count == capacity ? heap.first?.key ?? .infinity : -.infinity }

  /// Whether a tie decided what was selected: an entry that was not selected has the key of the last one that was.
  var isTied: Bool { heap.count == capacity && heap.first?.key == highestLeftOut }

  private mutating func offer(_ entry: Entry) {
    if heap.count < capacity {
      heap.append(entry)
      siftUp()
    } else if capacity > 0, heap[0].isWorse(than: entry) {
      highestLeftOut = max(highestLeftOut, heap[0].key)
      heap[0] = entry
      siftDown()
    } else {
      highestLeftOut = max(highestLeftOut, entry.key)
    }
  }

  /// Returns what was selected, best first, and empties the selection.
  mutating func take() -> [Entry] {
    defer {
      heap.removeAll(keepingCapacity: true)
      highestLeftOut = -.infinity
    }
    return heap.sorted { $1.isWorse(than: $0) }
  }

  /// Returns what was selected as a list, and empties the selection.
  mutating func ranked() -> [ScoredItem] { take().map { ScoredItem(item: $0.index, score: Float($0.score)) } }

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
