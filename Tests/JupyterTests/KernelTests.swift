import Diagnostics
import Foundation
import Generators
import Notebook
import Parallelism
import Testing

import Jupyter

/// A kernel without sockets: requests in, messages out.
@Suite struct KernelTests {
  /// What a kernel sent.
  private final class Sent: Sendable {
    let messages = Mutex<[OutgoingMessage]>([])
  }

  private final class Client {
    let kernel: JupyterKernel
    let sent = Sent()
    private let signer: MessageSigner
    private var count = 0

    init() throws {
      signer = try MessageSigner(key: [])
      let session = Session()
      session.run(ExampleTables.text)
      kernel = JupyterKernel(session: session, version: "1.0")
      kernel.send = { [sent] message in sent.messages.withLock { $0.append(message) } }
    }

    func request(_ type: String, _ content: String) throws -> WireMessage {
      count += 1
      let header = "{\"msg_id\":\"\(count)\",\"msg_type\":\"\(type)\"}"
      let parts = [header, "{}", "{}", content].map { Array($0.utf8) }
      return try WireMessage(frames: [[1], WireMessage.delimiter, []] + parts, signer: signer)
    }

    typealias Message = (type: String, channel: KernelChannel, content: [String: Any])

    /// Everything that is sent for a request, but that the kernel is busy and idle.
    func ask(_ type: String, _ content: String) throws -> [Message] {
      sent.messages.withLock { $0 = [] }
      _ = kernel.answer(try request(type, content))
      let messages = sent.messages.withLock { $0 }
      #expect(messages.first?.type == "status" && messages.last?.type == "status")
      return try messages.dropFirst().dropLast().map { message in
        let content = try JSONSerialization.jsonObject(with: Data(message.content)) as? [String: Any]
        return (message.type, message.channel, content ?? [:])
      }
    }

    func execute(_ code: String, _ options: String = "") throws -> [Message] {
      let text = String(decoding: try JSONEncoder().encode(code), as: UTF8.self)
      return try ask("execute_request", "{\"code\":\(text)\(options)}")
    }
  }

  private func data(_ content: [String: Any], _ kind: String) -> String {
    (content["data"] as? [String: String])?[kind] ?? ""
  }

  @Test func aTableIsAResultWithHTML() throws {
    let client = try Client()
    let messages = try client.execute("train | head 2")
    #expect(messages.map(\.type) == ["execute_input", "execute_result", "execute_reply"])
    let result = messages[1].content
    #expect(data(result, "text/plain").contains("┌"))
    let head = "<th scope=\"col\" style=\"text-align: right\">user_id<br><small>i32</small></th>"
    #expect(data(result, "text/html").contains(head))
    #expect(result["execution_count"] as? Int == messages[0].content["execution_count"] as? Int)
    #expect(messages[2].content["status"] as? String == "ok" && messages[2].channel == .shell)
  }

  @Test func namesAndNotesAreAStream() throws {
    let client = try Client()
    let messages = try client.execute("few = train | head 2")
    #expect(messages[1].type == "stream")
    #expect(messages[1].content["text"] as? String == "few: 2 rows × 3 columns\n")
  }

  @Test func plotsArePictures() throws {
    let client = try Client()
    let messages = try client.execute("products | group_by brand | plot bar x=brand y=len")
    let plot = try #require(messages.first { $0.type == "display_data" })
    #expect(data(plot.content, "image/svg+xml").hasPrefix("<svg"))
    #expect(!data(plot.content, "text/plain").isEmpty)
    #expect(client.kernel.session.takePicture(of: "") == nil)
  }

  @Test func mistakesAreErrors() throws {
    let client = try Client()
    let messages = try client.execute("train | filter nothing > 1")
    #expect(messages.map(\.type) == ["execute_input", "error", "execute_reply"])
    #expect((messages[1].content["evalue"] as? String)?.contains("nothing") == true)
    let trace = messages[1].content["traceback"] as? [String] ?? []
    #expect(trace.contains { $0.contains("train | filter nothing > 1") })
    #expect(messages[2].content["status"] as? String == "error")
    #expect(!client.kernel.answer(try client.request("execute_request", "{\"code\":\"nothing\"}")))
    let goesOn = "{\"code\":\"nothing\",\"stop_on_error\":false}"
    #expect(client.kernel.answer(try client.request("execute_request", goesOn)))
  }

  /// A client that has read the reply sends its next cell at once; that cell is meant to run.
  @Test func onlyWhatArrivedBeforeTheReplyIsAborted() throws {
    let client = try Client()
    let kernel = client.kernel
    var types: [[String]] = []
    kernel.takeWaitingRequests = { [sent = client.sent] in
      types.append(sent.messages.withLock { $0.map(\.type) })
      return []
    }
    _ = try client.execute("nothing")
    _ = try client.execute("1")
    #expect(types == [["status", "execute_input", "error"]])
  }

  @Test func silentCellsLeaveNoTrace() throws {
    let client = try Client()
    let number = client.kernel.session.nextCell
    #expect(try client.execute("quiet = 5", ",\"silent\":true").map(\.type) == ["execute_reply"])
    #expect(client.kernel.session.nextCell == number)
    #expect(try client.execute("$quiet + 1", ",\"store_history\":false").map(\.type)[1] == "execute_result")
    #expect(client.kernel.session.nextCell == number)
    #expect(try client.execute("$quiet + 1").last?.content["execution_count"] as? Int == number)
    #expect(client.kernel.session.ranCells.last?.code == "$quiet + 1")
    #expect(client.kernel.session.ranCells.count { $0.code.contains("quiet") } == 1)
  }

  @Test func helpIsAPage() throws {
    let client = try Client()
    let reply = try #require(try client.execute("?filter").last)
    let payload = try #require((reply.content["payload"] as? [[String: Any]])?.first)
    #expect(payload["source"] as? String == "page")
    #expect(data(payload, "text/html").contains("<h2>filter</h2>"))
  }

  @Test func completionsHaveTypes() throws {
    let client = try Client()
    let code = "train | filter дата; train | filter us"
    let content = "{\"code\":\"\(code)\",\"cursor_pos\":\(code.count)}"
    let reply = try #require(try client.ask("complete_request", content).first)
    #expect(reply.content["matches"] as? [String] == ["user_id"])
    #expect(reply.content["cursor_start"] as? Int == code.count - 2)
    let types = (reply.content["metadata"] as? [String: [[String: Any]]])?["_jupyter_types_experimental"]
    #expect(types?.first?["type"] as? String == "i32")
  }

  @Test(arguments: [
    ("train | filter user_id", 10, "filter"), ("train | filter user_id > 3", 18, "**user_id** is a column: i32."),
    ("train", 2, "**train** is a table"), ("train | fit EASE regularization=5", 28, "EASE"), ("mean(", 5, "mean"),
  ])
  func wordsAreInspected(_ code: String, _ place: Int, _ words: String) throws {
    let client = try Client()
    let reply = try #require(try client.ask("inspect_request", "{\"code\":\"\(code)\",\"cursor_pos\":\(place)}").first)
    #expect(reply.content["found"] as? Bool == true)
    #expect(data(reply.content, "text/markdown").contains(words))
  }

  @Test func nothingIsFoundWhereNothingIs() throws {
    let client = try Client()
    for code in ["", "   ", "|", "qwertz"] {
      let reply = try #require(try client.ask("inspect_request", "{\"code\":\"\(code)\",\"cursor_pos\":9}").first)
      #expect(reply.content["found"] as? Bool == false)
    }
  }

  @Test(arguments: [
    ("train", "complete"), ("", "complete"), ("train |", "incomplete"), ("(1 +", "incomplete"),
    ("train | filter (", "incomplete"), ("train | | 3", "invalid"), ("\"open", "invalid"),
  ])
  func cellsAreCompleteOrNot(_ code: String, _ status: String) throws {
    let client = try Client()
    let text = String(decoding: try JSONEncoder().encode(code), as: UTF8.self)
    let reply = try #require(try client.ask("is_complete_request", "{\"code\":\(text)}").first)
    #expect(reply.content["status"] as? String == status)
  }

  @Test func historyIsOfTheseCells() throws {
    let client = try Client()
    let first = client.kernel.session.nextCell
    for code in ["1 + 1", "2 + 2", "1 + 1"] { _ = try client.execute(code) }
    func codes(_ content: String) throws -> [String] {
      let history = try client.ask("history_request", content).first?.content["history"] as? [[Any]] ?? []
      return history.map { ($0[2] as? String) ?? ($0[2] as? [String])?.joined(separator: " = ") ?? "" }
    }
    #expect(try codes(#"{"hist_access_type":"tail","n":2,"raw":true,"output":false}"#) == ["2 + 2", "1 + 1"])
    #expect(try codes(#"{"hist_access_type":"tail","n":1,"output":true}"#) == ["1 + 1 = 2"])
    let range = "{\"hist_access_type\":\"range\",\"session\":0,\"start\":\(first),\"stop\":\(first + 1)}"
    #expect(try codes(range) == ["1 + 1"])
    #expect(try codes(#"{"hist_access_type":"search","pattern":"?*+*","unique":true}"#) == ["2 + 2", "1 + 1"])
    #expect(try codes(#"{"hist_access_type":"range","session":-1}"#).isEmpty)
    #expect(try codes(#"{"hist_access_type":"tail","n":-4}"#).isEmpty)
  }

  @Test func whatIsUnknownOrBrokenIsSaid() throws {
    let client = try Client()
    let unknown = try #require(try client.ask("debug_request", "{}").first)
    #expect(unknown.type == "debug_reply" && unknown.content["status"] as? String == "error")
    for type in ["execute_request", "complete_request", "inspect_request", "is_complete_request", "history_request"] {
      for content in ["", "[]", "{\"code\":5}"] {
        #expect(try client.ask(type, content).last?.content["status"] as? String == "error", "\(type) \(content)")
      }
    }
    let far = "{\"code\":\"a\",\"cursor_pos\":1e300}"
    #expect(try client.ask("complete_request", far).last?.content["status"] as? String == "error")
    #expect(try client.ask("comm_info_request", "{}").first?.type == "comm_info_reply")
    #expect(try client.ask("comm_open", #"{"comm_id":"x","target_name":"t"}"#).first?.type == "comm_close")
    #expect(try client.ask("kernel_info_request", "{}").first?.content["protocol_version"] as? String == "5.3")
  }

  @Test func aQuestionIsAskedAndAnswered() throws {
    let client = try Client()
    let folder = try ScratchFolder()
    let path = folder.path + "/a.md"
    try "mine".write(toFile: path, atomically: true, encoding: .utf8)
    let answer = try client.request("input_reply", #"{"value":" Yes "}"#)
    client.kernel.nextInput = { _ in answer }
    let messages = try client.execute(":save \(path)", ",\"allow_stdin\":true")
    let question = try #require(messages.first { $0.type == "input_request" })
    #expect(question.channel == .stdin)
    #expect((question.content["prompt"] as? String)?.contains("Replace it?") == true)
    #expect(messages.last?.content["status"] as? String == "ok")
    try "mine".write(toFile: path, atomically: true, encoding: .utf8)
    let refused = try client.execute(":save \(path)", ",\"allow_stdin\":false")
    #expect(refused.last?.content["status"] as? String == "error")
  }

  private final class Answered: Sendable {
    let types = Mutex<[String]>([])
    let isOver = Atomic(false)
  }

  /// Whoever asks for an interrupt is answered while the cell runs.
  @Test func aFitIsInterrupted() throws {
    let client = try Client()
    let control = ControlRequests(interrupts: client.kernel.interrupts, version: "1.0")
    let interrupt = try client.request("interrupt_request", "{}")
    // Somebody asks for it again and again, from before the fit starts until it has ended.
    let answered = Answered()
    let isStarted = startThread {
      while !answered.isOver.load(ordering: .relaxed) {
        let types = control.answer(interrupt).messages.map(\.type)
        answered.types.withLock { $0 = types }
      }
    }
    #expect(isStarted)
    let messages = try client.execute("train | fit iALS iterations=100000 seed=1")
    answered.isOver.store(true, ordering: .relaxed)
    // A fit that was interrupted within its first iteration has nothing to keep; after that its cell is over as well.
    let last = messages.last?.content
    #expect(last?["ename"] as? String == "Interrupted" || last?["status"] as? String == "ok")
    #expect(answered.types.withLock { $0 } == ["status", "interrupt_reply", "status"])
  }

  @Test func anEndIsSaidToAll() throws {
    let client = try Client()
    let control = ControlRequests(interrupts: client.kernel.interrupts, version: "1.0")
    let answer = control.answer(try client.request("shutdown_request", #"{"restart":true}"#))
    #expect(answer.endsKernel)
    #expect(answer.messages.map(\.channel) == [.iopub, .control, .iopub, .iopub])
    #expect(String(decoding: answer.messages[1].content, as: UTF8.self) == #"{"restart":true,"status":"ok"}"#)
    let quit = try client.execute(":quit")
    #expect((quit.last?.content["payload"] as? [[String: Any]])?.first?["source"] as? String == "ask_exit")
    #expect(client.kernel.session.isOver)
  }
}
