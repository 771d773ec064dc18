public import Diagnostics
import Parallelism

/// A session file to check.
public struct SessionCheck: Sendable {
  public var path: String
  public var access: FileAccess

  public init(path: String, access: FileAccess) {
    self.path = path
    self.access = access
  }
}

/// Finds the session files of arguments: files themselves, and in folders all Markdown files with a cell, at any
/// depth, sorted by name.
public func sessionFiles(in paths: [String]) throws(Diagnostic) -> [String] {
  var files: [String] = []
  for path in paths {
    guard isFolder(path) else {
      files.append(path)
      continue
    }
    let found = sessionFiles(below: path)
    guard !found.isEmpty else {
      throw Diagnostic(
        "there is no session in the folder `\(path)`", hint: "a session is a .md file with a `lectern` fence")
    }
    files += found
  }
  return files
}

private func sessionFiles(below folder: String) -> [String] {
  let prefix = folder.hasSuffix("/") ? folder : folder + "/"
  return folderEntries(folder).filter { !$0.name.hasPrefix(".") }.flatMap { entry in
    let path = prefix + entry.name
    if entry.isFolder { return sessionFiles(below: path) }
    guard entry.name.hasSuffix(".md"), let text = try? readTextFile(at: path), text.contains("```lectern") else {
      return []
    }
    return [path]
  }
}

/// Checks sessions in parallel, each on one core; a single session uses all cores.
///
/// - Parameter onResult: receives each result when it is ready, in no particular order, with the times of its cells.
public func check(
  _ checks: [SessionCheck], dataFolder: String?, settings: Settings, anyway: Bool
) throws(Diagnostic) -> [(result: CheckResult, timings: [StatementTiming])] {
  let results = Mutex<[Int: (CheckResult, [StatementTiming])]>([:])
  try forEachChunk(of: checks.count, grain: 1) { (range) throws(Diagnostic) in
    for index in range {
      let result = check(checks[index], dataFolder: dataFolder, settings: settings, anyway: anyway)
      results.withLock { $0[index] = result }
    }
  }
  return results.withLock { found in
    checks.indices.map { index in
      var stopped = CheckResult(path: checks[index].path)
      stopped.wasInterrupted = true
      let (result, timings) = found[index] ?? (stopped, [])
      return (result, timings)
    }
  }
}

private func check(
  _ check: SessionCheck, dataFolder: String?, settings: Settings, anyway: Bool
) -> (CheckResult, [StatementTiming]) {
  var timings: [StatementTiming] = []
  do throws(Diagnostic) {
    let document = try SessionDocument(parsing: readTextFile(at: check.path), name: fileName(check.path))
    var runner = SessionRunner(document: document, path: check.path, dataFolder: dataFolder)
    runner.access = check.access
    runner.onStatement = { timings.append($0) }
    return (runner.compare(settings: settings, anyway: anyway), timings)
  } catch {
    var result = CheckResult(path: check.path)
    result.wasInterrupted = error.kind == .interruption
    result.failures = [.init(cell: nil, line: nil, diagnostic: error)]
    return (result, timings)
  }
}
