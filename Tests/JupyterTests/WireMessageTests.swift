import Diagnostics
import Foundation
import Generators
import Testing

import Jupyter

/// Messages as bytes: signed as every client of Jupyter signs, and never trusted before.
@Suite struct WireMessageTests {
  private let header = Array(#"{"msg_id":"a1","msg_type":"execute_request","session":"s","version":"5.3"}"#.utf8)
  private let empty = Array("{}".utf8)

  private func frames(_ signature: [UInt8], content: String = #"{"code":"1"}"#) -> [[UInt8]] {
    [Array("client".utf8), WireMessage.delimiter, signature, header, empty, empty, Array(content.utf8)]
  }

  private func signed(_ signer: MessageSigner, content: String = #"{"code":"1"}"#) throws -> [[UInt8]] {
    let unsigned = frames([], content: content)
    return frames(try signer.signature(of: unsigned[3...]), content: content)
  }

  /// Python: `hmac.new(b"key", b"The quick brown fox jumps over the lazy dog", "sha256").hexdigest()`, in four parts.
  @Test func signaturesAreThoseOfOthers() throws {
    let parts = ["The quick brown ", "fox jumps", "", " over the lazy dog"].map { Array($0.utf8) }
    let signature = try MessageSigner(key: Array("key".utf8)).signature(of: parts[...])
    #expect(
      String(decoding: signature, as: UTF8.self)
        == "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8")
    #expect(try MessageSigner(key: []).signature(of: parts[...]).isEmpty)
  }

  @Test func whatIsSignedIsRead() throws {
    let signer = try MessageSigner(key: Array("secret".utf8))
    let message = try WireMessage(frames: signed(signer), signer: signer)
    #expect(message.header == MessageHeader(id: "a1", type: "execute_request"))
    #expect(message.identities == [Array("client".utf8)])
    let request = try message.content(as: ExecuteRequest.self)
    #expect(request.code == "1" && request.silent == nil)
  }

  @Test func whatIsNotSignedIsRefused() throws {
    let signer = try MessageSigner(key: Array("secret".utf8))
    let right = try signed(signer)
    func refusal(_ change: (inout [[UInt8]]) -> Void) -> String? {
      var frames = right
      change(&frames)
      do throws(Diagnostic) {
        _ = try WireMessage(frames: frames, signer: signer)
        return nil
      } catch { return error.message }
    }
    #expect(refusal { _ in } == nil)
    #expect(refusal { $0[2] = [] } == "a message with a wrong signature")
    #expect(refusal { $0[2][0] ^= 1 } == "a message with a wrong signature")
    #expect(refusal { $0[6] += [32] } == "a message with a wrong signature")
    #expect(refusal { $0.remove(at: 1) } == "a message without a delimiter")
    #expect(refusal { $0.removeLast() } == "a message of too few parts")
    #expect(refusal { $0 = [] } == "a message without a delimiter")
    let other = try MessageSigner(key: Array("Secret".utf8))
    #expect(throws: Diagnostic.self) { try WireMessage(frames: right, signer: other) }
  }

  /// A message that is sent comes out as one that was sent, for whoever has the key.
  @Test func answersAreReadAsRequestsAre() throws {
    let signer = try MessageSigner(key: Array("secret".utf8))
    let request = try WireMessage(frames: signed(signer), signer: signer)
    let message = OutgoingMessage(
      "stream", StreamContent(name: "stdout", text: "a/б\n"), on: .shell, answering: request)
    let frames = try message.frames(signer: signer, session: "s")
    let read = try WireMessage(frames: frames, signer: signer)
    #expect(read.header.type == "stream" && read.identities == request.identities)
    #expect(frames[4] == request.headerBytes)
    #expect(String(decoding: read.contentBytes, as: UTF8.self) == #"{"name":"stdout","text":"a/б\n"}"#)
  }

  /// Whoever has the key may still send nonsense: it is refused, and nothing traps.
  @Test func bytesAtRandomAreRefused() throws {
    var random = SplitMix(seed: 23)
    let signer = try MessageSigner(key: [])
    for _ in 0..<2_000 {
      var frames = frames([], content: #"{"code":"train | head 3","silent":false,"cursor_pos":3,"n":1}"#)
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 3..<frames.count, using: &random)
        if Int.random(in: 0..<8, using: &random) == 0 {
          let byte: UInt8 = [0x5B, 0x7B, 0xFF, 0].randomElement(using: &random) ?? 0
          frames[place] = Array(repeating: byte, count: 3_000)
        } else if !frames[place].isEmpty {
          frames[place][Int.random(in: 0..<frames[place].count, using: &random)] = .random(in: 0...255, using: &random)
        }
      }
      guard let message = try? WireMessage(frames: frames, signer: signer) else { continue }
      _ = try? message.content(as: ExecuteRequest.self)
      _ = try? message.content(as: CursorRequest.self)
      _ = try? message.content(as: HistoryRequest.self)
    }
  }

  // MARK: - Connection files

  private let connection = """
    {"transport": "tcp", "ip": "127.0.0.1", "shell_port": 1, "control_port": 2, "iopub_port": 3, "stdin_port": 4,
     "hb_port": 5, "key": "k", "signature_scheme": "hmac-sha256", "kernel_name": "lectern"}
    """

  @Test func connectionFilesAreRead() throws {
    let file = try ConnectionFile(json: Array(connection.utf8), name: "c.json")
    #expect(file.address(of: .shell) == "tcp://127.0.0.1:1" && file.address(of: .heartbeat) == "tcp://127.0.0.1:5")
    let local = connection.replacing("tcp", with: "ipc").replacing("127.0.0.1", with: "/tmp/k")
    #expect(try ConnectionFile(json: Array(local.utf8), name: "c").address(of: .iopub) == "ipc:///tmp/k-3")
  }

  @Test(arguments: [
    ("\"hmac-sha256\"", "\"hmac-md5\"", "messages are signed by `hmac-md5`"),
    ("\"tcp\"", "\"epgm\"", "`epgm` is no transport"), ("1,", "70000,", "70000 is no port"),
    ("\"key\"", "\"kei\"", "this is no connection file"), ("{", "", "this is no connection file"),
  ])
  func connectionFilesOfOthersAreRefused(_ old: String, _ new: String, _ message: String) {
    let text = connection.replacing(old, with: new, maxReplacements: 1)
    do throws(Diagnostic) {
      _ = try ConnectionFile(json: Array(text.utf8), name: "c.json")
      Issue.record("it was taken")
    } catch {
      #expect(error.message.hasPrefix(message))
    }
  }

  // MARK: - Texts

  @Test func placesAreCountedInScalars() {
    let code = "название | filter 🙂 x"
    for count in 0...(code.unicodeScalars.count + 2) {
      let offset = code.utf8Offset(ofScalar: count)
      #expect(code.scalarOffset(ofUTF8: offset) == min(count, code.unicodeScalars.count))
    }
    #expect(code.utf8Offset(ofScalar: -5) == 0 && code.utf8Offset(ofScalar: .max) == code.utf8.count)
    #expect(code.scalarOffset(ofUTF8: -1) == 0 && code.scalarOffset(ofUTF8: .max) == code.unicodeScalars.count)
  }

  @Test func charactersThatAreCutWait() {
    let text = "aб🙂\u{20AC}z"
    for size in 1...4 {
      var pieces = TextPieces()
      var bytes = Array(text.utf8)[...]
      var whole = ""
      while !bytes.isEmpty {
        whole += pieces.text(adding: Array(bytes.prefix(size)))
        bytes = bytes.dropFirst(size)
      }
      #expect(whole == text)
    }
    var broken = TextPieces()
    #expect(broken.text(adding: [0xFF, 0x80, 0x61]) == "\u{FFFD}\u{FFFD}a")
  }

  @Test func patternsOfHistory() {
    #expect(matchesGlob("train | head 3", "train*") && matchesGlob("train | head 3", "*head ?"))
    #expect(matchesGlob("", "*") && matchesGlob("", "") && !matchesGlob("a", "") && !matchesGlob("", "?"))
    #expect(matchesGlob("a*b", "a*b") && !matchesGlob("train", "rain"))
    #expect(!matchesGlob(String(repeating: "a", count: 2_000), String(repeating: "a*", count: 40) + "b"))
  }

  // MARK: - The kernel's file

  @Test func jupyterFindsTheKernel() throws {
    let folder = try ScratchFolder()
    let specification = try KernelSpecification(program: "/opt/bin/lectern", name: "lectern")
    let path = try specification.install(into: folder.path)
    #expect(path == folder.path + "/kernels/lectern/kernel.json")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.contains("\"/opt/bin/lectern\"") && text.contains("\"{connection_file}\""))
    #expect(text.contains("\"interrupt_mode\" : \"message\""))
    for name in ["", ".x", "a/b", "а", "a b"] {
      #expect(throws: Diagnostic.self) { try KernelSpecification(program: "p", name: name) }
    }
  }

  @Test func jupytersFolderIsWhereItSays() {
    func folder(_ environment: [String: String]) -> String? { KernelSpecification.userFolder(environment: environment) }
    #expect(folder(["HOME": "/home/a"]) == "/home/a/.local/share/jupyter")
    #expect(folder(["HOME": "/home/a", "XDG_DATA_HOME": "/data"]) == "/data/jupyter")
    #expect(folder(["HOME": "/home/a", "JUPYTER_DATA_DIR": "/own"]) == "/own")
    #expect(folder([:]) == nil)
  }
}
