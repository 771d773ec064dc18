public import Diagnostics
import Parallelism

extension Diagnostic {
  /// A column name that the table does not have, with the nearest that it has.
  public static func unknownColumn(
    _ name: String, in table: String? = nil, schema: Schema, at span: SourceSpan? = nil
  ) -> Diagnostic {
    let near = didYouMean(name, among: schema.names)
    return Diagnostic(
      "no column `\(name)`" + (table.map { " in `\($0)`" } ?? ""), at: span, label: near ?? "",
      hint: span == nil ? near : nil, notes: ["columns: " + schema.summary])
  }

  /// Two types where one was needed.
  public static func differentTypes(_ left: DataType, _ right: DataType) -> Diagnostic {
    Diagnostic("\(left) and \(right) are different types", hint: "convert one of them with `cast`")
  }

  /// A value that does not belong into a column of a type.
  public static func valueOfAnotherType(_ value: Value, _ type: DataType) -> Diagnostic {
    Diagnostic("`\(value)` is not a value of type \(type)")
  }

  /// A pair of types between which there is no conversion.
  public static func noCast(from: DataType, to: DataType) -> Diagnostic {
    Diagnostic("\(from) cannot be converted to \(to)")
  }

  /// A strict conversion met a value that the wanted type cannot hold; `row` counts from 0.
  public static func lossyCast(_ value: Value, to type: DataType, row: Int) -> Diagnostic {
    Diagnostic(
      "`\(value)` in row \(row) cannot be converted to \(type) without loss",
      hint: "`try_cast` gives null for such values")
  }

  /// A sum outside the type that holds it.
  public static func sumOverflow(_ type: DataType, firstRow: Int) -> Diagnostic {
    Diagnostic(
      "the sum that starts in row \(firstRow) overflows \(type)", hint: "sum floats instead: `sum(cast(x, f64))`")
  }

  /// A running sum that leaves the type that holds it in some row.
  static func runningSumOverflow(_ type: DataType, row: Int) -> Diagnostic {
    Diagnostic("the running sum overflows \(type) in row \(row)", hint: "sum floats instead: `cum_sum(cast(x, f64))`")
  }

  /// The sum of a frame that leaves the type that holds it, beside some row.
  static func frameSumOverflow(_ type: DataType, row: Int) -> Diagnostic {
    Diagnostic("the sum beside row \(row) overflows \(type)", hint: "sum floats instead: `sum(cast(x, f64))`")
  }

  /// An aggregate of a type it has no meaning for.
  public static func cannotAggregate(_ name: String, _ type: DataType) -> Diagnostic {
    Diagnostic("`\(name)` has no meaning for \(type)")
  }

  /// A result that the machine's memory could not hold.
  static func tooLarge(rows: Int, bytes: Double) -> Diagnostic {
    Diagnostic(
      "\(counted(rows, "row")) would take some \(Int(bytes / 1e9)) GB, more than this machine has to give",
      hint: "keys that repeat on both sides multiply rows: group or `filter` first")
  }

  /// Columns of a file that this needs all of at once.
  static func tooLargeToRead(_ columns: Int, rows: Int, bytes: Double) -> Diagnostic {
    Diagnostic(
      "\(counted(columns, "column")) of \(counted(rows, "row")) would take \(counted(Int(bytes / 1e6), "MB", plural: "MB")), "
        + "of the \(counted(availableMemory / 1_000_000, "MB", plural: "MB")) that there are",
      hint: "this needs all of them at once: `select` fewer columns or `filter` first; `sample` takes some rows")
  }

  /// More rows than row numbers of 32 bits can tell apart.
  static func tooManyRows(_ count: Int) -> Diagnostic {
    Diagnostic("\(counted(count, "row")) are more than a table can have (4_294_967_294)")
  }
}
