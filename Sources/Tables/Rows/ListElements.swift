public import Diagnostics
import Parallelism

/// For every list, the elements whose condition is true; `conditions` has one row per element. Null for a null list.
public func filteredLists(_ column: Column, by conditions: Column) throws(Diagnostic) -> Column {
  let lists = try column.requireLists(for: "list_filter")
  let bits = conditions.values.bits
  let isTrue =
    conditions.type == .null
    ? Bitmap(repeating: false, count: conditions.count) : conditions.validity.map { $0 & bits } ?? bits
  let ranks = try BitmapRanks(isTrue)
  let offsets = (0..<lists.offsets.count).map { ranks[lists.offsets[$0]] }
  return Column(
    column.type, .list(ListValues(offsets: Buffer(offsets), child: try filter(lists.child, isTrue))),
    validity: column.rowValidity)
}

/// Lists of the same lengths with `values` as elements. Null for a null list.
public func replacedElements(of column: Column, by values: Column) throws(Diagnostic) -> Column {
  let lists = try column.requireLists(for: "list_map")
  return Column(
    .list(values.type), .list(ListValues(offsets: lists.offsets, child: values)), validity: column.rowValidity)
}

/// Lists of pairs of elements; null if one of the lists is null. If two lists have different lengths, the first such
/// row is returned and `lists` is empty.
public func zippedLists(_ a: Column, _ b: Column) throws(Diagnostic) -> (lists: Column, firstDifferent: Int?) {
  let validity = Bitmap.intersection(a.rowValidity, b.rowValidity)
  let rows = (0..<a.count).map { validity?[$0] ?? true ? UInt32($0) : missingRow }
  func whole(_ column: Column) throws(Diagnostic) -> ListValues {
    let lists = try column.requireLists(for: "list_zip")
    let known = Column(.list(lists.child.type), .list(lists))
    guard let own = try gather(known, rows: rows).values.lists else { return lists }
    let start = own.offsets[0]
    return ListValues(
      offsets: Buffer((0..<own.offsets.count).map { own.offsets[$0] - start }),
      child: own.child[start..<own.offsets[own.offsets.count - 1]])
  }
  let (x, y) = (try whole(a), try whole(b))
  let different = (0..<a.count).first { x.range($0).count != y.range($0).count }
  if let different { return (Column.nulls(.null, count: 0), different) }
  let type = DataType.structure([Field("first", x.child.type), Field("second", y.child.type)])
  let pairs = Column(type, .structure([x.child, y.child], count: x.child.count))
  return (Column(.list(type), .list(ListValues(offsets: x.offsets, child: pairs)), validity: validity), nil)
}
