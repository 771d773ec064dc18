import ArgumentParser
import Foundation

/// The declaration of a subcommand, as ArgumentParser dumps it for documentation tools.
struct CommandDeclaration: Decodable {
  let commandName: String
  let abstract: String?
  /// In Markdown.
  let discussion: String?
  let shouldDisplay: Bool
  let superCommands: [String]?
  let arguments: [Argument]?
  let subcommands: [CommandDeclaration]?

  struct Argument: Decodable {
    enum Kind: String, Decodable {
      case positional, option, flag
    }

    struct Name: Decodable {
      let kind: String
      let name: String
    }

    let kind: Kind
    let shouldDisplay: Bool
    let isOptional: Bool
    let names: [Name]?
    let preferredName: Name?
    let valueName: String?
    let defaultValue: String?
    let abstract: String?
  }
}

extension CommandDeclaration {
  /// The program with all its subcommands.
  ///
  /// - Throws: only if a newer ArgumentParser changes its dump format.
  static func program() throws -> CommandDeclaration {
    struct Declarations: Decodable { let command: CommandDeclaration }
    return try JSONDecoder().decode(Declarations.self, from: Data(Lectern._dumpHelp().utf8)).command
  }

  /// The words to type: `lectern check`.
  var call: String { ((superCommands ?? []) + [commandName]).joined(separator: " ") }

  /// The name of its manual page: `lectern-check`.
  var pageName: String { call.replacing(" ", with: "-") }

  var shownArguments: [Argument] { (arguments ?? []).filter(\.shouldDisplay) }

  /// The subcommands listed in the help, without `help` itself.
  var shownSubcommands: [CommandDeclaration] {
    (subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" }
  }
}

extension CommandDeclaration.Argument {
  /// The argument in Markdown: `--data` *folder*.
  var usage: String { usage(of: preferredName.map { [$0] } ?? []) }

  /// With all names, short ones first: `-o` *file*, `--output` *file*.
  var usageOfAllNames: String { usage(of: (names ?? []).sorted { $0.name.count < $1.name.count }) }

  private func usage(of names: [Name]) -> String {
    let value = "*\(valueName ?? "value")*"
    if kind == .positional { return value }
    return names.map { name in
      "`\(name.kind == "long" ? "--" : "-")\(name.name)`" + (kind == .option ? " " + value : "")
    }.joined(separator: ", ")
  }
}
