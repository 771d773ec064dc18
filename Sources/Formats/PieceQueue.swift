import Diagnostics
import Parallelism

/// Writes pieces of a file in order, while several threads make them in any order.
///
/// The thread that brings the next piece writes it, and the pieces after it that are waiting. The other threads leave
/// their pieces and go on: two threads that write one file at once would only wait for each other inside the kernel.
final class PieceQueue: Sendable {
  private struct State {
    /// Pieces that arrived before the pieces in front of them.
    var waiting: [Int: [UInt8]] = [:]
    var next = 0
    var isWriting = false
    var byteCount = 0
    /// Buffers of written pieces, for reuse: to touch fresh memory costs as much as to fill it.
    var spare: [[UInt8]] = []

    mutating func takeNext() -> [UInt8]? {
      let piece = waiting.removeValue(forKey: next)
      isWriting = piece != nil
      return piece
    }
  }

  private let state = Mutex(State())
  private let writePiece: @Sendable ([UInt8]) throws(Diagnostic) -> Void

  init(_ writePiece: @escaping @Sendable ([UInt8]) throws(Diagnostic) -> Void) {
    self.writePiece = writePiece
  }

  /// Bytes written so far.
  var byteCount: Int { state.withLock { $0.byteCount } }

  func emptyPiece() -> [UInt8] { state.withLock { $0.spare.popLast() ?? [] } }

  /// - Throws: the error of writing. Nothing is written after an error.
  func write(_ piece: consuming [UInt8], at index: Int) throws(Diagnostic) {
    let brought = piece
    var next = state.withLock { state in
      state.waiting[index] = brought
      return state.isWriting ? nil : state.takeNext()
    }
    while var written = next.take() {
      try writePiece(written)
      let count = written.count
      written.removeAll(keepingCapacity: true)
      next = state.withLock { state in
        state.byteCount += count
        state.next += 1
        state.spare.append(written)
        return state.takeNext()
      }
    }
  }
}
