import Foundation
import Generators
import Glibc
import Notebook
import Testing

/// Databases of SQLite: rows in the order of the table, and filters that the database makes itself.
@Suite(.enabled(if: Database.isThere)) struct DatabaseTests {
  private let folder: ScratchFolder
  private let test = TestSession()

  init() throws {
    folder = try ScratchFolder()
    test.session.dataFolder = folder.path
  }

  private static let rows = """
    CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, x REAL, s TEXT COLLATE NOCASE, u, d DATE, mixed, flag BOOLEAN);
    CREATE INDEX by_n ON t (n); CREATE INDEX by_s ON t (s); CREATE INDEX by_d ON t (d);
    WITH RECURSIVE c (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < 399)
    INSERT INTO t SELECT i, CASE WHEN i % 7 = 0 THEN NULL ELSE (i * 37) % 11 - 2 END, ((i * 53) % 10) / 10.0,
      CASE i % 5 WHEN 0 THEN 'a' WHEN 1 THEN 'A' WHEN 2 THEN 'Б' WHEN 3 THEN '' END,
      CAST((i * 3) % 13 AS TEXT), date('2024-01-01', '+' || ((i * 17) % 100) || ' days'),
      CASE WHEN i % 2 THEN i % 4 ELSE 'x' END, i % 3 = 0 FROM c;
    """

  @Test func `columns that an index holds keep the order of the table`() throws {
    try Database.make(folder.path + "/t.db", Self.rows)
    test.run("t = load \"t.db\"")
    test.run("n = t | select n | collect")
    let apart = test.run("t | agg x = sum(id * n), y = sum(id * length(s)), z = sum(n * length(s))")
    let other = TestSession()
    other.session.dataFolder = folder.path
    #expect(
      other.run("load \"t.db\" | collect | agg x = sum(id * n), y = sum(id * length(s)), z = sum(n * length(s))")
        == apart)
    #expect(apart.contains("shape: (1, 3)"))
  }

  @Test(arguments: [
    "n == 3", "n != 3", "n > 2", "n <= -2", "3 < n", "n == 2.5", "n > 1.5", "n == 99999999999999999999", "x > 0.5",
    "x == 0.1", "x != 0.3", "x <= 1", "s == \"a\"", "s == \"A\"", "s != \"a\"", "s == \"\"", "s == \"Б\"",
    "s in [\"a\", \"b\"]", "s not in [\"A\", \"Б\"]", "s > \"A\"", "u == \"7\"", "u == \"07\"", "u in [\"1\", \"12\"]",
    "d >= \"2024-02-01\"", "d == \"2024-01-18\"", "d < \"2024-01-10\" or n is null", "n is null", "n is not null",
    "not (n == 3)", "not (n == 3 or s == \"a\")", "n in [1, 2, 3]", "n not in [1, 2, 3]", "n in [1, null]",
    "n in []", "n not in []", "not (n in [])", "s not in []", "n in [] or id < 9", "n not in [] and id < 9",
    "n > 2 and s == \"a\"", "n > 2 or s == \"a\"", "length(s) > 0 and n > 3", "n > 3 and id // (n - 4) > 1",
    "mixed == \"x\"", "flag", "flag and n == 1", "id == 17", "id in [399, 3, 17]", "n == null", "s == u",
  ])
  func `a filter gives what it gives in memory`(_ condition: String) throws {
    try Database.make(folder.path + "/t.db", Self.rows)
    test.run("t = load \"t.db\"")
    // The note of the file stands below whatever reads it.
    func result(_ code: String) -> String {
      test.run(code).replacing("\n`mixed` is str: its values are of several types", with: "")
    }
    let lazy = result("t | filter \(condition) | select id, n, s")
    let other = TestSession()
    other.session.dataFolder = folder.path
    other.run("t = load \"t.db\" | collect")
    #expect(lazy == other.run("t | filter \(condition) | select id, n, s"))
    // Conditions one after another count their nulls one after another.
    let two = "t | filter n > 0 | filter \(condition) | agg rows = len(), ids = sum(id)"
    #expect(result(two) == other.run(two))
  }

  /// A column is of datetimes only if all of its texts are.
  @Test(arguments: [
    ("'2024-01-31 10:00'", "datetime[us]", nil), ("'2024-01-31T10:00:00.5+03:00'", "datetime[us, UTC]", nil),
    ("'2024-02-31 10:00'", "str", "`2024-02-31 10:00` is no datetime in microseconds"),
    ("'2024-01-31 25:00'", "str", "`2024-01-31 25:00` is no datetime in microseconds"),
    ("'2024-01-31 10:00:00.1234567'", "str", "is no datetime in microseconds"),
    ("'2024-01-31 10:00Z'), ('2024-01-31 10:00'", "str", "only some of its datetimes have an offset"),
    ("'2024-01-31'), ('2024-02-28'", "date", nil),
    ("'2024-01-31'), ('2024-02-31'", "str", "`2024-02-31` is no date"),
  ])
  func `texts that only look like dates stay texts`(_ values: String, _ type: String, _ note: String?) throws {
    try Database.make(folder.path + "/d.db", "CREATE TABLE d (at DATETIME); INSERT INTO d VALUES (\(values)), (NULL);")
    let shown = test.run("load \"d.db\"")
    #expect(shown.contains("│ \(type) "), "\(shown)")
    if let note { #expect(shown.contains(note), "\(shown)") } else { #expect(!shown.contains("`at` is"), "\(shown)") }
  }

  @Test func `what the database does is explained, and a change of it is seen`() throws {
    try Database.make(folder.path + "/t.db", Self.rows)
    test.run("t = load \"t.db\"")
    #expect(test.run("t | filter n == 3 | explain").contains("the database finds these rows itself"))
    #expect(!test.run("t | filter mixed == \"x\" | explain").contains("the database finds"))
    try Database.make(folder.path + "/t.db", "DELETE FROM t WHERE id = 5")
    #expect(test.run("t | filter n == 3").contains("changed since it was opened"))
  }

  @Test func `tables without row numbers, views and names of row numbers`() throws {
    try Database.make(
      folder.path + "/w.db",
      """
      CREATE TABLE w (k TEXT, rowid INTEGER, oid INTEGER, v INTEGER, PRIMARY KEY (k, rowid)) WITHOUT ROWID;
      CREATE INDEX by_v ON w (v);
      INSERT INTO w VALUES ('b', 1, 5, 3), ('a', 2, 6, 9), ('a', 1, 7, 4), ('c', 0, 8, 1);
      CREATE VIEW v AS SELECT v, k FROM w ORDER BY v;
      """)
    test.run("w = load \"w.db\" table=w")
    test.run("v = w | select v | collect")
    #expect(test.run("w | select oid, v | agg l = list(oid), m = list(v)").contains("[7, 6, … 8] (4)"))
    #expect(test.run("w | filter v > 1 | agg l = list(oid)").contains("[7, 6, 5]"))
    test.run("v = load \"w.db\" table=v")
    #expect(test.run("v | filter v > 1 | agg l = list(k)").contains("[\"b\", \"a\", \"a\"]"))
  }
}

/// Makes databases by SQLite itself.
private enum Database {
  typealias Handle = OpaquePointer
  /// Found once, and never changed.
  nonisolated(unsafe) static let library = dlopen("libsqlite3.so.0", RTLD_NOW)
  static var isThere: Bool { library != nil }

  static func make(_ path: String, _ statements: String) throws {
    func find<Function>(_ name: String, as _: Function.Type) throws -> Function {
      unsafeBitCast(try #require(dlsym(library, name)), to: Function.self)
    }
    let open = try find(
      "sqlite3_open", as: (@convention(c) (UnsafePointer<CChar>, UnsafeMutablePointer<Handle?>) -> Int32).self)
    let execute = try find(
      "sqlite3_exec",
      as: (@convention(c) (Handle?, UnsafePointer<CChar>, OpaquePointer?, OpaquePointer?, OpaquePointer?) -> Int32).self
    )
    let close = try find("sqlite3_close", as: (@convention(c) (Handle?) -> Int32).self)
    var handle: Handle?
    #expect(open(path, &handle) == 0)
    #expect(execute(handle, statements, nil, nil, nil) == 0)
    #expect(close(handle) == 0)
  }
}
