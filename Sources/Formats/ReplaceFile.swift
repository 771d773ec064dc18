public import Diagnostics

/// Writes a text as a file that appears whole or not at all; the bytes written.
///
/// - Throws: a folder that cannot be written to, a file that is there already unless `overwrite`.
@discardableResult
public func replaceFile(at path: String, with text: String, overwrite: Bool = true) throws(Diagnostic) -> Int {
  let file = try OutputFile(path: path, overwrite: overwrite)
  try file.append(Array(text.utf8))
  try file.commit()
  return file.byteCount
}
