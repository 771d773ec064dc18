/// A relation of Spark Connect.
package indirect enum SparkRelation: Sendable, Hashable {
  package enum JoinKind: Int, Sendable {
    case inner = 1
    case full = 2
    case left = 3
    case right = 4
    case anti = 5
    case semi = 6
    case cross = 7
  }

  /// A table of the server's catalogue.
  case table(String)
  /// Files at paths of the server: `parquet`, `csv`, `json` or `orc`.
  case files(format: String, [String], options: [String: String])
  case project(SparkRelation, [SparkExpression])
  case filter(SparkRelation, SparkExpression)
  case join(SparkRelation, SparkRelation, JoinKind, on: SparkExpression?, using: [String])
  case union(SparkRelation, SparkRelation)
  case sort(SparkRelation, [SparkSortKey])
  case limit(SparkRelation, Int)
  case offset(SparkRelation, Int)
  case tail(SparkRelation, Int)
  case aggregate(SparkRelation, by: [SparkExpression], [SparkExpression])
  case distinct(SparkRelation, by: [String])
  /// Renames all columns.
  case named(SparkRelation, [String])
  /// An uploaded table as an Arrow stream, optionally with a schema in DDL.
  case local([UInt8], schema: String?)
  case range(Int64, Int64)
  /// A table of a fitted model: `userFactors`.
  case ofModel(String, method: String)

  package func write(to writer: inout ProtobufWriter) {
    switch self {
    case .table(let name): writer.write(2) { $0.write(1) { $0.write(1, name) } }
    case .files(let format, let paths, let options):
      writer.write(2) { read in
        read.write(2) { source in
          source.write(1, format)
          // Sorted, so that equal plans have equal bytes.
          for (key, value) in options.sorted(by: { $0.key < $1.key }) {
            source.write(3) {
              $0.write(1, key)
              $0.write(2, value)
            }
          }
          for path in paths { source.write(4, path) }
        }
      }
    case .ofModel(let model, let method):
      writer.write(300) {
        $0.write(2) { fetch in
          fetch.write(1) { $0.write(1, model) }
          fetch.write(2) { $0.write(1, method) }
        }
      }
    case .local(let stream, let schema):
      writer.write(11) {
        $0.write(1, bytes: stream)
        if let schema { $0.write(2, schema) }
      }
    case .range(let start, let end):
      writer.write(15) {
        $0.write(1, start)
        $0.write(2, end)
        $0.write(3, 1 as Int64)
      }
    case .join(let left, let right, let kind, let condition, let using):
      writer.write(5) { join in
        join.write(1, message: left.write)
        join.write(2, message: right.write)
        if let condition { join.write(3, message: condition.write) }
        join.write(4, Int64(kind.rawValue))
        for name in using { join.write(5, name) }
      }
    case .union(let left, let right):
      writer.write(6) {
        $0.write(1, message: left.write)
        $0.write(2, message: right.write)
        $0.write(3, 2 as Int64)
        $0.write(4, true)
      }
    default: writeStep(to: &writer)
    }
  }

  /// Writes a relation with one input.
  private func writeStep(to writer: inout ProtobufWriter) {
    func step(_ field: Int, _ input: SparkRelation, _ rest: (inout ProtobufWriter) -> Void) {
      writer.write(field) {
        $0.write(1, message: input.write)
        rest(&$0)
      }
    }
    switch self {
    case .project(let input, let expressions):
      step(3, input) { for expression in expressions { $0.write(3, message: expression.write) } }
    case .filter(let input, let condition): step(4, input) { $0.write(2, message: condition.write) }
    case .sort(let input, let keys):
      step(7, input) {
        for key in keys { $0.write(2, message: key.write) }
        $0.write(3, true)
      }
    case .limit(let input, let count): step(8, input) { $0.write(2, Int64(count)) }
    case .offset(let input, let count): step(13, input) { $0.write(2, Int64(count)) }
    case .tail(let input, let count): step(22, input) { $0.write(2, Int64(count)) }
    case .aggregate(let input, let keys, let values):
      step(9, input) {
        $0.write(2, 1 as Int64)
        for key in keys { $0.write(3, message: key.write) }
        for value in values { $0.write(4, message: value.write) }
      }
    case .distinct(let input, let names):
      step(14, input) {
        for name in names { $0.write(2, name) }
        if names.isEmpty { $0.write(3, true) }
      }
    case .named(let input, let names): step(18, input) { for name in names { $0.write(2, name) } }
    default: break
    }
  }
}
