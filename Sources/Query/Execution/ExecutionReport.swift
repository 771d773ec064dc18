/// A report of the execution of a plan: the notes of a cell, and what `:trace` shows.
public struct ExecutionReport: Sendable {
  /// The notes, in the order of execution: `filter dropped 12 null conditions`.
  public var notes: [String] = []
  /// What was read of each source.
  public var reads: [SourceRead] = []
  /// The operators in the order in which they ran: inputs first.
  public var stages: [StageReport] = []

  public init() {}
}

/// What a scan read of its source.
public struct SourceRead: Sendable, Hashable {
  public let source: String
  /// The names of the columns that were read.
  public let columns: [String]
  public var partitionsRead: Int
  public var partitionsSkipped: Int
  /// The number of decoded pages of the columns, and the number of all their pages.
  public var pagesRead = 0
  public var pageCount = 0
  /// The bytes of the file that were decoded, and the size of the columns in the file; 0 if unknown.
  public var bytesRead = 0
  public var byteCount = 0
  /// The number of rows in the partitions that were read.
  public var rows: Int
  /// Whether all columns were already in memory.
  public let wasInMemory: Bool

  public init(
    source: String, columns: [String], partitionsRead: Int, partitionsSkipped: Int, rows: Int, wasInMemory: Bool
  ) {
    self.source = source
    self.columns = columns
    self.partitionsRead = partitionsRead
    self.partitionsSkipped = partitionsSkipped
    self.rows = rows
    self.wasInMemory = wasInMemory
  }
}

/// The execution of one operator.
public struct StageReport: Sendable, Hashable {
  /// The operator as `explain` writes it.
  public let step: String
  public let rows: Int
  public let seconds: Double
}
