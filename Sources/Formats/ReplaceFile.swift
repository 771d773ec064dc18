public import Diagnostics

/// Writes a text to a file atomically. Returns the number of bytes written.
///
/// - Throws: if the folder is not writable, or if the file exists and `overwrite` is false.
@discardableResult
public func replaceFile(at path: String, with text: String, overwrite: Bool = true) throws(Diagnostic) -> Int {
  try replaceFile(at: path, overwrite: overwrite) { (append) throws(Diagnostic) in try append(Array(text.utf8)) }
}

/// Writes bytes to a file atomically, piece by piece, and syncs it to the disk. Returns the number of bytes written.
///
/// - Throws: if the folder is not writable, or if the file exists and `overwrite` is false.
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
