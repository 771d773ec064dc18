import Diagnostics
import Tables

extension Diagnostic {
  /// A scale that the simulation does not do.
  static func scaleOutOfRange(_ scale: Double, _ range: ClosedRange<Double>) -> Diagnostic {
    Diagnostic(
      "the scale is \(scale), it must be from \(range.lowerBound) to \(range.upperBound)",
      hint: "`--scale 0.01` makes the seminar's slice, `--scale 1` tables of 19M and 8M rows")
  }

  static func noRole(_ role: String, names: [String], _ schema: Schema) -> Diagnostic {
    let wanted = names.map { "`\($0)`" }.joined(separator: " or ")
    return Diagnostic(
      "no column \(wanted)", hint: "say which column the \(role)s are in: `\(role)=NAME`",
      notes: ["columns: " + schema.summary])
  }

  static func notIDs(_ type: DataType, role: String) -> Diagnostic {
    Diagnostic(
      "\(role) ids are `\(type)`, and have to be whole numbers or text",
      hint: "say which column the \(role)s are in: `\(role)=NAME`")
  }

  static func notWhole(_ number: Double, row: Int, role: String) -> Diagnostic {
    Diagnostic("the \(role) id in row \(row) is \(number), which is not a whole number of 64 bits")
  }

  static func idTooLarge(_ id: UInt64) -> Diagnostic {
    Diagnostic("the id \(id) does not fit 63 bits", hint: "cast the ids to text: `with id = cast(id, str)`")
  }

  static func idsOfAnotherKind(_ type: DataType, known: DataType, role: String) -> Diagnostic {
    Diagnostic("\(role) ids are `\(type)` here and `\(known)` in what the model was fitted to")
  }

  static func idOfAnotherKind(_ id: Value, known: DataType, role: String) -> Diagnostic {
    Diagnostic("\(role) ids are `\(known)`, and \(id.shown) is not one")
  }

  static func unknownID(_ id: Value, _ vocabulary: Vocabulary) -> Diagnostic {
    let role = vocabulary.role
    var notes: [String] = []
    if vocabulary.count > 0 {
      let first = vocabulary.ids[0].shown
      let last = vocabulary.ids[vocabulary.count - 1].shown
      notes = ["\(counted(vocabulary.count, role)) there, ids from \(first) to \(last)"]
    }
    return Diagnostic("\(role) \(id.shown) is not in the table the model was fitted to", notes: notes)
  }

  static func notANumber(_ name: String, _ type: DataType, as role: String) -> Diagnostic {
    Diagnostic("column `\(name)` is `\(type)`, which is not \(role)")
  }

  static func infiniteWeight(_ name: String, row: Int) -> Diagnostic {
    Diagnostic("`\(name)` in row \(row) is infinite", hint: "filter such rows out first")
  }
}

extension Value {
  /// An id as a message shows it.
  var shown: String {
    switch self {
    case .integer(let number): "\(number)"
    case .float(let number): "\(number)"
    case .text(let text): "\"\(text.string)\""
    default: "\(self)"
    }
  }
}
