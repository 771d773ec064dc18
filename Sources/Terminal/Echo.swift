import CTerminal

/// Controls whether the terminal echoes typed characters while nothing reads them.
public enum Echo {
  /// Runs work without echo, so that text typed ahead does not disturb its output. The text waits for the next
  /// reader.
  public static func off<Result, Failure: Error>(
    during work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    terminal_set_echo(false)
    defer { terminal_set_echo(true) }
    return try work()
  }

  /// Runs another program during such work, with the terminal in its original mode.
  public static func on<Result, Failure: Error>(
    during work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    terminal_set_echo(true)
    defer { terminal_set_echo(false) }
    return try work()
  }
}
