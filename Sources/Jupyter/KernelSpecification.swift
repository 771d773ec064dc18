public import Diagnostics
import Formats
import Foundation
import Notebook

/// What tells Jupyter that there is a kernel, and how it is started: a folder with a file of JSON.
public struct KernelSpecification {
  private let program: String
  private let name: String

  /// - Parameters:
  ///   - program: the path of the one that Jupyter is to start.
  ///   - name: what Jupyter calls the kernel: `--kernel NAME`.
  public init(program: String, name: String) throws(Diagnostic) {
    let isName =
      !name.isEmpty
      && name.utf8.allSatisfy { byte in
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
          || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "-_.".utf8.contains(byte)
      }
    guard isName, !name.hasPrefix(".") else {
      throw Diagnostic("`\(name)` cannot be a kernel's name", hint: "letters, digits, `-`, `_` and `.` can")
    }
    (self.program, self.name) = (program, name)
  }

  /// The folder that Jupyter looks in for what belongs to one person; nil where that person has no home.
  public static func userFolder(environment: [String: String]) -> String? {
    if let folder = environment["JUPYTER_DATA_DIR"], !folder.isEmpty { return folder }
    if let folder = environment["XDG_DATA_HOME"], folder.hasPrefix("/") { return folder + "/jupyter" }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return home + "/.local/share/jupyter"
  }

  /// Writes the kernel's folder below one that Jupyter looks in; the path of its file.
  public func install(into folder: String) throws(Diagnostic) -> String {
    let own = "\(folder)/kernels/\(name)"
    guard createFolder(own) else {
      throw Diagnostic("cannot make the folder `\(own)`: \(String(cString: strerror(errno)))")
    }
    let path = own + "/kernel.json"
    try replaceFile(at: path, with: text, overwrite: true)
    return path
  }

  package var text: String {
    struct Content: Encodable {
      var argv: [String]
      var display_name: String
      var language = "lectern"
      var interrupt_mode = "message"
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let content = Content(
      argv: [program, "kernel", "run", "{connection_file}"],
      display_name: name == "lectern" ? "Lectern" : "Lectern (\(name))")
    return (try? encoder.encode(content)).map { String(decoding: $0, as: UTF8.self) + "\n" } ?? ""
  }
}
