import CTerminal

/// Whether the terminal itself writes what is typed while nothing reads it.
public enum Echo {
  /// Runs work whose output what is typed ahead must not break into. It waits for whoever reads next.
  public static func off<Result, Failure: Error>(
    during work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    terminal_set_echo(false)
    defer { terminal_set_echo(true) }
    return try work()
  }

  /// Runs another program inside such work, with the terminal as it was found.
  public static func on<Result, Failure: Error>(
    during work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    terminal_set_echo(true)
    defer { terminal_set_echo(false) }
    return try work()
  }
}
