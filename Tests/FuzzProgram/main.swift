import Foundation
import Fuzzing

// Tries Lectern with input that nobody would give it on purpose, for as long as one likes.
//
//     swift run -c release fuzz [KIND…] [--rounds 100000] [--seed 1] [--from LIFE] [--jobs 2]
//
// Inputs are tried by child processes, which write each down before they try it: one that traps, hangs or uses up its
// memory is named, kept below .build/fuzz, and the next life goes on. The exit status is 1 where anything was wrong.

do {
  let options = try FuzzOptions(Array(CommandLine.arguments.dropFirst()))
  if let child = options.child { exit(try FuzzChild(child, options).run()) }
  exit(try FuzzSupervisor(options).run() ? 0 : 1)
} catch {
  FileHandle.standardError.write(Data("fuzz: \(error)\n".utf8))
  exit(64)
}
