import Diagnostics
import Tables

/// An Office Open XML workbook: its sheets, its shared texts, and the number formats that mean dates.
///
/// - Source: ECMA-376, part 1, sections 18.2 to 18.8.
struct Workbook: Spreadsheet {
  struct Sheet: Sendable {
    let name: String
    let path: String
  }

  let archive: ZipArchive
  private(set) var sheets: [Sheet] = []
  /// Whether days are counted from 1904 instead of 1900.
  private(set) var startsIn1904 = false
  private(set) var texts: [Text] = []
  /// The meaning of numbers, by cell style.
  private(set) var meanings: [NumberMeaning] = []

  enum NumberMeaning: Sendable {
    case number, moment, elapsed
  }

  static func isRecognised(_ archive: ZipArchive) -> Bool { archive.entry(named: "xl/workbook.xml") != nil }

  init(_ archive: ZipArchive) throws(Diagnostic) {
    self.archive = archive
    var targets: [String: String] = [:]
    try read("xl/_rels/workbook.xml.rels", isRequired: false) { (xml) in
      while let event = xml.next() {
        guard case .start("Relationship", _) = event, let id = xml.attribute("Id"), let target = xml.attribute("Target")
        else { continue }
        targets[id] = target.hasPrefix("/") ? String(target.dropFirst()) : "xl/" + target
      }
    }
    var found: [Sheet] = []
    var isOld = false
    try read("xl/workbook.xml") { (xml) in
      while let event = xml.next() {
        guard case .start(let name, _) = event else { continue }
        if name == "workbookPr" { isOld = ["1", "true"].contains(xml.attribute("date1904") ?? "") }
        guard name == "sheet", let title = xml.attribute("name") else { continue }
        let id = xml.attribute("r:id") ?? xml.attribute("id") ?? ""
        found.append(Sheet(name: title, path: targets[id] ?? "xl/worksheets/sheet\(found.count + 1).xml"))
      }
    }
    // Chart sheets have no cells.
    sheets = found.filter { $0.path.contains("worksheets/") }
    startsIn1904 = isOld
    try readTexts()
    try readStyles()
  }

  var path: String { archive.input.path }
  var sheetNames: [String] { sheets.map(\.name) }

  func cells(ofSheet index: Int) throws(Diagnostic) -> SheetCells { try SheetCells(self, sheets[index]) }

  /// Workbooks count a 29 February 1900 that did not exist, so earlier days are shifted by one.
  func day(_ number: Double) -> Double {
    if startsIn1904 { return number + 1_462 - SheetTable.firstDay }
    return number < 60 && number >= 1 ? number + 1 - SheetTable.firstDay : number - SheetTable.firstDay
  }

  func read(
    _ path: String, isRequired: Bool = true, _ body: (inout XMLReader) throws(Diagnostic) -> Void
  ) throws(Diagnostic) {
    guard let entry = archive.entry(named: path) else {
      if isRequired { throw Diagnostic("the workbook lacks `\(path)`", place: archive.input.path) }
      return
    }
    let file = try archive.file(entry)
    var xml = XMLReader(file.bytes)
    try body(&xml)
    withExtendedLifetime(file) {}
  }

  private mutating func readTexts() throws(Diagnostic) {
    var found: [Text] = []
    try read("xl/sharedStrings.xml", isRequired: false) { (xml) in
      var text: [UInt8] = []
      var isText = false
      var isPhonetic = false
      while let event = xml.next() {
        switch event {
        case .start("si", let isEmpty):
          text = []
          if isEmpty { found.append(Text("")) }
        case .start("t", let isEmpty): isText = !isEmpty
        case .start("rPh", let isEmpty): isPhonetic = !isEmpty
        case .text: if isText, !isPhonetic { text += xml.text }
        case .end("t"): isText = false
        case .end("rPh"): isPhonetic = false
        case .end("si"): found.append(Text(Buffer(Workbook.decoded(text))))
        default: break
        }
      }
    }
    texts = found
  }

  /// Decodes characters that XML does not allow, which are written as `_x000D_`.
  static func decoded(_ text: [UInt8]) -> [UInt8] {
    guard text.contains(0x5F), text.count >= 7 else { return text }
    var result: [UInt8] = []
    var place = 0
    while place < text.count {
      if place + 7 <= text.count, text[place] == 0x5F, text[place + 1] == 0x78, text[place + 6] == 0x5F,
        text[place + 2] != 0x2B,
        let code = UInt32(String(decoding: text[place + 2..<place + 6], as: UTF8.self), radix: 16),
        let scalar = Unicode.Scalar(code)
      {
        result += Array(String(Character(scalar)).utf8)
        place += 7
      } else {
        result.append(text[place])
        place += 1
      }
    }
    return result
  }

  private mutating func readStyles() throws(Diagnostic) {
    var formats: [Int: String] = [:]
    var found: [NumberMeaning] = []
    try read("xl/styles.xml", isRequired: false) { (xml) in
      var isInCells = false
      while let event = xml.next() {
        switch event {
        case .start("numFmt", _):
          if let id = xml.attribute("numFmtId").flatMap({ Int($0) }) { formats[id] = xml.attribute("formatCode") ?? "" }
        case .start("cellXfs", let isEmpty): isInCells = !isEmpty
        case .end("cellXfs"): isInCells = false
        case .start("xf", _):
          if isInCells {
            let id = xml.attribute("numFmtId").flatMap { Int($0) } ?? 0
            found.append(Workbook.meaning(ofFormat: id, formats[id]))
          }
        default: break
        }
      }
    }
    meanings = found
  }

  /// The meaning of a number format: a date or a time if it has their letters outside of quotes and brackets.
  static func meaning(ofFormat id: Int, _ code: String?) -> NumberMeaning {
    switch id {
    case 14...22, 27...36, 45, 47, 50...58: return .moment
    case 46: return .elapsed
    default: break
    }
    guard let code else { return .number }
    var isQuoted = false
    var isSkipped = false
    var bracket: String?
    var isMoment = false
    for letter in code.lowercased() {
      if isSkipped {
        isSkipped = false
      } else if isQuoted {
        isQuoted = letter != "\""
      } else if let own = bracket {
        if letter == "]" {
          if ["h", "hh", "m", "mm", "s", "ss"].contains(own) { return .elapsed }
          bracket = nil
        } else {
          bracket = own + String(letter)
        }
      } else if letter == "\"" {
        isQuoted = true
      } else if letter == "\\" || letter == "_" || letter == "*" {
        isSkipped = true
      } else if letter == "[" {
        bracket = ""
      } else if letter == ";" {
        break
      } else if "dmyhs".contains(letter) {
        isMoment = true
      }
    }
    return isMoment && !code.lowercased().hasPrefix("general") ? .moment : .number
  }
}
