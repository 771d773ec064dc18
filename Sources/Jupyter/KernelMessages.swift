/// What clients ask, and what they are told. Names are those of the protocol with capitals for underscores.

package struct ExecuteRequest: Decodable {
  package var code: String
  package var silent: Bool?
  package var storeHistory: Bool?
  package var allowStdin: Bool?
  package var stopOnError: Bool?
}

/// Of `complete_request` and `inspect_request`.
package struct CursorRequest: Decodable {
  package var code: String
  /// In Unicode scalars.
  package var cursorPos: Int
}

struct IsCompleteRequest: Decodable { var code: String }

package struct HistoryRequest: Decodable {
  package var histAccessType: String
  package var output: Bool?
  package var session: Int?
  package var start: Int?
  package var stop: Int?
  package var n: Int?
  package var pattern: String?
  package var unique: Bool?
}

struct CommRequest: Decodable { var commId: String }
struct ShutdownRequest: Decodable { var restart: Bool? }
struct InputReply: Decodable { var value: String }

struct StatusContent: Encodable { var executionState: String }
struct ExecuteInput: Encodable {
  var code: String
  var executionCount: Int
}
package struct StreamContent: Encodable {
  package var name: String
  package var text: String

  package init(name: String, text: String) { (self.name, self.text) = (name, text) }
}

/// A result, a plot, or progress. By its kind, some of the properties are there.
struct DisplayContent: Encodable {
  var data: [String: String]
  var metadata: [String: String] = [:]
  var executionCount: Int?
  var transient: [String: String]?
}

struct ClearContent: Encodable { var wait: Bool }

struct ErrorContent: Encodable {
  var ename: String
  var evalue: String
  var traceback: [String]
}

struct InputRequest: Encodable {
  var prompt: String
  var password = false
}

struct ExecuteReply: Encodable {
  var status: String
  var executionCount: Int
  var payload: [Payload]?
  var userExpressions: [String: String]?
  var ename: String?
  var evalue: String?
  var traceback: [String]?

  /// What a client is to do beside showing output.
  struct Payload: Encodable {
    var source: String
    var data: [String: String]?
    var start: Int?
    var text: String?
    var replace: Bool?
    var keepkernel: Bool?
  }
}

/// The answer to a request that nothing can be done with.
struct ErrorReply: Encodable {
  var status = "error"
  var ename = "Error"
  var evalue: String
  var traceback: [String] = []
}

struct CompleteReply: Encodable {
  var status = "ok"
  var matches: [String]
  var cursorStart: Int
  var cursorEnd: Int
  var metadata: [String: [Match]]

  /// What JupyterLab shows beside a match.
  struct Match: Encodable {
    var start: Int
    var end: Int
    var text: String
    var type: String
    var signature: String
  }
}

struct InspectReply: Encodable {
  var status = "ok"
  var found: Bool
  var data: [String: String]
  var metadata: [String: String] = [:]
}

struct IsCompleteReply: Encodable {
  var status: String
  var indent: String?
}

struct HistoryReply: Encodable {
  var status = "ok"
  var history: [Entry]

  struct Entry: Encodable {
    var number: Int
    var code: String
    /// nil where it was not asked for.
    var output: String?

    func encode(to encoder: any Encoder) throws {
      var list = encoder.unkeyedContainer()
      try list.encode(JupyterKernel.sessionNumber)
      try list.encode(number)
      if let output { try list.encode([code, output]) } else { try list.encode(code) }
    }
  }
}

struct CommInfoReply: Encodable {
  var status = "ok"
  var comms: [String: String] = [:]
}

struct CommClose: Encodable {
  var commId: String
  var data: [String: String] = [:]
}

struct StatusReply: Encodable { var status = "ok" }
struct ShutdownReply: Encodable {
  var status = "ok"
  var restart: Bool
}

struct KernelInfoReply: Encodable {
  var status = "ok"
  var protocolVersion = JupyterKernel.protocolVersion
  var implementation = "lectern"
  var implementationVersion: String
  var languageInfo: Language
  var banner: String
  var helpLinks: [[String: String]] = []
  var debugger = false

  struct Language: Encodable {
    var name = "lectern"
    var version: String
    var mimetype = "text/plain"
    var fileExtension = ".lectern"
    var pygmentsLexer = "text"
  }

  init(version: String) {
    implementationVersion = version
    languageInfo = Language(version: version)
    banner = "Lectern \(version) · :help for help"
  }
}
