import Tables

// Three-valued logic on bitmaps: a row is true, false or unknown (null).

/// The truth values of rows: one bitmap of the true rows, one of the false rows.
struct Truth {
  var isTrue: Bitmap
  var isFalse: Bitmap

  init(isTrue: Bitmap, isFalse: Bitmap) {
    self.isTrue = isTrue
    self.isFalse = isFalse
  }

  init(_ column: Column) {
    guard case .bool(let values) = column.values else {
      isTrue = Bitmap(repeating: false, count: column.count)
      isFalse = isTrue
      return
    }
    isTrue = column.validity.map { values & $0 } ?? values
    isFalse = column.validity.map { values.combined(with: $0) { ~$0 & $1 } } ?? ~values
  }

  /// The rows that are null.
  var unknown: Bitmap { isTrue.combined(with: isFalse) { ~($0 | $1) } }

  var column: Column {
    let known = isTrue | isFalse
    return Column(.bool, .bool(isTrue), validity: known.setCount == known.count ? nil : known)
  }

  static func && (left: Truth, right: Truth) -> Truth {
    Truth(isTrue: left.isTrue & right.isTrue, isFalse: left.isFalse | right.isFalse)
  }

  static func || (left: Truth, right: Truth) -> Truth {
    Truth(isTrue: left.isTrue | right.isTrue, isFalse: left.isFalse & right.isFalse)
  }

  static prefix func ! (truth: Truth) -> Truth { Truth(isTrue: truth.isFalse, isFalse: truth.isTrue) }
}
