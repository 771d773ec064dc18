import Generators

extension ThriftTree {
  /// A structure's field, nil where there is none.
  subscript(field: Int) -> ThriftTree? {
    if case .structure(let fields) = self { fields.first { $0.field == field }?.value } else { nil }
  }

  /// A list's elements.
  var items: [ThriftTree] { if case .list(_, let items) = self { items } else { [] } }

  var binary: [UInt8]? { if case .binary(let bytes) = self { bytes } else { nil } }

  /// Fields of the structures at a path, through all elements of lists, under other numbers.
  func renaming(at path: some Collection<Int>, _ numbers: [Int: Int]) -> ThriftTree {
    switch self {
    case .list(let element, let items):
      return .list(element: element, items.map { $0.renaming(at: path, numbers) })
    case .structure(let fields):
      guard let next = path.first else {
        return .structure(fields.map { (numbers[$0.field] ?? $0.field, $0.value) }.sorted { $0.field < $1.field })
      }
      return .structure(
        fields.map { ($0.field, $0.field == next ? $0.value.renaming(at: path.dropFirst(), numbers) : $0.value) })
    default: return self
    }
  }
}
