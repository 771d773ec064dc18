import Diagnostics
import Parallelism

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// SQLite, loaded when the first database is opened.
///
/// Only functions that read. The C interface has been stable since 2004.
struct SQLiteLibrary: @unchecked Sendable {
  typealias Handle = OpaquePointer

  let open: @convention(c) (UnsafePointer<CChar>, UnsafeMutablePointer<Handle?>, Int32, UnsafePointer<CChar>?) -> Int32
  let close: @convention(c) (Handle?) -> Int32
  let message: @convention(c) (Handle?) -> UnsafePointer<CChar>?
  let prepare:
    @convention(c) (Handle?, UnsafePointer<CChar>, Int32, UnsafeMutablePointer<Handle?>, UnsafeMutableRawPointer?) ->
      Int32
  let bindInteger: @convention(c) (Handle?, Int32, Int64) -> Int32
  let bindDouble: @convention(c) (Handle?, Int32, Double) -> Int32
  /// The last argument is what frees the text; −1 stands for a copy of SQLite's own.
  let bindText: @convention(c) (Handle?, Int32, UnsafePointer<UInt8>?, Int32, Int) -> Int32
  let step: @convention(c) (Handle?) -> Int32
  let finalize: @convention(c) (Handle?) -> Int32
  let columnCount: @convention(c) (Handle?) -> Int32
  let columnType: @convention(c) (Handle?, Int32) -> Int32
  let columnInteger: @convention(c) (Handle?, Int32) -> Int64
  let columnDouble: @convention(c) (Handle?, Int32) -> Double
  let columnText: @convention(c) (Handle?, Int32) -> UnsafePointer<UInt8>?
  let columnBytes: @convention(c) (Handle?, Int32) -> Int32
  let columnBlob: @convention(c) (Handle?, Int32) -> UnsafeRawPointer?

  static let row: Int32 = 100
  static let done: Int32 = 101
  /// SQLITE_OPEN_READONLY and SQLITE_OPEN_NOMUTEX: a connection is used by one thread at a time.
  static let flags: Int32 = 0x0000_0001 | 0x0000_8000

  /// Nil if SQLite is not installed.
  static let shared: SQLiteLibrary? = SQLiteLibrary()

  private init?() {
    guard let library = dlopen("libsqlite3.so.0", RTLD_NOW | RTLD_LOCAL) else { return nil }
    func find<Function>(_ name: String, as _: Function.Type) -> Function? {
      dlsym(library, "sqlite3_" + name).map { unsafeBitCast($0, to: Function.self) }
    }
    guard
      let open = find(
        "open_v2",
        as: (@convention(c) (UnsafePointer<CChar>, UnsafeMutablePointer<Handle?>, Int32, UnsafePointer<CChar>?) -> Int32)
          .self),
      let close = find("close_v2", as: (@convention(c) (Handle?) -> Int32).self),
      let message = find("errmsg", as: (@convention(c) (Handle?) -> UnsafePointer<CChar>?).self),
      let prepare = find(
        "prepare_v2",
        as: (@convention(c) (
          Handle?, UnsafePointer<CChar>, Int32, UnsafeMutablePointer<Handle?>, UnsafeMutableRawPointer?
        ) -> Int32).self),
      let bindInteger = find("bind_int64", as: (@convention(c) (Handle?, Int32, Int64) -> Int32).self),
      let bindDouble = find("bind_double", as: (@convention(c) (Handle?, Int32, Double) -> Int32).self),
      let bindText = find(
        "bind_text", as: (@convention(c) (Handle?, Int32, UnsafePointer<UInt8>?, Int32, Int) -> Int32).self),
      let step = find("step", as: (@convention(c) (Handle?) -> Int32).self),
      let finalize = find("finalize", as: (@convention(c) (Handle?) -> Int32).self),
      let columnCount = find("column_count", as: (@convention(c) (Handle?) -> Int32).self),
      let columnType = find("column_type", as: (@convention(c) (Handle?, Int32) -> Int32).self),
      let columnInteger = find("column_int64", as: (@convention(c) (Handle?, Int32) -> Int64).self),
      let columnDouble = find("column_double", as: (@convention(c) (Handle?, Int32) -> Double).self),
      let columnText = find("column_text", as: (@convention(c) (Handle?, Int32) -> UnsafePointer<UInt8>?).self),
      let columnBytes = find("column_bytes", as: (@convention(c) (Handle?, Int32) -> Int32).self),
      let columnBlob = find("column_blob", as: (@convention(c) (Handle?, Int32) -> UnsafeRawPointer?).self)
    else { return nil }
    (self.open, self.close, self.message, self.prepare) = (open, close, message, prepare)
    (self.bindInteger, self.bindDouble, self.bindText) = (bindInteger, bindDouble, bindText)
    (self.step, self.finalize, self.columnCount, self.columnType) = (step, finalize, columnCount, columnType)
    (self.columnInteger, self.columnDouble, self.columnText) = (columnInteger, columnDouble, columnText)
    (self.columnBytes, self.columnBlob) = (columnBytes, columnBlob)
  }
}

/// A database connection, for one query after another.
final class SQLiteDatabase {
  private let library: SQLiteLibrary
  private var handle: OpaquePointer?
  private let path: String

  init(path: String) throws(Diagnostic) {
    guard let library = SQLiteLibrary.shared else {
      throw Diagnostic(
        "databases need the SQLite library, which is not installed", hint: "`apt install libsqlite3-0`", place: path)
    }
    self.library = library
    self.path = path
    guard library.open(path, &handle, SQLiteLibrary.flags, nil) == 0 else { throw failure() }
  }

  deinit { _ = library.close(handle) }

  private func failure() -> Diagnostic {
    Diagnostic("SQLite says: " + (library.message(handle).map { String(cString: $0) } ?? "nothing"), place: path)
  }

  /// Calls `body` for each row of a query's result.
  ///
  /// - Parameter values: what stands for the question marks.
  func query(
    _ sql: String, _ values: [SQLiteValue] = [], _ body: (SQLiteRow) throws(Diagnostic) -> Void
  ) throws(Diagnostic) {
    var statement: OpaquePointer?
    guard library.prepare(handle, sql, -1, &statement, nil) == 0 else { throw failure() }
    defer { _ = library.finalize(statement) }
    for (index, value) in values.enumerated() {
      let place = Int32(index + 1)
      let status =
        switch value {
        case .integer(let number): library.bindInteger(statement, place, number)
        case .real(let number): library.bindDouble(statement, place, number)
        case .text(let bytes):
          // The pointer of no bytes may be nil, which would bind null.
          (bytes + [0]).withUnsafeBufferPointer {
            library.bindText(statement, place, $0.baseAddress, Int32(bytes.count), -1)
          }
        }
      guard status == 0 else { throw failure() }
    }
    let cancellation = Cancellation.current
    var count = 0
    while true {
      switch library.step(statement) {
      case SQLiteLibrary.row: try body(SQLiteRow(library: library, statement: statement))
      case SQLiteLibrary.done: return
      default: throw failure()
      }
      count += 1
      if count & 0xfff == 0 { try cancellation.check() }
    }
  }
}

/// A value that a query is asked with.
enum SQLiteValue {
  case integer(Int64)
  case real(Double)
  case text([UInt8])
}

/// The current row of a query.
struct SQLiteRow {
  fileprivate let library: SQLiteLibrary
  fileprivate let statement: OpaquePointer?

  enum Kind: Int32 {
    case integer = 1
    case float = 2
    case text = 3
    case blob = 4
    case null = 5
  }

  func kind(_ column: Int) -> Kind { Kind(rawValue: library.columnType(statement, Int32(column))) ?? .null }
  func integer(_ column: Int) -> Int64 { library.columnInteger(statement, Int32(column)) }
  func double(_ column: Int) -> Double { library.columnDouble(statement, Int32(column)) }

  /// Returns the text, or a number as text.
  func text(_ column: Int) -> [UInt8] {
    guard let start = library.columnText(statement, Int32(column)) else { return [] }
    return Array(UnsafeBufferPointer(start: start, count: Int(library.columnBytes(statement, Int32(column)))))
  }

  func blob(_ column: Int) -> [UInt8] {
    let count = Int(library.columnBytes(statement, Int32(column)))
    guard count > 0, let start = library.columnBlob(statement, Int32(column)) else { return [] }
    return Array(UnsafeRawBufferPointer(start: start, count: count))
  }

  func string(_ column: Int) -> String { String(decoding: text(column), as: UTF8.self) }
}
