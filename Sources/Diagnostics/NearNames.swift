/// The names in `candidates` a person may have meant by `name`, nearest first: at most `limit`, never a wild guess.
///
/// Near is a Damerau–Levenshtein distance (adjacent transpositions count one) of at most a third of the name's length,
/// ignoring case; names without a letter in common are never near. A name that only adds to or shortens a candidate at a
/// word boundary counts as near too. Names of more than 256 characters are near to nothing.
///
/// - Complexity: O(candidates × length²).
public func nearNames(to name: String, among candidates: [String], limit: Int = 3) -> [String] {
  let wanted = Array(name.lowercased().unicodeScalars)
  guard !wanted.isEmpty, wanted.count <= longestName else { return [] }
  var scored: [(distance: Int, position: Int, name: String)] = []
  for (position, candidate) in candidates.enumerated() {
    let found = Array(candidate.lowercased().unicodeScalars)
    let threshold = max(1, max(wanted.count, found.count) / 3)
    guard found.count <= longestName, abs(wanted.count - found.count) <= threshold || found.starts(with: wanted) else {
      continue
    }
    let distance = editDistance(wanted, found)
    if distance <= threshold, distance < wanted.count {
      scored.append((distance, position, candidate))
    } else if wanted.count >= 3, found.starts(with: wanted) {
      scored.append((threshold + 1, position, candidate))
    }
  }
  scored.sort { ($0.distance, $0.position) < ($1.distance, $1.position) }
  return scored.prefix(limit).map(\.name)
}

/// Nobody mistypes a name longer than this; the distance costs its square.
private let longestName = 256

/// `did you mean `product_id`?`, or nil where nothing is near.
public func didYouMean(_ name: String, among candidates: [String]) -> String? {
  let near = nearNames(to: name, among: candidates, limit: 1)
  return near.first.map { "did you mean `\($0)`?" }
}

/// Insertions, deletions, substitutions and adjacent transpositions that turn one into the other.
func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
  if a.isEmpty { return b.count }
  if b.isEmpty { return a.count }
  var beforePrevious: [Int] = []
  var previous = Array(0...b.count)
  for i in 1...a.count {
    var current = [i]
    current.reserveCapacity(b.count + 1)
    for j in 1...b.count {
      let cost = a[i - 1] == b[j - 1] ? 0 : 1
      var best = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost)
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
        best = min(best, beforePrevious[j - 2] + 1)
      }
      current.append(best)
    }
    (beforePrevious, previous) = (previous, current)
  }
  return previous[b.count]
}
