import Diagnostics
import LinearAlgebra
import Parallelism

/// Visits what a model has learned, array by array, for one purpose: to write a backup or an archive, or to read
/// either.
///
/// A model lists its state once, in `visitState`; the visitor decides what happens to each array of the list.
///
/// - Invariant: arrays are visited in the same order for every purpose.
struct StateVisitor {
  private enum Purpose {
    /// Between memory and a temporary file, during a fit. Shapes are known to be right.
    case transfer(ArrayTransfer)
    case store(ModelArchive)
    /// From a file that may be damaged: every shape and every index is checked.
    case restore(ModelArchive)
  }

  private var purpose: Purpose

  init(_ transfer: ArrayTransfer) { purpose = .transfer(transfer) }
  init(storingIn archive: ModelArchive) { purpose = .store(archive) }
  init(restoringFrom archive: ModelArchive) { purpose = .restore(archive) }

  /// Whether this writes or reads a backup during a fit. Then arrays that `restoreDerived` computes are left out.
  var isBackup: Bool { if case .transfer = purpose { true } else { false } }

  /// The state of a backup so far; nil for an archive.
  var transfer: ArrayTransfer? { if case .transfer(let transfer) = purpose { transfer } else { nil } }

  /// The archive so far; nil for a backup.
  var archive: ModelArchive? {
    switch purpose {
    case .transfer: nil
    case .store(let archive), .restore(let archive): archive
    }
  }

  /// Visits a value of any type, with a function for each purpose.
  mutating func visit<Value>(
    _ value: inout Value, move: (inout Value, inout ArrayTransfer) throws(Diagnostic) -> Void,
    store: (Value, inout ModelArchive) -> Void, restore: (ModelArchive) throws(Diagnostic) -> Value
  ) throws(Diagnostic) {
    switch purpose {
    case .transfer(var transfer):
      defer { purpose = .transfer(transfer) }
      try move(&value, &transfer)
    case .store(var archive):
      // The archive has one owner while it grows. With a second owner, every array would copy the whole list.
      purpose = .store(ModelArchive())
      store(value, &archive)
      purpose = .store(archive)
    case .restore(let archive): value = try restore(archive)
    }
  }
}

extension StateVisitor {
  mutating func visit(_ name: String, _ values: inout [Double], count: Int) throws(Diagnostic) {
    try visit(&values) { (values, transfer) throws(Diagnostic) in
      try transfer.move(&values)
    } store: {
      $1.store(name, $0)
    } restore: { (archive) throws(Diagnostic) in
      try archive.doubles(name, count: count)
    }
  }

  /// Visits indices, each in `range`; an archive has them as 32 bits.
  mutating func visit(
    _ name: String, _ values: inout [Int], count: Int, in range: Range<Int>
  ) throws(Diagnostic) {
    try visit(&values) { (values, transfer) throws(Diagnostic) in
      try transfer.move(&values)
    } store: {
      $1.store(name, $0.map { Int32($0) })
    } restore: { (archive) throws(Diagnostic) in
      try archive.indices(name, count: count, in: range).map { Int($0) }
    }
  }

  /// Visits a single whole number in `range`.
  mutating func visit(_ name: String, _ value: inout Int, in range: ClosedRange<Int>) throws(Diagnostic) {
    try visit(&value) { (value, transfer) throws(Diagnostic) in
      try transfer.move(&value)
    } store: {
      $1.store(name, [$0])
    } restore: { (archive) throws(Diagnostic) in
      try archive.number(name, in: range)
    }
  }

  mutating func visit(
    _ name: String, _ matrix: inout PaddedMatrix, rowCount: Int, columnCount: Int
  ) throws(Diagnostic) {
    try visit(&matrix) { (matrix, transfer) throws(Diagnostic) in
      try matrix.move(&transfer)
    } store: {
      $1.store(name, $0)
    } restore: { (archive) throws(Diagnostic) in
      try archive.paddedMatrix(name, rowCount: rowCount, columnCount: columnCount)
    }
  }
}

extension IterativeModel {
  func store(in archive: inout ModelArchive) {
    var copy = self
    var visitor = StateVisitor(storingIn: archive)
    archive = ModelArchive()
    // Storing in memory cannot fail.
    try? copy.visitState(&visitor)
    archive = visitor.archive ?? archive
    archive.store(history, wasInterrupted: wasInterrupted)
  }

  /// The model with its state replaced by that of an archive.
  ///
  /// - Throws: arrays that are missing, of another shape, or with indices out of range.
  consuming func restored(from archive: ModelArchive) throws(Diagnostic) -> Self {
    var visitor = StateVisitor(restoringFrom: archive)
    try visitState(&visitor)
    (history, wasInterrupted) = try archive.history()
    try completeState()
    return self
  }
}
