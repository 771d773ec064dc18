import Diagnostics
import Tables

/// The step of a pipeline that gives columns without a common type one: datetimes a zone, others become text. Nil where
/// no cast does that.
func castsToOneType(_ fields: [Field]) -> String? {
  let zone = fields.lazy.compactMap { field -> Zone? in
    if case .zoned(_, let zone) = field.type { zone } else { nil }
  }.first
  var casts: [String] = []
  for field in fields {
    let name = Spelling.name(field.name)
    let read: String
    switch (field.type, zone) {
    case (.list, _), (.structure, _), (.binary, _): return nil
    case (.null, _), (.string, nil): continue
    case (.zoned(_, let own), let zone?) where fields.areMoments:
      if own == zone { continue }
      read = "to_zone(\(name), \"\(zone)\")"
    case (.datetime, let zone?) where fields.areMoments: read = "with_zone(\(name), \"\(zone)\")"
    case (.date, let zone?) where fields.areMoments: read = "with_zone(cast(\(name), datetime[us]), \"\(zone)\")"
    case (.string, _): continue
    default: read = "cast(\(name), str)"
    }
    casts.append("\(name) = \(read)")
  }
  return casts.isEmpty ? nil : "with " + casts.joined(separator: ", ")
}

extension [Field] {
  /// Whether all are dates or datetimes.
  fileprivate var areMoments: Bool { allSatisfy { $0.type == .date || $0.type == .null || $0.type.isMoment } }
}
