import Diagnostics
import Formats
import Query

extension Session {
  /// The folders below which an untrusted session may read, resolved; nil means everywhere.
  private var readableFolders: [String]? {
    guard case .beside(let folder) = access else { return nil }
    return [folder] + [dataFolder.flatMap { resolvedPath($0) }].compactMap(\.self)
  }

  /// Reads files named by a cell. Refuses those that an untrusted session may not read, also when it finds them
  /// through a folder, a pattern or a link. Folders allowed by an enclosing call stay allowed.
  ///
  /// - Parameters:
  ///   - path: the path that was found.
  ///   - written: the path as written in the cell.
  func reading<Result>(
    _ path: String, written: String, at span: SourceSpan?, _ read: () throws(Diagnostic) -> Result
  ) throws(Diagnostic) -> Result {
    try reading([path], written: [written], at: span, read)
  }

  /// Reads several paths; each of them must be allowed.
  func reading<Result>(
    _ paths: [String], written: [String], at span: SourceSpan?, _ read: () throws(Diagnostic) -> Result
  ) throws(Diagnostic) -> Result {
    guard var folders = readableFolders.map({ ReadableFolders.current ?? $0 }) else { return try read() }
    for (path, written) in zip(paths, written) where path != "-" {
      if let allowed = try allowing(path, written: written, besides: folders, at: span) { folders.append(allowed) }
    }
    return try ReadableFolders.$current.withValue(folders) {
      Swift.Result { () throws(Diagnostic) in try read() }
    }.get()
  }

  /// Asks whether a path may be read that does not lie below these folders, or is an address or absolute.
  ///
  /// - Returns: what may be read from now on, where it is not below them anyway.
  private func allowing(
    _ path: String, written: String, besides folders: [String], at span: SourceSpan?
  ) throws(Diagnostic) -> String? {
    if isAddress(path) {
      // A request can send out what the session has read, so every address needs permission.
      try authorize("read `\(written)`", because: "an address outside of this machine", at: span)
      return path
    }
    // For a pattern, the files that it matches are checked when they are opened.
    let isPattern = path.contains { "*?[{".contains($0) }
    let place = resolvedPath(isPattern ? folderName(path) : path)
    let isBelow = place.map { place in folders.contains { isPath(place, below: $0) } } ?? isPattern
    guard !isBelow || written.isAbsolutePath else { return nil }
    try authorize("read `\(written)`", because: isBelow ? "a path from the root" : "outside its folders", at: span)
    return place
  }

  /// Whether a verb should write its file now. During a replay it should not, because the earlier session did.
  ///
  /// - Throws: if an untrusted session may not write the file.
  func mayWrite(
    _ call: VerbCall, _ path: String, overwrite: Bool, at span: SourceSpan?
  ) throws(Diagnostic) -> Bool {
    if isReplaying {
      leftOut.append(call.span.text)
      return false
    }
    try authorizeWriting(path, overwrite: overwrite, at: span)
    return true
  }

  /// Throws if an untrusted session may not write the file.
  func authorizeWriting(_ path: String, overwrite: Bool, at span: SourceSpan?) throws(Diagnostic) {
    guard case .beside(let folder) = access, path != "-" else { return }
    if isAddress(path) {
      return try authorize("write `\(path)`", because: "an address outside of this machine", at: span)
    }
    let isBelow = resolvedPath(path).map { isPath($0, below: folder) } ?? false
    guard !isBelow || path.isAbsolutePath || overwrite else { return }
    let reason = !isBelow ? "outside its folder" : overwrite ? "`overwrite=true`" : "a path from the root"
    try authorize("write `\(path)`", because: reason, at: span)
  }

  /// Asks the user once for each action. Without a user, the answer is no.
  func authorize(_ action: String, because reason: String, at span: SourceSpan?) throws(Diagnostic) {
    if allowed.contains(action) { return }
    guard let confirm = host.confirm else {
      throw Diagnostic(
        "this session may not \(action): \(reason)", at: span,
        hint: "`--trust` trusts the folder it is in, `--data DIR` names the one of its tables")
    }
    let question = "this session would \(action) (\(reason)). Allow it?"
    guard try waiting({ () throws(Diagnostic) in try confirm(question) }) else {
      throw Diagnostic("not allowed to \(action)", at: span)
    }
    allowed.insert(action)
  }

  /// Asks before replacing a file that this session did not write. Without a user, it is not replaced.
  func authorizeReplacing(_ path: String, at span: SourceSpan?) throws(Diagnostic) {
    guard isNameTaken(path) else { return }
    var reason = "this session did not write it"
    if let resolved = resolvedPath(path), let saved = savedFiles[resolved] {
      if let text = try? readTextFile(at: path), checksum(of: text) == saved { return }
      reason = "it was changed since this session wrote it"
    }
    guard let confirm = host.confirm else {
      throw Diagnostic(
        "`\(path)` exists already, and \(reason)", at: span,
        hint: "save under another name, or remove it first")
    }
    guard
      try waiting({ () throws(Diagnostic) in try confirm("`\(path)` exists already, and \(reason). Replace it?") })
    else {
      throw Diagnostic("`\(path)` was not changed", at: span)
    }
  }
}

extension String {
  /// Whether a path is absolute, independent of the working directory.
  fileprivate var isAbsolutePath: Bool { hasPrefix("/") || hasPrefix("~") }
}
