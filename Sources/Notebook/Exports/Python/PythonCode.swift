import Display
import Tables

/// A Python expression and its precedence.
struct PythonCode: Hashable {
  enum Tightness: Int, Comparable {
    case lambda, comparison, or, and, sum, product, sign, power, atom

    static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
  }

  var text: String
  var tightness = Tightness.atom
  /// Whether it is a plain Python value, which has no methods of polars columns.
  var isValue = false

  /// The text, in parentheses if its precedence is lower than that of the context.
  func text(in place: Tightness) -> String { tightness < place ? "(\(text))" : text }

  /// The text as the receiver of a method.
  var receiver: String { isValue ? "pl.lit(\(text))" : text(in: .atom) }

  /// The text where polars would read a string as the name of a column.
  var expression: String { isValue ? "pl.lit(\(text))" : text }

  static func value(_ text: String) -> PythonCode { PythonCode(text: text, isValue: true) }

  static func operation(_ left: PythonCode, _ sign: String, _ right: PythonCode, _ tightness: Tightness) -> PythonCode {
    // One operand must be a polars expression. Two Python values are computed by Python, with the same result.
    let next = Tightness(rawValue: tightness.rawValue + 1) ?? .atom
    return PythonCode(
      text: "\(left.text(in: tightness == .comparison ? next : tightness)) \(sign) \(right.text(in: next))",
      tightness: tightness)
  }
}

/// The error for something that has no equivalent in Python.
struct PythonGap: Error {
  var reason: String
}

/// Writes names and texts in Python.
enum PythonSpelling {
  private static let keywords: Set<String> = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif",
    "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or",
    "pass", "raise", "return", "try", "while", "with", "yield",
  ]
  /// Names that the notebook itself uses: of Python, of the imports, and of the functions above the cells.
  private static let taken = Set([
    "DATA", "spark", "display", "list", "len", "sum", "min", "max", "print", "open", "range", "set", "dict", "str",
    "int",
    "float", "sorted", "zip", "abs", "map", "enumerate", "round", "isinstance", "hasattr", "getattr", "frozenset",
    "bool", "iter",
  ]).union(PythonNeeds.Module.allCases.flatMap(\.names)).union(PythonHelper.allCases.flatMap(\.names))

  static func isIdentifier(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, first.properties.isXIDStart || first == "_" else { return false }
    return name.unicodeScalars.allSatisfy { $0.properties.isXIDContinue } && !keywords.contains(name)
  }

  /// The Python name of a variable.
  static func variable(_ name: String) -> String {
    if taken.contains(name) { return name + "_" }
    if isIdentifier(name) { return name }
    let letters = name.unicodeScalars.map { $0.properties.isXIDContinue ? String($0) : "_" }.joined()
    return isIdentifier(letters) ? letters : "v_" + letters
  }

  static func text(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value):
        let digits = String(scalar.value, radix: 16)
        quoted += "\\x" + String(repeating: "0", count: 2 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  static func float(_ value: Double) -> String {
    if value.isNaN { return "float(\"nan\")" }
    if value.isInfinite { return value < 0 ? "float(\"-inf\")" : "float(\"inf\")" }
    return "\(value)"
  }

  /// A list `[a, b]`, wrapped to the given width.
  static func list(_ items: [String], indent: Int = 0, width: Int = 88) -> String {
    let line = "[" + items.joined(separator: ", ") + "]"
    if line.count + indent <= width { return line }
    let margin = String(repeating: " ", count: indent + 4)
    var lines: [String] = []
    var current = ""
    for item in items {
      let piece = item + ","
      if !current.isEmpty, margin.count + current.count + 1 + piece.count > width {
        lines.append(current)
        current = piece
      } else {
        current += (current.isEmpty ? "" : " ") + piece
      }
    }
    lines.append(current)
    return "[\n" + lines.map { margin + $0 + "\n" }.joined() + String(repeating: " ", count: indent) + "]"
  }
}

/// The imports and helper functions that code needs.
struct PythonNeeds: Hashable {
  enum Module: Int, CaseIterable {
    case copying, combinations, dates, decimals, paths, clock
    case matplotlib, numpy, pandas, polars, torch, implicitALS, implicitBPR, implicitNeighbors, scipy, svds, elasticNet,
      surprise, threads, sparkFunctions, sparkWindow

    /// Whether it comes with Python.
    var isStandard: Bool { rawValue <= Module.clock.rawValue }

    /// The names that the import defines.
    var names: [String] {
      guard let list = line.split(separator: "import ").last else { return [] }
      return list.split(separator: ",").map { String($0.split(separator: " as ").last ?? $0).trimmed }
    }

    var line: String {
      switch self {
      case .copying: "import copy"
      case .combinations: "import itertools"
      case .clock: "from time import perf_counter as clock"
      case .implicitALS: "from implicit.als import AlternatingLeastSquares"
      case .implicitBPR: "from implicit.bpr import BayesianPersonalizedRanking"
      case .implicitNeighbors:
        "from implicit.nearest_neighbours import BM25Recommender, CosineRecommender, TFIDFRecommender"
      case .svds: "from scipy.sparse.linalg import svds"
      case .elasticNet: "from sklearn.linear_model import ElasticNet"
      case .surprise: "from surprise import Dataset, Reader"
      case .threads: "from threadpoolctl import threadpool_limits"
      case .dates: "from datetime import date, datetime, time, timedelta"
      case .decimals: "from decimal import Decimal"
      case .paths: "from pathlib import Path"
      case .matplotlib: "import matplotlib.pyplot as plt"
      case .numpy: "import numpy as np"
      case .pandas: "import pandas as pd"
      case .polars: "import polars as pl"
      case .torch: "import torch"
      case .scipy: "from scipy import sparse"
      case .sparkFunctions: "from pyspark.sql import functions as F"
      case .sparkWindow: "from pyspark.sql import Window"
      }
    }
  }

  var modules: Set<Module> = []
  var helpers: Set<PythonHelper> = []
  /// The models of Surprise.
  var surprise: Set<String> = []

  /// The line that imports a module.
  func line(_ module: Module) -> String {
    guard module == .surprise else { return module.line }
    return "from surprise import " + surprise.union(["Dataset", "Reader"]).sorted().joined(separator: ", ")
  }
}
