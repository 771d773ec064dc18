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

/// An estimator of MLlib with its parameters.
package struct SparkEstimator: Sendable, Hashable {
  package var name: String
  package var id: String
  package var parameters: [String: SparkLiteral]

  package init(_ name: String, id: String, parameters: [String: SparkLiteral]) {
    (self.name, self.id, self.parameters) = (name, id, parameters)
  }

  func write(to writer: inout ProtobufWriter, _ rows: SparkRelation) {
    writer.write(1) { operation in
      operation.write(1, name)
      operation.write(2, id)
      operation.write(3, 1 as Int64)
    }
    writer.write(2) { all in
      for (key, value) in parameters.sorted(by: { $0.key < $1.key }) {
        all.write(1) {
          $0.write(1, key)
          $0.write(2, message: value.write)
        }
      }
    }
    writer.write(3, message: rows.write)
  }
}

/// The plan of an `ExecutePlan` request.
package enum SparkPlan: Sendable, Hashable {
  case rows(SparkRelation)
  case command(SparkWrite)
  /// Fits an estimator of MLlib; the response has the id of the model.
  case fit(SparkEstimator, SparkRelation)
  /// Deletes a model from the server.
  case forget(model: String)

  func write(to writer: inout ProtobufWriter) {
    switch self {
    case .rows(let relation): writer.write(1, message: relation.write)
    case .command(let command): writer.write(2, message: command.write)
    case .fit(let estimator, let rows):
      writer.write(2) { $0.write(17) { $0.write(1) { estimator.write(to: &$0, rows) } } }
    case .forget(let model):
      writer.write(2) { $0.write(17) { $0.write(3) { $0.write(1) { $0.write(1, model) } } } }
    }
  }
}

extension SparkPlan {
  package var bytes: [UInt8] { ProtobufWriter.message(write) }
}
