/// A request of Spark Connect.
///
/// Field numbers are those of the service's descriptors.
package struct SparkRequest: Sendable {
  package enum Call: Sendable, Hashable {
    case execute(SparkPlan, operation: String)
    /// Continues after the response with that id, or from the first response.
    case reattach(operation: String, after: String?)
    case release(operation: String)
    case schema(SparkRelation)
    case version
    case set([String: String])
    case interrupt(operation: String)
    case end
  }

  package var session: String
  package var user: String
  package var call: Call

  package init(session: String, user: String, _ call: Call) {
    (self.session, self.user, self.call) = (session, user, call)
  }

  /// The name of the method.
  package var method: String {
    switch call {
    case .execute: "ExecutePlan"
    case .reattach: "ReattachExecute"
    case .release: "ReleaseExecute"
    case .schema, .version: "AnalyzePlan"
    case .set: "Config"
    case .interrupt: "Interrupt"
    case .end: "ReleaseSession"
    }
  }

  private static let client = "lectern"

  package var bytes: [UInt8] {
    ProtobufWriter.message { message in
      message.write(1, session)
      message.write(2) { $0.write(1, user) }
      switch call {
      case .execute(let plan, let operation):
        message.write(3, message: plan.write)
        message.write(4, SparkRequest.client)
        // Reattachable.
        message.write(5) { $0.write(1) { $0.write(1, true) } }
        message.write(6, operation)
      case .reattach(let operation, let answer):
        message.write(3, operation)
        message.write(4, SparkRequest.client)
        if let answer { message.write(5, answer) }
      case .release(let operation):
        message.write(3, operation)
        message.write(4, SparkRequest.client)
        message.write(5) { _ in }
      case .schema(let relation):
        message.write(3, SparkRequest.client)
        message.write(4) { $0.write(1, message: SparkPlan.rows(relation).write) }
      case .version:
        message.write(3, SparkRequest.client)
        message.write(10) { _ in }
      case .set(let pairs):
        message.write(3) { operation in
          operation.write(1) { set in
            for (key, value) in pairs.sorted(by: { $0.key < $1.key }) {
              set.write(1) {
                $0.write(1, key)
                $0.write(2, value)
              }
            }
          }
        }
        message.write(4, SparkRequest.client)
      case .interrupt(let operation):
        message.write(3, SparkRequest.client)
        message.write(4, 3 as Int64)
        message.write(6, operation)
      case .end: message.write(3, SparkRequest.client)
      }
    }
  }
}
