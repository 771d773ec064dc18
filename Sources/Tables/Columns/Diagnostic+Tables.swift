public import Diagnostics
import Parallelism

extension Diagnostic {
  /// The table has no column of that name; suggests the nearest name.
  public static func unknownColumn(
    _ name: String, in table: String? = nil, schema: Schema, at span: SourceSpan? = nil
  ) -> Diagnostic {
    let near = didYouMean(name, among: schema.names)
    return Diagnostic(
      "no column `\(name)`" + (table.map { " in `\($0)`" } ?? ""), at: span, label: near ?? "",
      hint: span == nil ? near : nil, notes: ["columns: " + schema.summary])
  }

  /// Two types where the same type was needed.
  public static func differentTypes(_ left: DataType, _ right: DataType) -> Diagnostic {
    Diagnostic("\(left) and \(right) are different types", hint: "convert one of them with `cast`")
  }

  /// A value that is not of the column's type.
  public static func valueOfAnotherType(_ value: Value, _ type: DataType) -> Diagnostic {
    Diagnostic("`\(value)` is not a value of type \(type)")
  }

  /// There is no conversion between two types.
  public static func noCast(from: DataType, to: DataType) -> Diagnostic {
    Diagnostic("\(from) cannot be converted to \(to)")
  }

  /// A strict conversion met a value that the target type cannot hold; `row` counts from 0.
  public static func lossyCast(_ value: Value, to type: DataType, row: Int) -> Diagnostic {
    Diagnostic(
      "`\(value)` in row \(row) cannot be converted to \(type) without loss",
      hint: value.losesOffset(in: type)
        ? "its offset would be lost: `\(type.withUTC)` keeps the moment" : "`try_cast` gives null for such values")
  }

  /// A sum that overflows its type.
  public static func sumOverflow(_ type: DataType, firstRow: Int) -> Diagnostic {
    Diagnostic(
      "the sum that starts in row \(firstRow) overflows \(type)", hint: sumOfFloats)
  }

  private static let sumOfFloats = "sum floats instead: `sum(cast(x, f64))`"

  /// The same error with what to write where the sum is that of a list's elements.
  var ofListSums: Diagnostic {
    var error = self
    if hint == Diagnostic.sumOfFloats { error.hint = "sum floats instead: `list_sum(cast(x, list[f64]))`" }
    return error
  }

  /// A running sum that overflows its type.
  static func runningSumOverflow(_ type: DataType, row: Int) -> Diagnostic {
    Diagnostic("the running sum overflows \(type) in row \(row)", hint: "sum floats instead: `cum_sum(cast(x, f64))`")
  }

  /// The sum of a window frame that overflows its type.
  static func frameSumOverflow(_ type: DataType, row: Int) -> Diagnostic {
    Diagnostic("the sum of the frame of row \(row) overflows \(type)", hint: "sum floats instead: `sum(cast(x, f64))`")
  }

  /// An aggregate that is not defined for a type.
  public static func cannotAggregate(_ name: String, _ type: DataType) -> Diagnostic {
    Diagnostic("`\(name)` is not defined for \(type)")
  }

  /// A result that the machine's memory could not hold.
  static func tooLarge(rows: Int, bytes: Double, hint: String) -> Diagnostic {
    let size = bytes < 1e10 ? counted(Int(bytes / 1e6), "MB", plural: "MB") : "\(Int(bytes / 1e9)) GB"
    return Diagnostic(
      "\(counted(rows, "row")) would take about \(size), more than the available memory", hint: hint)
  }

  /// Columns of a file that must be read whole and would not fit in memory.
  static func tooLargeToRead(_ columns: Int, rows: Int, bytes: Double) -> Diagnostic {
    Diagnostic(
      "\(counted(columns, "column")) of \(counted(rows, "row")) would take \(counted(Int(bytes / 1e6), "MB", plural: "MB")), "
        + "but only \(counted(availableMemory / 1_000_000, "MB", plural: "MB")) are available",
      hint: "this needs all of them at once: `select` fewer columns or `filter` first; `sample` takes some rows")
  }

  /// More rows than 32-bit row numbers can address.
  static func tooManyRows(_ count: Int) -> Diagnostic {
    Diagnostic("\(counted(count, "row")) are more than a table can have (4_294_967_294)")
  }
}
