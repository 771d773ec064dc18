import Diagnostics
import Query

/// A seed that was drawn for a verb without one, and the place of that verb.
struct DrawnSeed {
  let seed: Int
  /// Where the call of the verb ends in its source (UTF-8 offset). If the source is the definition of a verb, the end
  /// of that verb's call follows, and so on up to the cell.
  private let path: [Int]

  init(_ seed: Int, for call: VerbCall) {
    self.seed = seed
    self.path = DrawnSeed.path(of: call.span)
  }

  /// Whether the verb stands in the cell itself, and not inside a defined verb.
  var isInCell: Bool { path.count == 1 }
  /// Where ` seed=N` is inserted into the source.
  var offset: Int { path[0] }

  func isOf(_ call: VerbCall) -> Bool { path == DrawnSeed.path(of: call.span) }
  func isIn(_ source: Source) -> Bool { path.dropFirst().elementsEqual(source.call.map(DrawnSeed.path) ?? []) }

  private static func path(of span: SourceSpan) -> [Int] {
    Array(sequence(first: span) { $0.source.call }).map(\.range.upperBound)
  }
}

extension [DrawnSeed] {
  /// The seed that was drawn for a call; nil if none was.
  func seed(of call: VerbCall) -> Int? { first { $0.isOf(call) }?.seed }
}

extension Session {
  /// The beginning of a source, a cell if nil, with the seeds that were drawn for its verbs.
  func withDrawnSeeds(_ text: String, in source: Source? = nil) -> String {
    var bytes = Array(text.utf8)
    let drawn = drawnSeeds.filter { drawn in source.map(drawn.isIn) ?? drawn.isInCell }
    for drawn in drawn.sorted(by: { $0.offset > $1.offset }) where drawn.offset <= bytes.count {
      bytes.insert(contentsOf: " seed=\(drawn.seed)".utf8, at: drawn.offset)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
