import ArgumentParser
import Display
import Notebook

/// The pages for `man`: one for the program, one for each subcommand, and one for the language.
func manualPages() throws -> [ManualPage] {
  let program = try CommandDeclaration.program()
  let commands = program.shownSubcommands.flatMap { [$0] + $0.shownSubcommands }
  let language = page(
    "lectern-language", section: 7, "verbs, functions, models and commands of Lectern", referenceManual())
  let names = ["lectern(1)"] + commands.map { "\($0.pageName)(1)" } + ["lectern-language(7)"]
  func others(than command: CommandDeclaration) -> String {
    "## See also\n\n"
      + names.filter { $0 != "\(command.pageName)(1)" }.map { "`\($0)`" }.joined(separator: ", ")
  }
  let standard = commands.first { $0.commandName == Lectern.configuration.defaultSubcommand?._commandName }
  let programPage = page(
    program.pageName, section: 1, program.summary,
    program.synopsis(with: standard), program.description, list(of: commands),
    program.options(with: standard), exitStatusSection, environmentSection, filesSection, examplesSection,
    others(than: program))
  return [programPage]
    + commands.map { command in
      page(
        command.pageName, section: 1, command.summary,
        command.synopsis(), command.description, command.details, exitStatusSection, others(than: command))
    } + [language]
}

private func page(_ name: String, section: Int, _ summary: String, _ sections: String...) -> ManualPage {
  ManualPage(
    name: name, section: section, summary: summary, source: "Lectern \(version)",
    body: sections.joined(separator: "\n\n"))
}

private func list(of commands: [CommandDeclaration]) -> String {
  "## Commands\n\n| | |\n|---|---|\n"
    + commands.map { "| `\($0.pageName)(1)` | \(cell($0.abstract ?? "")) |" }.joined(separator: "\n")
}

extension CommandDeclaration {
  /// The abstract for `apropos`: without a capital letter and a full stop.
  fileprivate var summary: String {
    let text = abstract ?? ""
    return text.prefix(1).lowercased() + text.dropFirst().prefix { $0 != "." }
  }

  /// - Parameter standard: the default subcommand.
  fileprivate func synopsis(with standard: CommandDeclaration? = nil) -> String {
    func line(_ arguments: [Argument]) -> String {
      let shown = arguments.filter { !["version", "help"].contains($0.valueName) }
      return "`\(call)` " + shown.map { $0.isOptional ? "[\($0.usage)]" : $0.usage }.joined(separator: " ")
    }
    if standard == nil, !shownSubcommands.isEmpty { return "## Synopsis\n\n`\(call)` *command* …" }
    return "## Synopsis\n\n"
      + (standard.map { line($0.shownArguments) + "<br>`\(call)` *command* …" } ?? line(shownArguments))
  }

  /// What it takes: its options, or its own subcommands.
  fileprivate var details: String {
    shownSubcommands.isEmpty ? options() : list(of: shownSubcommands)
  }

  fileprivate var description: String {
    "## Description\n\n\(abstract ?? "")" + (discussion.map { "\n\n\($0)" } ?? "")
  }

  fileprivate func options(with standard: CommandDeclaration? = nil) -> String {
    // Both have `--version` and `--help`.
    let rows = (standard ?? self).shownArguments.map { argument in
      let value = argument.defaultValue.map { " By default \($0)." } ?? ""
      return "| \(argument.usageOfAllNames) | \(cell((argument.abstract ?? "") + value)) |"
    }
    return "## Options\n\n| | |\n|---|---|\n" + rows.joined(separator: "\n")
  }
}

/// Escapes a text for a table cell.
private func cell(_ text: String) -> String { text.replacing("|", with: "\\|").replacing("\n", with: " ") }

private let exitStatusSection = """
  ## Exit status

  | | |
  |---|---|
  | `0` | All went well. |
  | `1` | A cell failed, a file cannot be used, or `lectern check` found a difference. |
  | `2` | `lectern check` did not compare: the data are not those of the recording, or a table is missing. |
  | `64` | The command line is wrong, or the CPU lacks instructions that the program needs. |
  | `\(interruptedStatus)` | Ctrl-C ended the run. |
  """

private let environmentSection = """
  ## Environment

  | | |
  |---|---|
  | `LECTERN_KERNELS` | The numeric kernels to use; by default the fastest that the CPU can run. All give the same \
  numbers. `lectern --version --verbose` lists them. |
  | `NO_COLOR` | If set and not empty, output has no colours. |
  | `VISUAL`, `EDITOR` | The editor that `:edit` opens; `vi` by default. |
  | `BROWSER` | The program that opens links from the viewer; `xdg-open` by default. |
  | `TMPDIR` | The folder of temporary files; `/var/tmp` by default. |
  | `XDG_RUNTIME_DIR` | The folder of the sockets by which `follow` and `play --notes` find a lesson. |
  | `https_proxy`, `http_proxy`, `no_proxy` | The proxies for addresses, as curl reads them. |
  | `CURL_CA_BUNDLE`, `SSL_CERT_FILE`, `SSL_CERT_DIR` | The certificates that TLS servers are checked against. |
  | `AWS_ACCESS_KEY_ID`, `AWS_PROFILE`, `AWS_REGION`, … | Credentials and region for `s3://` addresses. |
  | `XDG_CONFIG_HOME`, `XDG_STATE_HOME` | The folders of settings and of history; see below. |
  """

private let filesSection = """
  ## Files

  | | |
  |---|---|
  | `~/.config/lectern/settings` | Settings that a prompt starts with, a `name value` a line. |
  | `~/.config/lectern/trusted` | Folders whose sessions may touch any file, a line each; `--trust` adds them. |
  | `~/.local/state/lectern/history` | Lines typed at the prompt. |
  | `~/.local/state/lectern/journals/` | Sessions as they ran, for `lectern --resume`. |
  | `/usr/share/doc/lectern/` | The seminar, examples and the reference; installed elsewhere, `share/doc/lectern` there. |
  """

private let examplesSection = """
  ## Examples

  Make a shop's orders, open a prompt on them, and run a pipeline from the shell:

  ```
  lectern simulate seminar
  lectern --data seminar
  lectern eval 'load "train_orders" | head 3' --data seminar
  ```

  Run the seminar that is installed with the program, and compare each number with the recorded one:

  ```
  lectern check /usr/share/doc/lectern/sessions/seminar.en.md --data seminar
  ```
  """
