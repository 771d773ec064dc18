import Diagnostics
import Foundation
import Generators
import Parallelism
import Testing

/// What holds for broken files of every format.
enum BrokenFiles {
  /// A broken file is refused by its own name, or read. Neither takes forever.
  static func expectReadOrRefused(_ path: String) throws {
    let work = Cancellation(requestedAtCheck: 100_000)
    do throws(Diagnostic) {
      _ = try Cancellation.$current.withValue(work) { Result { () throws(Diagnostic) in try read(path) } }.get()
    } catch {
      #expect(error.kind == .error, "\(path): \(error)")
      #expect("\(error)".contains(URL(fileURLWithPath: path).lastPathComponent), "\(path): \(error)")
    }
  }

  /// Breaks a file at eight places, in three ways each: bytes are overwritten by zeros, left out, or cut off.
  static func expectReadOrRefused(breaking path: String) throws {
    let scratch = try ScratchFolder()
    let name = URL(fileURLWithPath: path).lastPathComponent
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    for share in 0..<8 {
      let place = bytes.count * share / 8
      let zeroed =
        bytes[..<place] + repeatElement(0, count: min(16, bytes.count - place)) + bytes[place...].dropFirst(16)
      let missing = bytes[..<place] + bytes[min(bytes.count, place + 5)...]
      for (kind, broken) in [("zeroed", zeroed), ("missing", missing), ("cut", bytes[..<place])] {
        try expectReadOrRefused(try scratch.write("\(kind)-\(share)-\(name)", Array(broken)))
      }
    }
  }
}
