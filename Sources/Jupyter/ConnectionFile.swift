public import Diagnostics
import Foundation
import Notebook

/// Where a client waits for its kernel, as Jupyter writes it in a file of JSON.
public struct ConnectionFile: Sendable, Hashable {
  package var transport: String
  package var ip: String
  package var ports: [KernelChannel: Int]
  /// What messages are signed with; empty where they are not.
  package var key: [UInt8]

  /// - Throws: where the file cannot be read, or names what this kernel does not know.
  public init(at path: String) throws(Diagnostic) {
    try self.init(json: Array(readTextFile(at: path).utf8), name: path)
  }

  package init(json: [UInt8], name: String) throws(Diagnostic) {
    guard let content = try? JSONDecoder().decode(Content.self, from: Data(json)) else {
      throw Diagnostic(
        "this is no connection file of Jupyter", hint: "`lectern kernel install` lets Jupyter start the kernel",
        place: name)
    }
    guard content.key.isEmpty || content.signature_scheme == "hmac-sha256" else {
      throw Diagnostic(
        "messages are signed by `\(content.signature_scheme)`, and this kernel knows hmac-sha256", place: name)
    }
    guard ["tcp", "ipc"].contains(content.transport) else {
      throw Diagnostic("`\(content.transport)` is no transport of this kernel, which knows tcp and ipc", place: name)
    }
    (transport, ip, key) = (content.transport, content.ip, Array(content.key.utf8))
    ports = [
      .shell: content.shell_port, .control: content.control_port, .iopub: content.iopub_port,
      .stdin: content.stdin_port, .heartbeat: content.hb_port,
    ]
    if let port = ports.values.first(where: { !(1...65_535).contains($0) }) {
      throw Diagnostic("\(port) is no port", place: name)
    }
  }

  package func address(of channel: KernelChannel) -> String {
    "\(transport)://\(ip)\(transport == "tcp" ? ":" : "-")\(ports[channel] ?? 0)"
  }

  private struct Content: Decodable {
    var transport: String
    var ip: String
    var shell_port: Int
    var control_port: Int
    var iopub_port: Int
    var stdin_port: Int
    var hb_port: Int
    var key: String
    var signature_scheme: String
  }
}

/// The sockets of a kernel, by what is said there.
package enum KernelChannel: Sendable, Hashable, CaseIterable {
  /// Requests, and their answers.
  case shell
  /// The same for those that cannot wait until a cell has ended.
  case control
  /// What the kernel asks the person.
  case stdin
  /// What all clients hear: what cells say.
  case iopub
  /// Whether the kernel lives: it sends back what it is sent.
  case heartbeat
}
