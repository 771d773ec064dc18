/// What running a plan did: what a cell says in dim lines, and what `:trace` shows.
public struct ExecutionReport: Sendable {
  /// What is worth a dim line, in the order of the steps: `filter dropped 12 null conditions`.
  public var notes: [String] = []
  /// What was read, source by source.
  public var reads: [SourceRead] = []
  /// The steps as they ran, inputs before what uses them.
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
  /// Pages of the columns that were decoded, and all they have.
  public var pagesRead = 0
  public var pageCount = 0
  /// Bytes of the file that were decoded, and all that the columns take there; 0 where nothing is known.
  public var bytesRead = 0
  public var byteCount = 0
  /// Rows of the partitions that were read.
  public var rows: Int
  /// Whether all of it was in memory already.
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

/// One step of a plan as it ran.
public struct StageReport: Sendable, Hashable {
  /// As `explain` writes it.
  public let step: String
  public let rows: Int
  public let seconds: Double
}
