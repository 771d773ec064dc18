import Formats
import Foundation

/// Prose, or a picture on a line of its own.
enum ProsePiece {
  case text(String)
  /// A picture as a `data:` address, and its alternative text.
  case image(data: String, alternative: String)
}

/// Splits prose at lines that are a picture in a file next to the session. Other pictures stay text.
///
/// - Parameter folder: the folder of the session; nil embeds nothing.
func proseWithImages(_ prose: String, _ folder: String?) -> [ProsePiece] {
  guard let folder, prose.contains("![") else { return [.text(prose)] }
  var pieces: [ProsePiece] = []
  var text = ""
  var isCode = false
  for line in prose.splitLines() {
    let word = line.trimmed
    if word.hasPrefix("```") || word.hasPrefix("~~~") { isCode.toggle() }
    guard !isCode, let match = word.wholeMatch(of: /!\[([^\]]*)\]\(([^)\s]+)\)/),
      let data = dataAddress(of: String(match.output.2), in: folder)
    else {
      text += line
      continue
    }
    if !text.isEmpty { pieces.append(.text(text)) }
    text = ""
    pieces.append(.image(data: data, alternative: String(match.output.1)))
  }
  if !text.isEmpty { pieces.append(.text(text)) }
  return pieces
}

/// The `data:` address of a picture file; nil if it is not a picture, is in another folder, or is larger than 8 MB.
private func dataAddress(of path: String, in folder: String) -> String? {
  let types = ["png": "png", "jpg": "jpeg", "jpeg": "jpeg", "gif": "gif", "webp": "webp", "svg": "svg+xml"]
  guard let type = types[path.split(separator: ".").last?.lowercased() ?? ""], !path.hasPrefix("/"),
    let home = resolvedPath(folder), let resolved = resolvedPath(folder + "/" + path), isPath(resolved, below: home),
    fileSize(resolved) <= 8 << 20,
    let text = try? withMappedFile(at: resolved, { bytes in Data(bytes).base64EncodedString() })
  else { return nil }
  return "data:image/\(type);base64,\(text)"
}
