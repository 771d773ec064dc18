import Foundation
import Glibc
import Parallelism
import Testing

/// Whether a kernel can run here.
private let hasZeroMQ = dlopen("libzmq.so.5", RTLD_LAZY) != nil

/// `lectern kernel run` as Jupyter starts it. `Scripts/checks/check-kernel.py` tries more, by Jupyter's own clients.
@Suite(
  .enabled(
    if: FileManager.default.fileExists(atPath: TerminalSession.program), "skipped: no program beside the tests"))
struct KernelTests {
  @Test(.enabled(if: hasZeroMQ, "skipped: no libzmq.so.5"), .timeLimit(.minutes(3)))
  func aKernelRunsCellsUntilItIsToEnd() throws {
    let home = Home()
    let kernel = try RunningKernel(in: home)
    try kernel.waitUntilHeard()
    let table = try kernel.execute("t = table a = [1, 2]\nt | agg sum = sum(a)")
    #expect(table.reply["status"] as? String == "ok")
    let result = try #require(table.outputs.first { $0.type == "execute_result" })
    let data = try #require(result.content["data"] as? [String: String])
    #expect(data["text/plain"]?.contains("sum") == true && data["text/html"]?.contains("<table") == true)
    // Names are kept, and a mistake is an error that does not end the kernel.
    let mistake = try kernel.execute("t | filter nowhere > 1")
    #expect(mistake.reply["status"] as? String == "error")
    #expect(mistake.outputs.contains { $0.type == "error" })
    let last = try kernel.execute("6 * 7")
    #expect(last.outputs.contains { ($0.content["data"] as? [String: String])?["text/plain"] == "42" })
    #expect(last.reply["execution_count"] as? Int == 3)
    let ended = try kernel.shutDown()
    #expect(ended.status == 0, "\(ended.errors)")
  }

  @Test func aKernelSaysWhatIsWrongWithItsConnection() {
    let home = Home()
    let path = home.folder.appending(path: "kernel.json")
    try? "{}".write(to: path, atomically: true, encoding: .utf8)
    let result = ChildProcess(TerminalSession.program, ["kernel", "run", path.path], in: home.path)
    #expect(result.status == 1)
    #expect(result.errors.contains("this is no connection file of Jupyter"))
  }
}

/// What a kernel left when it ended.
private final class Ending: Sendable {
  let process = Mutex<ChildProcess?>(nil)
  let isThere = DispatchSemaphore(value: 0)
}

/// A kernel that a test started, and its client.
private final class RunningKernel {
  typealias Message = (type: String, parent: String, content: [String: Any])

  private let ending = Ending()
  private let shell: ZMTPClient
  private let control: ZMTPClient
  private let broadcast: ZMTPClient
  private var count = 0

  init(in home: Home) throws {
    // With `ipc`, an address is a path and the number of the port.
    let address = home.path + "/kernel"
    let connection =
      "{\"transport\":\"ipc\",\"ip\":\"\(address)\",\"shell_port\":1,\"iopub_port\":2,\"stdin_port\":3,"
      + "\"control_port\":4,\"hb_port\":5,\"key\":\"\",\"signature_scheme\":\"hmac-sha256\"}"
    let file = home.path + "/connection.json"
    try connection.write(toFile: file, atomically: true, encoding: .utf8)
    let (ending, folder) = (ending, home.path)
    Thread.detachNewThread {
      // Whatever happens to the test, the kernel does not stay.
      let process = ChildProcess("timeout", ["150", TerminalSession.program, "kernel", "run", file], in: folder)
      ending.process.withLock { $0 = process }
      ending.isThere.signal()
    }
    shell = try ZMTPClient("DEALER", path: address + "-1")
    broadcast = try ZMTPClient("SUB", path: address + "-2")
    control = try ZMTPClient("DEALER", path: address + "-4")
    // Everything is subscribed to.
    try broadcast.send([[1]])
  }

  /// Asks until something is heard on the channel that all hear: the subscription has to arrive first.
  func waitUntilHeard() throws {
    repeat {
      let request = try send("kernel_info_request", "{}", to: shell)
      while try read(shell).parent != request {}
    } while !broadcast.hasArrived
  }

  func execute(_ code: String) throws -> (reply: [String: Any], outputs: [Message]) {
    let text = String(decoding: try JSONEncoder().encode(code), as: UTF8.self)
    let request = try send("execute_request", "{\"code\":\(text)}", to: shell)
    var reply = try read(shell)
    while reply.parent != request { reply = try read(shell) }
    var outputs: [Message] = []
    while true {
      let message = try read(broadcast)
      guard message.parent == request else { continue }
      outputs.append(message)
      if message.type == "status", message.content["execution_state"] as? String == "idle" { break }
    }
    return (reply.content, outputs)
  }

  func shutDown() throws -> ChildProcess {
    let request = try send("shutdown_request", "{\"restart\":false}", to: control)
    while try read(control).parent != request {}
    ending.isThere.wait()
    return try #require(ending.process.withLock { $0 })
  }

  private func send(_ type: String, _ content: String, to client: ZMTPClient) throws -> String {
    count += 1
    let id = "request-\(count)"
    let header = "{\"msg_id\":\"\(id)\",\"msg_type\":\"\(type)\",\"session\":\"test\",\"version\":\"5.3\"}"
    try client.send(["<IDS|MSG>", "", header, "{}", "{}", content].map { Array($0.utf8) })
    return id
  }

  private func read(_ client: ZMTPClient) throws -> Message {
    let frames = try client.receive()
    let delimiter = try #require(frames.firstIndex(of: Array("<IDS|MSG>".utf8)))
    func object(_ place: Int) throws -> [String: Any] {
      try JSONSerialization.jsonObject(with: Data(frames[delimiter + place])) as? [String: Any] ?? [:]
    }
    return (
      try object(2)["msg_type"] as? String ?? "", try object(3)["msg_id"] as? String ?? "", try object(5)
    )
  }
}
