/// The names in `candidates` that the user may have meant by `name`, nearest first, at most `limit`.
///
/// A candidate is near if its edit distance is at most a third of the longer name's length (and at least 1), ignoring
/// case. The distance has to be less than the name's length, so that names without a letter in common are not near. A
/// candidate that begins with the whole name is near too, if the name has at least 3 characters. Names of more than 256
/// characters have no near names.
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

/// The edit distance takes quadratic time, so longer names are not compared.
private let longestName = 256

/// The hint `did you mean `product_id`?`, or nil if no candidate is near.
public func didYouMean(_ name: String, among candidates: [String]) -> String? {
  let near = nearNames(to: name, among: candidates, limit: 1)
  return near.first.map { "did you mean `\($0)`?" }
}

/// How many insertions, deletions, substitutions and transpositions of neighbours turn one name into the other: the
/// restricted Damerau–Levenshtein distance (optimal string alignment).
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
