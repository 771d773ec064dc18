/// A command to write rows on the server.
package struct SparkWrite: Sendable, Hashable {
  package enum Target: Sendable, Hashable {
    /// A folder of files.
    case files(format: String, path: String)
    case table(String)
  }

  package var input: SparkRelation
  package var target: Target
  package var overwrites: Bool
  package var partitionedBy: [String]
  package var options: [String: String]

  package init(
    _ input: SparkRelation, to target: Target, overwrites: Bool, partitionedBy: [String] = [],
    options: [String: String] = [:]
  ) {
    (self.input, self.target, self.overwrites) = (input, target, overwrites)
    (self.partitionedBy, self.options) = (partitionedBy, options)
  }

  func write(to writer: inout ProtobufWriter) {
    writer.write(2) { operation in
      operation.write(1, message: input.write)
      switch target {
      case .files(let format, let path):
        operation.write(2, format)
        operation.write(3, path)
      case .table(let name):
        operation.write(4) {
          $0.write(1, name)
          $0.write(2, 1 as Int64)
        }
      }
      operation.write(5, overwrites ? 2 : 3 as Int64)
      for name in partitionedBy { operation.write(7, name) }
      for (key, value) in options.sorted(by: { $0.key < $1.key }) {
        operation.write(9) {
          $0.write(1, key)
          $0.write(2, value)
        }
      }
    }
  }
}

/// The plan of an `ExecutePlan` request.
package enum SparkPlan: Sendable, Hashable {
  case rows(SparkRelation)
  case command(SparkWrite)

  func write(to writer: inout ProtobufWriter) {
    switch self {
    case .rows(let relation): writer.write(1, message: relation.write)
    case .command(let command): writer.write(2, message: command.write)
    }
  }
}

extension SparkPlan {
  package var bytes: [UInt8] { ProtobufWriter.message(write) }
}
