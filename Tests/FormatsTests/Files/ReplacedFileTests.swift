import Diagnostics
import Formats
import Foundation
import Generators
import Tables
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What a file that is saved leaves of the one that it replaces, and what it writes for a spreadsheet.
@Suite struct ReplacedFileTests {
  private let table = Table([("a", Column([1, 2, 3]))])

  private func save(_ path: String) throws {
    var options = SaveOptions()
    options.overwrite = true
    _ = try saveTable(table, to: path, options: options)
  }

  private func mode(_ path: String) -> UInt32 {
    var status = stat()
    return lstat(path, &status) == 0 ? UInt32(status.st_mode) : 0
  }

  @Test(arguments: [0o600, 0o640, 0o644, 0o755]) func `permissions stay`(_ permissions: UInt32) throws {
    let scratch = try ScratchFolder()
    for format in ["csv", "parquet", "arrow"] {
      let path = try scratch.write("a.\(format)", "old\n")
      chmod(path, permissions)
      try save(path)
      #expect(mode(path) & 0o7777 == permissions)
      #expect(try read(path).rowCount == 3)
    }
    let path = try scratch.write("note.txt", "old\n")
    chmod(path, permissions)
    try replaceFile(at: path, with: "new\n")
    #expect(mode(path) & 0o7777 == permissions)
  }

  @Test func `a new file has the permissions of new files`() throws {
    let scratch = try ScratchFolder()
    let mask = umask(0o022)
    umask(mask)
    try save(scratch.file("a.csv"))
    #expect(mode(scratch.file("a.csv")) & 0o777 == 0o666 & ~UInt32(mask))
  }

  @Test(arguments: ["real.csv", "sub/real.csv"]) func `a link leads where it led`(_ real: String) throws {
    let scratch = try ScratchFolder()
    let target = try scratch.write(real, "old\n")
    chmod(target, 0o600)
    try FileManager.default.createSymbolicLink(atPath: scratch.file("middle"), withDestinationPath: real)
    try FileManager.default.createSymbolicLink(atPath: scratch.file("a.csv"), withDestinationPath: "middle")
    try save(scratch.file("a.csv"))
    #expect(mode(scratch.file("a.csv")) & UInt32(S_IFMT) == UInt32(S_IFLNK))
    #expect(mode(target) == UInt32(S_IFREG) | 0o600)
    #expect(try ReferenceFiles.contents(target) == "a\n1\n2\n3\n")
  }

  @Test func `a link to nothing makes what it leads to, and one to itself is said`() throws {
    let scratch = try ScratchFolder()
    try FileManager.default.createSymbolicLink(atPath: scratch.file("a.csv"), withDestinationPath: "new.csv")
    try save(scratch.file("a.csv"))
    #expect(try ReferenceFiles.contents(scratch.file("new.csv")) == "a\n1\n2\n3\n")
    try FileManager.default.createSymbolicLink(atPath: scratch.file("b.csv"), withDestinationPath: "b.csv")
    #expect(throws: Diagnostic.self) { try save(scratch.file("b.csv")) }
    #expect(scratch.names == ["a.csv", "b.csv", "new.csv"])
  }

  /// A file is complete on the disk before it has its name: where it cannot be, nothing has changed.
  ///
  /// The system is told to fail every `fsync` of a process; one that never calls it would save all the same.
  @Test(.enabled(if: FailingSync.isPossible)) func `a file that cannot be synced is not put in its place`() async throws
  {
    let scratch = try ScratchFolder()
    for format in ["parquet", "arrow", "csv", "ndjson"] {
      try scratch.write("a.\(format)", "old\n")
      await #expect(processExitsWith: .success) { [path = scratch.file("a.\(format)") as String] in
        guard FailingSync.start() else { exit(2) }
        var options = SaveOptions()
        options.overwrite = true
        var message = ""
        do throws(Diagnostic) {
          _ = try saveTable(Table([("a", Column([1, 2, 3]))]), to: path, options: options)
        } catch { message = error.message }
        guard message.hasPrefix("cannot write `\(path)`") else { exit(3) }
        do throws(Diagnostic) {
          try replaceFile(at: path, with: "new\n")
          exit(4)
        } catch {}
        guard try ReferenceFiles.contents(path) == "old\n" else { exit(5) }
      }
    }
    #expect(scratch.names == ["a.arrow", "a.csv", "a.ndjson", "a.parquet"])
  }

  @Test func `formulas are texts where that is asked for`() throws {
    let scratch = try ScratchFolder()
    let table = Table([
      ("=name", Column(["=1+1", "+7 916", "-x", "@me", "\ttab", "plain", "", nil, "a=b"] as [String?])),
      ("n", Column([-1, -2, -3, -4, -5, -6, -7, -8, -9])),
    ])
    var options = SaveOptions()
    options.escapesFormulas = true
    let report = try saveTable(table, to: scratch.file("t.csv"), options: options)
    #expect(
      try ReferenceFiles.contents(scratch.file("t.csv"))
        == "'=name,n\n'=1+1,-1\n'+7 916,-2\n'-x,-3\n'@me,-4\n'\ttab,-5\nplain,-6\n\"\",-7\n,-8\na=b,-9\n")
    #expect(report.notes == ["6 texts would be a formula in a spreadsheet: an apostrophe stands before it"])
    options.escapesFormulas = false
    options.overwrite = true
    #expect(try saveTable(table, to: scratch.file("t.csv"), options: options).notes == [])
    #expect(try ReferenceFiles.contents(scratch.file("t.csv")).hasPrefix("=name,n\n=1+1,-1\n"))
  }
}

/// Has the kernel fail every `fsync` of this process, by a filter of system calls.
enum FailingSync {
  /// An instruction of the filter: `struct sock_filter`.
  private struct Instruction {
    var code: UInt16
    var ifTrue: UInt8 = 0
    var ifFalse: UInt8 = 0
    var value: UInt32
  }

  #if arch(x86_64)
  private static let number: UInt32? = 74
  #elseif arch(arm64)
  private static let number: UInt32? = 82
  #else
  private static let number: UInt32? = nil
  #endif

  static let isPossible = number != nil && FileManager.default.fileExists(atPath: "/proc/sys/kernel/seccomp")

  /// Whether the filter is there from now on.
  static func start() -> Bool {
    typealias ProcessControl = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32
    guard let number, let symbol = dlsym(nil, "prctl") else { return false }
    let control = unsafeBitCast(symbol, to: ProcessControl.self)
    var program = [
      // The number of the call; another than `fsync` is allowed, that one fails with EIO.
      Instruction(code: 0x20, value: 0), Instruction(code: 0x15, ifTrue: 0, ifFalse: 1, value: number),
      Instruction(code: 0x06, value: 0x0005_0000 | UInt32(EIO)), Instruction(code: 0x06, value: 0x7FFF_0000),
    ]
    let count = program.count
    return program.withUnsafeMutableBytes { instructions in
      var header = (UInt16(count), UInt(bitPattern: instructions.baseAddress))
      return withUnsafePointer(to: &header) { header in
        // PR_SET_NO_NEW_PRIVS, then PR_SET_SECCOMP with SECCOMP_MODE_FILTER.
        control(38, 1, 0, 0, 0) == 0 && control(22, 2, UInt(bitPattern: header), 0, 0) == 0
      }
    }
  }
}
