public import Diagnostics
import Glibc
import Parallelism

extension Zone {
  /// The zone of that name, read from the files of the system when it is first asked for.
  ///
  /// - Throws: a diagnostic with near names where there is no such zone, and one that names the package where the files
  ///   are missing.
  public static func named(_ name: String) throws(Diagnostic) -> Zone {
    guard let zone = ifKnown(name) else { throw unknown(name) }
    return zone
  }

  /// The zone of that name; nil if the system has no such zone.
  public static func ifKnown(_ name: String) -> Zone? {
    if ["UTC", "Z", "Etc/UTC", "+00:00"].contains(name) { return .utc }
    if let known = known.withLock({ $0[name] }) { return known }
    guard let zone = ofOffset(name) ?? read(name) else { return nil }
    known.withLock { $0[name] = zone }
    return zone
  }

  private static let known = Mutex<[String: Zone]>([:])

  /// `+03:00`, `-0430`: the same offset at all times.
  private static func ofOffset(_ name: String) -> Zone? {
    let digits = name.utf8.dropFirst().filter { (0x30...0x39).contains($0) }.map { Int($0) - 0x30 }
    let hasColon = name.utf8.count == 6 && Array(name.utf8)[3] == 0x3a
    guard name.hasPrefix("+") || name.hasPrefix("-"), digits.count == 4, hasColon || name.utf8.count == 5 else {
      return nil
    }
    let (hours, minutes) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3])
    guard hours < 24, minutes < 60 else { return nil }
    let offset = (name.hasPrefix("-") ? -1 : 1) * (hours * 3600 + minutes * 60)
    let text = CalendarText.offset(offset)
    return Zone(name: text, rules: ZoneRules(offset: offset, abbreviation: text))
  }

  private static func read(_ name: String) -> Zone? {
    guard isName(name), let bytes = contents(folder + "/" + name) else { return nil }
    return Zone(name: name, file: bytes)
  }

  /// A zone from the bytes of its file; nil if they are not such a file.
  package init?(name: String, file bytes: [UInt8]) {
    guard let file = ZoneFile(bytes) else { return nil }
    self.init(name: name, rules: file.rules)
  }

  /// Names are parts of paths: nothing may lead out of the folder. Folders with a small first letter repeat the zones.
  private static func isName(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count <= 3
      && parts.allSatisfy { part in
        guard let first = part.utf8.first, (0x41...0x5a).contains(first) else { return false }
        return part.utf8.allSatisfy {
          (0x41...0x5a).contains($0 & 0xdf) || (0x30...0x39).contains($0) || [0x2b, 0x2d, 0x5f].contains($0)
        }
      }
  }

  /// Where the system keeps its zones; `TZDIR` names another folder, as for the C library.
  private static let folder: String = getenv("TZDIR").map { String(cString: $0) } ?? "/usr/share/zoneinfo"

  private static func contents(_ path: String) -> [UInt8]? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= 1 << 20 else { return nil }
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    let count = fread(&bytes, 1, bytes.count, file)
    return Array(bytes.prefix(count))
  }

  private static func unknown(_ name: String) -> Diagnostic {
    let names = allNames()
    guard !names.isEmpty else {
      return Diagnostic(
        "the rules of the time zone `\(name)` are not installed: `\(folder)` has no zones",
        hint: "the package `tzdata` has them: `apt install tzdata`")
    }
    let lowered = name.lowercased().replacing(" ", with: "_")
    let same = names.first { $0.lowercased() == lowered }
    let place = names.first { $0.lowercased().hasSuffix("/" + lowered) }
    // An abbreviation that is near to another one means another time.
    let isAbbreviation = (2...5).contains(name.utf8.count) && name.utf8.allSatisfy { (0x41...0x5a).contains($0) }
    let abbreviated = abbreviations[name.uppercased()].flatMap { names.contains($0) ? $0 : nil }
    let near = isAbbreviation || name.utf8.count <= 3 ? nil : nearNames(to: name, among: names, limit: 1).first
    let meant = same ?? abbreviated ?? place ?? near
    return Diagnostic(
      "no time zone `\(name)`",
      hint: meant.map { "did you mean `\($0)`?" }
        ?? "zones have the names of the tz database, `Europe/Moscow`, or are offsets, `+03:00`")
  }

  /// Abbreviations that mean one zone to nearly everybody and are no names of zones; not `IST`, `BST` or `CST`, which
  /// mean several.
  private static let abbreviations = [
    "MSK": "Europe/Moscow", "MSD": "Europe/Moscow", "SAMT": "Europe/Samara", "YEKT": "Asia/Yekaterinburg",
    "OMST": "Asia/Omsk", "NOVT": "Asia/Novosibirsk", "KRAT": "Asia/Krasnoyarsk", "IRKT": "Asia/Irkutsk",
    "YAKT": "Asia/Yakutsk", "VLAT": "Asia/Vladivostok", "MAGT": "Asia/Magadan", "PETT": "Asia/Kamchatka",
    "CEST": "CET", "EEST": "EET", "WEST": "WET", "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles",
    "MDT": "America/Denver", "EDT": "America/New_York", "JST": "Asia/Tokyo", "KST": "Asia/Seoul",
    "HKT": "Asia/Hong_Kong", "SGT": "Asia/Singapore", "NZST": "Pacific/Auckland", "NZDT": "Pacific/Auckland",
  ]

  /// The names of all zones, for hints.
  package static func allNames() -> [String] { names(in: "", depth: 0).sorted() }

  private static func names(in prefix: String, depth: Int) -> [String] {
    guard depth < 3, let directory = opendir(folder + "/" + prefix) else { return [] }
    defer { closedir(directory) }
    var found: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      let path = prefix.isEmpty ? name : prefix + "/" + name
      guard isName(path) else { continue }
      var status = stat()
      guard stat(folder + "/" + path, &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        found += names(in: path, depth: depth + 1)
      } else if contents(folder + "/" + path)?.starts(with: "TZif".utf8) ?? false {
        found.append(path)
      }
    }
    return found
  }
}
