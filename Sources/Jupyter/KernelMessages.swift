/// What clients ask, and what they are told. Names are those of the protocol with capitals for underscores.

struct ExecuteRequest: Decodable {
  var code: String
  var silent: Bool?
  var storeHistory: Bool?
  var allowStdin: Bool?
  var stopOnError: Bool?
}

/// Of `complete_request` and `inspect_request`.
struct CursorRequest: Decodable {
  var code: String
  /// In Unicode scalars.
  var cursorPos: Int
}

struct IsCompleteRequest: Decodable { var code: String }

struct HistoryRequest: Decodable {
  var histAccessType: String
  var output: Bool?
  var session: Int?
  var start: Int?
  var stop: Int?
  var n: Int?
  var pattern: String?
  var unique: Bool?
}

struct CommRequest: Decodable { var commId: String }
struct ShutdownRequest: Decodable { var restart: Bool? }
struct InputReply: Decodable { var value: String }

struct StatusContent: Encodable { var executionState: String }
struct ExecuteInput: Encodable {
  var code: String
  var executionCount: Int
}
struct StreamContent: Encodable {
  var name: String
  var text: String
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
