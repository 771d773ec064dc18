#if canImport(Glibc)
public import Glibc
#elseif canImport(Musl)
public import Musl
#endif

/// The XDG folders of settings, history and journals. Without HOME nothing is stored, and everything else works.
public struct StateFolders: Sendable {
  /// `~/.config/lectern`
  public let configuration: String?
  /// `~/.local/state/lectern`
  public let state: String?

  public init(environment: (String) -> String? = { name in getenv(name).map { String(cString: $0) } }) {
    let home = environment("HOME").flatMap { $0.hasPrefix("/") ? $0 : nil }
    func folder(_ variable: String, _ fallback: String) -> String? {
      // XDG: relative paths in these variables are invalid and must be ignored.
      if let chosen = environment(variable), chosen.hasPrefix("/") { return chosen + "/lectern" }
      return home.map { $0 + "/" + fallback + "/lectern" }
    }
    configuration = folder("XDG_CONFIG_HOME", ".config")
    state = folder("XDG_STATE_HOME", ".local/state")
  }

  public var history: String? { state.map { $0 + "/history" } }
  public var journals: String? { state.map { $0 + "/journals" } }
  public var trusted: String? { configuration.map { $0 + "/trusted" } }
  public var settings: String? { configuration.map { $0 + "/settings" } }
}

/// Creates a folder and its parents. Returns false if that fails.
public func createFolder(_ folder: String, mode: mode_t = 0o777) -> Bool {
  var path = folder.hasPrefix("/") ? "" : "."
  for part in folder.split(separator: "/") {
    path += "/" + part
    if mkdir(path, mode) != 0, errno != EEXIST { return false }
  }
  return true
}
