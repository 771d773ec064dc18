import Foundation
import Fuzzing

/// What `fuzz` was asked for.
struct FuzzOptions {
  var kinds: [FuzzKind] = []
  /// Inputs of each kind, about.
  var rounds = 100_000
  var seed = UInt64.random(in: 0..<1 << 32)
  /// The first life.
  var from = 0
  /// Child processes beside each other.
  var jobs = 1
  /// Seconds of work that one input may take before it is taken to hang.
  var patience = 60
  /// Whether each child says which mistakes it was told of most.
  var showsRefusals = false
  /// Of a child: its kind, its lives and the file it writes down what it tries.
  var child: (kind: FuzzKind, lives: Range<Int>, trace: String)?

  struct Mistake: Error, CustomStringConvertible { let description: String }

  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    var lives: Range<Int>?
    var trace: String?
    func number(after name: String) throws -> Int {
      guard let value = rest.popFirst().flatMap({ Int($0) }), value >= 0 else {
        throw Mistake(description: "\(name) takes a whole number")
      }
      return value
    }
    while let argument = rest.popFirst() {
      switch argument {
      case "--rounds": rounds = try number(after: argument)
      case "--seed": seed = UInt64(try number(after: argument))
      case "--from": from = try number(after: argument)
      case "--jobs": jobs = max(1, try number(after: argument))
      case "--patience": patience = max(1, try number(after: argument))
      case "--lives": lives = try number(after: argument)..<max(try number(after: argument), 0)
      case "--refusals": showsRefusals = true
      case "--trace": trace = rest.popFirst()
      default:
        guard let kind = FuzzKind.all.first(where: { $0.name == argument }) else {
          let names = FuzzKind.all.map(\.name).joined(separator: ", ")
          throw Mistake(description: "`\(argument)` is neither an option nor one of \(names)")
        }
        kinds.append(kind)
      }
    }
    if let lives, let trace, let kind = kinds.first { child = (kind, lives, trace) }
    if kinds.isEmpty { kinds = FuzzKind.all }
  }
}

/// Prints a line at once: whoever waits for hours looks at a file.
func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
