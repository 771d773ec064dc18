public import Diagnostics
public import Display
public import Generators
import Notebook

/// Collects what lives report: the inputs that they try, and the faults that they find.
public final class Probe {
  /// A fault: an input, and what went wrong with it.
  public struct Fault: Sendable {
    public let life: Int
    public let input: String
    public let what: String
  }

  /// The folder in which lives may write.
  public let scratch: ScratchFolder
  public internal(set) var life = 0
  /// How many inputs were tried, and how many of them gave a value. A fuzzer whose inputs are nearly all rejected finds
  /// little.
  public private(set) var inputs = 0
  public private(set) var values = 0
  public private(set) var faults: [Fault] = []
  /// Whether any fault was found.
  public private(set) var hasFound = false
  private var input = ""
  private let trace: FuzzTrace.Writer?

  public init(scratch: ScratchFolder, trace: FuzzTrace.Writer? = nil) {
    self.scratch = scratch
    self.trace = trace
  }

  /// Reports an input before it is tried.
  public func trying(_ input: String, count: Int = 1) {
    self.input = input
    inputs += count
    trace?.write(life: life, inputs: inputs, values: values, input)
  }

  /// How often each error message occurred. Frequent ones show where a generator writes nonsense.
  public private(set) var refusals: [String: Int] = [:]

  /// Counts an error by its message, without the names in backticks.
  public func refused(_ message: String) {
    let parts = message.split(separator: "`", omittingEmptySubsequences: false)
    refusals[parts.enumerated().map { $0 % 2 == 0 ? String($1) : "…" }.joined(separator: "`"), default: 0] += 1
  }

  public func gaveValue(count: Int = 1) { values += count }

  public func fault(_ what: String) {
    hasFound = true
    faults.append(Fault(life: life, input: input, what: what))
  }

  /// Returns the faults since the last call.
  public func takeFaults() -> [Fault] {
    defer { faults = [] }
    return faults
  }

  /// Writes the total number of inputs to the trace.
  public func finish() { trace?.write(life: life, inputs: inputs, values: values, "") }

  // MARK: - What has to hold

  /// Checks a diagnostic: it is not an internal fault, has a message, and points into the source.
  public func examine(_ diagnostic: Diagnostic, mustPoint: Bool = true) {
    if diagnostic.kind == .fault { fault("blames us: \(diagnostic.message)") }
    if diagnostic.message.isEmpty { fault("says nothing") }
    if mustPoint, diagnostic.labels.isEmpty, diagnostic.place == nil { fault("points nowhere: \(diagnostic.message)") }
    for label in diagnostic.labels {
      let (range, text) = (label.span.range, label.span.source.text.utf8)
      guard range.lowerBound >= 0, range.upperBound <= text.count else {
        fault("points outside, at \(range) of \(text.count): \(diagnostic.message)")
        continue
      }
      for end in [range.lowerBound, range.upperBound] {
        let index = text.index(text.startIndex, offsetBy: end)
        if index < text.endIndex, text[index] & 0xC0 == 0x80 {
          fault("points into the middle of a character, at \(range): \(diagnostic.message)")
        }
      }
    }
  }

  /// Checks that a printed text has no characters that control a terminal.
  public func examine(printed text: String) {
    for scalar in text.unicodeScalars where Probe.isActedOn(scalar) {
      fault("prints U+\(String(scalar.value, radix: 16))")
      return
    }
  }

  public func examine(_ text: StyledText) { examine(printed: text.plain) }

  /// Control characters other than the line break, and characters that change the direction of text.
  private static func isActedOn(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A: false
    case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
