import Diagnostics
import Tables

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Diagnostic {
  static func missingFile(_ path: String) -> Diagnostic {
    let (folder, name) = splitPath(path)
    guard let names = try? folderContents(folder) else {
      return Diagnostic(
        "no file `\(path)`", notes: ["the folder `\(folder)` does not exist either"])
    }
    let near = nearNames(to: name, among: names.map(\.name), limit: 3)
      .map { folder == "." && !path.hasPrefix("./") ? $0 : joinPath(folder, $0) }
    let hint = near.isEmpty ? nil : "did you mean " + near.map { "`\($0)`" }.joined(separator: " or ") + "?"
    return Diagnostic("no file `\(path)`", hint: hint)
  }

  static let emptyPath = Diagnostic("the path is empty", hint: "`load \"orders.csv\"` names a file")

  static func repeatedColumn(_ name: String) -> Diagnostic {
    Diagnostic("`columns=` names `\(name)` twice", hint: "leave out one of them: a table's names are unique")
  }

  /// Reports an error of the operating system for a path.
  static func system(_ action: String, _ path: String, _ code: Int32) -> Diagnostic {
    Diagnostic("cannot \(action) `\(path)`: \(reason(of: code))", place: path)
  }

  static func notForTerminals(_ format: FileFormat) -> Diagnostic {
    Diagnostic(
      "a terminal cannot show \(format.name)", hint: "`save \"-\" format=csv`, or let the output go to a file or a pipe"
    )
  }

  static func unknownFormat(_ name: String) -> Diagnostic {
    let names = formats.map(\.name)
    return Diagnostic(
      "no format named `\(name)`",
      hint: name == "orc" ? "a Spark server has it: `on=spark`" : didYouMean(name, among: names),
      notes: ["formats: " + names.joined(separator: ", ")]
    ).about(option: "format")
  }

  static func unrecognised(_ path: String) -> Diagnostic {
    Diagnostic(
      "cannot tell what `\(path)` is: neither Parquet nor Arrow nor text",
      hint: "write `format=csv` if it is text anyway", place: path)
  }

  static func changedSinceOpening(_ path: String) -> Diagnostic {
    Diagnostic("`\(path)` has changed since it was opened", hint: "`load` it again", place: path)
  }

  static func emptyFile(_ path: String) -> Diagnostic {
    Diagnostic("`\(path)` is empty", place: path)
  }

  static func exists(_ path: String) -> Diagnostic {
    Diagnostic("`\(path)` exists already", hint: "add `overwrite=true` to replace it", place: path)
  }

  static func optionOfAnotherFormat(
    _ option: String, _ format: FileFormat, among formats: [FileFormat], types: [String: DataType], path: String
  ) -> Diagnostic {
    let others = formats.filter { $0.understands.contains(option) }.map(\.name)
    let casts = types.sorted { $0.key < $1.key }.map { name, type in
      "\(Spelling.name(name)) = cast(\(Spelling.name(name)), \(type))"
    }
    return Diagnostic(
      "`\(option)` is not an option for files of format \(format.name)",
      hint: option == "types" && !casts.isEmpty
        ? "the file has types; cast instead: `| with \(casts.joined(separator: ", "))`"
        : "leave it out; it is for \(others.joined(separator: ", "))", place: path
    ).about(option: option)
  }

  static func notAFile(_ path: String) -> Diagnostic {
    Diagnostic("cannot write `\(path)`: it is a device or a pipe, not a file", place: path)
  }

  static func isBeingRead(_ path: String) -> Diagnostic {
    Diagnostic(
      "`\(path)` is an input of this session and is still being read", hint: "save under another name", place: path)
  }

  static func unknownExtension(_ path: String) -> Diagnostic {
    let names = formats.filter { $0.write != nil }.map(\.name)
    return Diagnostic(
      "cannot tell the format of `\(path)` from its extension", hint: "add `format=parquet` or another",
      notes: ["formats: " + names.joined(separator: ", ")])
  }

  static func isOnlyRead(_ format: FileFormat) -> Diagnostic {
    let names = formats.filter { $0.write != nil }.map(\.name)
    return Diagnostic(
      "files of format \(format.name) can be loaded but not saved",
      hint: "add `format=parquet` or another",
      notes: ["formats: " + names.joined(separator: ", ")])
  }

  static func unknownCompression(_ name: String, among names: [String]) -> Diagnostic {
    Diagnostic(
      "no compression named `\(name)`", hint: didYouMean(name, among: names),
      notes: ["compressions: " + names.joined(separator: ", ")])
  }
}

extension Diagnostic {
  static func brokenCompression(_ path: String, _ codec: String) -> Diagnostic {
    Diagnostic("`\(path)` is a broken or truncated \(codec) file", place: path)
  }

  static func growsTooLarge(_ path: String, from size: Int, to limit: Int) -> Diagnostic {
    Diagnostic(
      "`\(path)` expands from \(size >> 10) kB to more than \(limit >> 20) MB, which is not plausible for a table",
      hint: "decompress it first if you want to read it anyway", place: path)
  }
}

extension Diagnostic {
  static func unlikeParts(_ path: String, _ difference: String, hint: String? = nil) -> Diagnostic {
    Diagnostic("`\(path)` does not fit the other files: it \(difference)", hint: hint, place: path)
  }

  static func unlikeFolders(_ path: String) -> Diagnostic {
    Diagnostic("the `key=value` folders in `\(path)` have different keys", hint: "`load` one level of folders")
  }
}
