public import Diagnostics

/// Writes a text as a file that appears whole or not at all; the bytes written.
///
/// - Throws: a folder that cannot be written to, a file that is there already unless `overwrite`.
@discardableResult
public func replaceFile(at path: String, with text: String, overwrite: Bool = true) throws(Diagnostic) -> Int {
  try replaceFile(at: path, overwrite: overwrite) { (append) throws(Diagnostic) in try append(Array(text.utf8)) }
}

/// Writes bytes piece by piece as a file that appears whole or not at all, synced to the disk; the bytes written.
///
/// - Throws: a folder that cannot be written to, a file that is there already unless `overwrite`.
@discardableResult
public func replaceFile(
  at path: String, overwrite: Bool,
  writing body: (_ append: ([UInt8]) throws(Diagnostic) -> Void) throws(Diagnostic) -> Void
) throws(Diagnostic) -> Int {
  let file = try OutputFile(path: path, overwrite: overwrite)
  try body { (bytes) throws(Diagnostic) in try file.append(bytes) }
  try file.commit()
  return file.byteCount
}
