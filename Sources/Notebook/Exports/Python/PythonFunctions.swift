/// Templates that translate functions to polars.
///
/// In a template, `{0}` is the first argument as the receiver of a method, `{1}` the second argument as a value,
/// `{1e}` the second argument where a string would be read as the name of a column, and `{*}` all arguments. The key
/// is the name of the function, or its name with the number of arguments.
package enum PythonFunctions {
  package static let rows: [String: String] = [
    // Numbers.
    "abs": "{0}.abs()", "round/1": "{0}.round()", "round/2": "{0}.round({1})", "floor": "{0}.floor()",
    "ceil": "{0}.ceil()", "sqrt": "{0}.sqrt()", "exp": "{0}.exp()", "log/1": "{0}.log()", "log1p": "{0}.log1p()",
    "sign": "{0}.sign()", "clip": "{0}.clip({1}, {2})", "least": "pl.min_horizontal({*})",
    "greatest": "pl.max_horizontal({*})", "coalesce": "pl.coalesce({*})", "is_nan": "{0}.is_nan()",
    "cut": "{0}.cut({1}).cast(pl.String)",
    // Text.
    "lower": "{0}.str.to_lowercase()", "upper": "{0}.str.to_uppercase()", "length": "{0}.str.len_chars()",
    "contains": "{0}.str.contains({1}, literal=True)", "starts_with": "{0}.str.starts_with({1})",
    "ends_with": "{0}.str.ends_with({1})", "matches": "{0}.str.contains({1})", "extract/2": "{0}.str.extract({1}, 0)",
    "extract/3": "{0}.str.extract({1}, {2})", "extract_all/2": "{0}.str.extract_all({1})",
    "replace": "{0}.str.replace_all({1}, {2}, literal=True)", "replace_regex": "{0}.str.replace_all({1}, {2})",
    "slice/2": "{0}.str.slice({1})", "slice/3": "{0}.str.slice({1}, {2})", "split": "{0}.str.split({1})",
    "trim": "{0}.str.strip_chars()", "strip/1": "{0}.str.strip_chars()", "strip/2": "{0}.str.strip_chars({1})",
    "pad_left/2": "{0}.str.pad_start({1})", "pad_left/3": "{0}.str.pad_start({1}, {2})",
    "pad_right/2": "{0}.str.pad_end({1})", "pad_right/3": "{0}.str.pad_end({1}, {2})",
    "concat": "pl.concat_str({*})", "join_text": "{0}.list.join({1})", "to_text": "{0}.cast(pl.String)",
    // Dates.
    "date/1": "{0}.dt.date()", "date/3": "pl.date({0}, {1}, {2})", "year": "{0}.dt.year()",
    "quarter": "{0}.dt.quarter()", "month": "{0}.dt.month()", "day": "{0}.dt.day()", "weekday": "{0}.dt.weekday()",
    "week": "{0}.dt.week()", "hour": "{0}.dt.hour()", "minute": "{0}.dt.minute()", "second": "{0}.dt.second()",
    "to_zone": "{0}.dt.convert_time_zone({1})", "with_zone/2": "{0}.dt.replace_time_zone({1})",
    "truncate": "{0}.dt.truncate({1})", "parse_date": "{0}.str.to_date({1})",
    "try_parse_date": "{0}.str.to_date({1}, strict=False)", "parse_datetime": "{0}.str.to_datetime({1})",
    "try_parse_datetime": "{0}.str.to_datetime({1}, strict=False)", "format": "{0}.dt.strftime({1})",
    // Lists.
    "list_len": "{0}.list.len()", "list_contains": "{0}.list.contains({1})",
    "list_get": "{0}.list.get({1}, null_on_oob=True)", "list_first": "{0}.list.first()",
    "list_last": "{0}.list.last()", "list_slice/2": "{0}.list.slice({1})", "list_slice/3": "{0}.list.slice({1}, {2})",
    "list_sort": "{0}.list.sort(nulls_last=True)", "list_reverse": "{0}.list.reverse()",
    "list_unique": "{0}.list.unique(maintain_order=True)", "list_sum": "{0}.list.sum()", "list_mean": "{0}.list.mean()",
    "list_min": "{0}.list.min()", "list_max": "{0}.list.max()", "set_intersect": "{0}.list.set_intersection({1})",
    "set_union": "{0}.list.set_union({1})", "set_difference": "{0}.list.set_difference({1})",
    "list_filter": "{0}.list.eval(pl.element().filter({1e}))", "list_map": "{0}.list.eval({1e})",
  ]

  package static let aggregates: [String: String] = [
    "len": "pl.len()", "count": "{0}.count()", "sum": "{0}.sum()", "mean": "{0}.mean()", "median": "{0}.median()",
    "std": "{0}.std()", "var": "{0}.var()", "min": "{0}.min()", "max": "{0}.max()", "first": "{0}.first()",
    "last": "{0}.last()", "n_unique": "{0}.n_unique()", "mode": "{0}.drop_nulls().mode().min()",
    "quantile": "{0}.quantile({1}, interpolation=\"linear\")", "any": "{0}.any()", "all": "{0}.all()",
    "corr": "pl.corr({0}, {1e})", "skew": "{0}.skew()", "kurtosis": "{0}.kurtosis()",
    "arg_max": "{0}.get({1e}.arg_max())", "arg_min": "{0}.get({1e}.arg_min())",
    // In `agg`, polars itself makes a list of several values.
    "unique": "{0}.unique(maintain_order=True)", "list": "{0}",
  ]

  /// Window functions.
  package static let windows: [String: String] = [
    "row_number": "pl.int_range(1, pl.len() + 1, dtype=pl.UInt32)", "lag/1": "{0}.shift(1)", "lag/2": "{0}.shift({1})",
    "lead/1": "{0}.shift(-1)", "lead/2": "{0}.shift(-{1})", "cum_sum": "{0}.cum_sum()", "cum_max": "{0}.cum_max()",
    "forward_fill": "{0}.forward_fill()", "backward_fill": "{0}.backward_fill()",
    "ntile": "ntile({0})",
  ]

  /// Functions whose result may differ in polars, and why.
  package static let remarks: [String: String] = [
    "matches": "patterns are those of Rust's regex crate: no look-around, no back references",
    "extract": "patterns are those of Rust's regex crate: no look-around, no back references",
    "replace_regex": "patterns are those of Rust's regex crate: no look-around, no back references",
    "set_intersect": "polars gives the elements in no particular order",
    "set_union": "polars gives the elements in no particular order",
    "set_difference": "polars gives the elements in no particular order",
    "to_text": "polars writes some floating-point numbers in another way",
  ]

  /// The closest alternatives to functions without an equivalent.
  package static let nearest: [String: String] = [
    "hash": "`.hash()` of polars, which gives other numbers", "list_zip": "`pl.struct` of two exploded columns",
    "extract_all": "`.str.extract_all`, which gives whole matches alone",
  ]

  /// The template of a function with this number of arguments; nil if there is none.
  package static func form(_ name: String, count: Int, in table: [String: String]) -> String? {
    table["\(name)/\(count)"] ?? table[name]
  }

  /// Fills a template with its arguments.
  static func fill(_ form: String, _ arguments: [PythonCode]) -> PythonCode {
    var text = ""
    var rest = form[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      text += rest[..<open]
      let hole = rest[rest.index(after: open)..<close]
      let isFirst = text.isEmpty
      if hole == "*" {
        text += arguments.map(\.expression).joined(separator: ", ")
      } else if hole.hasSuffix("e"), let index = Int(hole.dropLast()), arguments.indices.contains(index) {
        let after = rest[rest.index(after: close)...]
        text += after.hasPrefix(".") ? arguments[index].receiver : arguments[index].expression
      } else if let index = Int(hole), arguments.indices.contains(index) {
        let after = rest[rest.index(after: close)...]
        if isFirst, after.isEmpty { return arguments[index] }
        text += after.hasPrefix(".") ? arguments[index].receiver : arguments[index].text
      }
      rest = rest[rest.index(after: close)...]
    }
    return PythonCode(text: text + rest)
  }
}
