import Diagnostics
import Display
import Formats
import Notebook
import Terminal
import Viewer
import Viewing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Session {
  /// Lets `view` open the full-screen viewer, if the terminal supports it.
  func allowViewing(usesColor: Bool) {
    guard TerminalAbilities(of: .output).cursorMotion else { return }
    host.view = { viewed throws(Diagnostic) in
      Viewer.show(Viewer.Subject(viewed, usesColor: usesColor), host: ViewerHost(viewed))
    }
  }

  /// Makes `view` press the keys of a script and print the last frame.
  func replayViewing(keys: String, rows: Int, columns: Int, show: @escaping (String) -> Void) {
    host.view = { viewed throws(Diagnostic) in
      let replayed = try Viewer.replay(
        keys, Viewer.Subject(viewed, usesColor: false), host: ViewerHost(viewed), rows: rows, columns: columns)
      show(replayed.frame)
      return replayed.outcome
    }
  }
}

extension Viewer.Subject {
  init(_ viewed: ViewedValue, usesColor: Bool) {
    let settings = viewed.settings
    let theme = Theme(
      palette: settings.projector ? .projector : .plain, colors: usesColor ? .many : .none, isASCII: settings.ascii,
      isEmojiNarrow: settings.emoji == "narrow")
    self.init(
      name: viewed.pipeline, source: SourcePages(viewing: viewed.table), theme: theme,
      links: LinkTemplate(settings.link),
      usesMouse: settings.mouse, tables: NamedTable.tables(of: viewed))
  }
}

extension ViewerHost {
  fileprivate init(_ viewed: ViewedValue) { self.init(viewing: viewed, open: openLink, keep: keepCopy) }
}

/// Opens an address in the desktop's browser. Returns false if there is no desktop.
@Sendable private func openLink(_ address: String) -> Bool {
  let desktops = ["DISPLAY", "WAYLAND_DISPLAY", "BROWSER"] as [String]
  let isSafe = address.hasPrefix("https://") || address.hasPrefix("http://")
  guard isSafe, desktops.contains(where: { getenv($0) != nil }) else { return false }
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  for descriptor in 0...2 as ClosedRange<Int32> {
    posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
  }
  let program = getenv("BROWSER").map { String(cString: $0) } ?? "xdg-open"
  let words: [UnsafeMutablePointer<CChar>?] = [strdup(program), strdup(address), nil]
  defer { words.forEach { free($0) } }
  var child = pid_t()
  return posix_spawnp(&child, program, &actions, nil, words, environ) == 0
}

/// Saves a copied text in the state folder, and returns its path.
@Sendable private func keepCopy(_ text: String) -> String? {
  guard let folder = StateFolders().state else { return nil }
  _ = createFolder(folder, mode: 0o700)
  let path = folder + "/copied"
  do throws(Diagnostic) {
    try replaceFile(at: path, with: text)
    return path
  } catch {
    return nil
  }
}
