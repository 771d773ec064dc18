import Diagnostics
import Tables

/// All part files below a folder, with the columns that `key=value` folders on the way give.
func openFolder(_ path: String, _ options: LoadOptions) throws(Diagnostic) -> any TableSource {
  var parts: [(path: String, keys: [(name: String, value: String)])] = []
  func visit(_ folder: String, _ keys: [(name: String, value: String)], depth: Int) throws(Diagnostic) {
    guard depth < 32 else { return }
    for entry in try folderContents(folder) where !entry.name.hasPrefix("_") {
      let inside = joinPath(folder, entry.name)
      guard entry.isFolder else {
        parts.append((inside, keys))
        continue
      }
      try visit(inside, keys + [hiveKey(entry.name)].compactMap { $0 }, depth: depth + 1)
    }
  }
  try visit(path, [], depth: 0)
  guard !parts.isEmpty else { throw .emptyFolder(path) }
  return try openParts(parts, name: path, options)
}

/// `day=2024-07-01`, as Hive and Spark name the folders of a partitioned table.
private func hiveKey(_ name: String) -> (name: String, value: String)? {
  guard let equals = name.firstIndex(of: "="), equals != name.startIndex else { return nil }
  return (String(name[..<equals]), percentDecoded(name[name.index(after: equals)...]))
}

private func percentDecoded(_ text: Substring) -> String {
  let bytes = Array(text.utf8)
  var decoded: [UInt8] = []
  var index = 0
  while index < bytes.count {
    if bytes[index] == 0x25, index + 2 < bytes.count,
      let byte = UInt8(String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16)
    {
      decoded.append(byte)
      index += 3
    } else {
      decoded.append(bytes[index])
      index += 1
    }
  }
  return String(decoding: decoded, as: UTF8.self)
}

/// Files that are one table.
func openParts(
  _ parts: [(path: String, keys: [(name: String, value: String)])], name: String, _ options: LoadOptions
) throws(Diagnostic) -> any TableSource {
  if parts.count == 1, parts[0].keys.isEmpty { return try openFile(try InputFile.open(parts[0].path), options) }
  var sources: [any TableSource] = []
  for part in parts { sources.append(try openFile(try InputFile.open(part.path), options)) }
  return try PartedSource(name: name, sources, keys: parts.map(\.keys))
}
