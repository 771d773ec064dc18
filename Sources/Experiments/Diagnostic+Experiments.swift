import Diagnostics
import Tables

extension Diagnostic {
  /// A scale outside the range that the simulation supports.
  static func scaleOutOfRange(_ scale: Double, _ range: ClosedRange<Double>) -> Diagnostic {
    Diagnostic(
      "the scale is \(scale), it must be from \(range.lowerBound) to \(range.upperBound)",
      hint: "`--scale 0.01` makes the seminar's slice, `--scale 1` tables of 19M and 8M rows")
  }

  static func noRole(_ role: String, names: [String], _ schema: Schema) -> Diagnostic {
    let wanted = names.map { "`\($0)`" }.joined(separator: " or ")
    let likely = schema.fields.filter { $0.isLikely(role) }.map { $0.name }
    func option(_ name: String) -> String {
      // A name that is written in backticks cannot be put in backticks again.
      let written = Spelling.name(name)
      return written == name ? "`\(role)=\(name)`" : "\(role)=\(written)"
    }
    let hint =
      switch likely.count {
      case 0: "say which column the \(role)s are in: `\(role)=NAME`"
      case 1: "if `\(likely[0])` is meant, say so: \(option(likely[0]))"
      default: "say which of these is meant: " + likely.prefix(3).map(option).joined(separator: ", ")
      }
    return Diagnostic("no column \(wanted)", hint: hint, notes: ["columns: " + schema.summary])
  }

  /// A column of times whose unit is unknown, for a model that counts days.
  static func noDays(_ name: String, _ type: DataType) -> Diagnostic {
    let quoted = Spelling.name(name)
    return Diagnostic(
      "`half_life` counts days, and `\(name)` is `\(type)`",
      hint: type.isInteger
        ? "seconds since 1970 become moments by `with \(quoted) = cast(\(quoted) * 1000, datetime[ms])`"
        : "`time=NAME` names a column of dates or moments")
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
    guard vocabulary.count > 0 else {
      return Diagnostic(
        "the model has no \(vocabulary.role)s: it was fitted to sums of an engine", hint: "`recommend basket=[…]`")
    }
    return Diagnostic(
      "\(vocabulary.role) \(id.shown) is not in the table the model was fitted to", notes: vocabulary.rangeNotes)
  }

  static func noCommonUsers(_ valid: Vocabulary, _ train: Vocabulary) -> Diagnostic {
    Diagnostic(
      "no user of `valid` is in the table the model is fitted to", notes: valid.rangeNotes + train.rangeNotes)
  }

  static func badTop(_ top: Int) -> Diagnostic {
    Diagnostic("`top` is \(top); it must be at least 1", hint: "`top=10`")
  }

  static func noKnownItem(in option: String, _ items: Vocabulary) -> Diagnostic {
    Diagnostic("no item of `\(option)` is in the table the model was fitted to", notes: items.rangeNotes)
  }

  static func notLists(_ name: String, _ type: DataType, option: String) -> Diagnostic {
    Diagnostic(
      "`\(option)` needs a column of lists, and `\(name)` is `\(type)`",
      hint: "`group_by user_id agg \(Spelling.name(name)) = unique(product_id)` makes lists")
  }

  static func noCategories(of items: Vocabulary) -> Diagnostic {
    Diagnostic("no item of the model has a category in `labels`", notes: items.rangeNotes)
  }

  /// A model that was fitted to what an engine counted.
  static var noCountsOfItems: Diagnostic {
    Diagnostic(
      "`debias` divides by the number of rows of each item, and the model has none: they stayed where it was fitted",
      hint: "`recommend` without `debias`")
  }

  static func noIterations(_ kind: String) -> Diagnostic {
    Diagnostic("\(kind) has no history: it is fitted at once", hint: "models with iterations have one: iALS, SVD")
  }

  static func noPredictions(_ kind: String) -> Diagnostic {
    Diagnostic("\(kind) predicts no ratings", hint: "SVD, CoClustering, Baseline and the KNNs do")
  }

  static func notANumber(_ name: String, _ type: DataType, as role: String) -> Diagnostic {
    Diagnostic("column `\(name)` is `\(type)`, which is not \(role)")
  }

  static func infiniteWeight(_ name: String, row: Int) -> Diagnostic {
    Diagnostic("`\(name)` in row \(row) is infinite", hint: "filter such rows out first")
  }
}

extension Vocabulary {
  /// A note with the number of ids, the smallest and the largest.
  var rangeNotes: [String] {
    guard count > 0 else { return [] }
    return ["\(counted(count, role)) there, ids from \(ids[0].shown) to \(ids[count - 1].shown)"]
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

extension Field {
  /// Whether the field probably has this role: other data sets use such a name for it, and the type fits.
  fileprivate func isLikely(_ role: String) -> Bool {
    let words: [String]
    switch role {
    case "user":
      words = [
        "user", "uid", "customer", "client", "buyer", "visitor", "member", "person", "reader", "viewer", "account",
      ]
    case "item":
      words = ["item", "product", "movie", "film", "book", "track", "song", "article", "sku", "asin", "goods", "video"]
    default: words = ["weight", "rating", "score", "stars", "grade", "quantity", "count"]
    }
    let fits = type.isNumeric || (type == .string && (role == "user" || role == "item"))
    return fits && words.contains { name.lowercased().contains($0) }
  }
}
