/// The values of a column in memory: immutable, contiguous, of one fixed-width type. Slicing does not copy.
///
/// Kernels get `span` once and loop over it. A slice keeps the whole memory of its parent alive; results that are kept
/// for long (variables, `Out`) are copied by `compacted`.
public struct Buffer<Element: BitwiseCopyable & Sendable>: Sendable {
  @usableFromInline let slice: ArraySlice<Element>

  @inlinable public init(_ array: [Element]) { slice = array[...] }
  @inlinable public init(_ slice: ArraySlice<Element>) { self.slice = slice }

  @inlinable public init(repeating value: Element, count: Int) { slice = Array(repeating: value, count: count)[...] }

  @inlinable public var count: Int { slice.count }
  @inlinable public var isEmpty: Bool { slice.isEmpty }

  @inlinable public subscript(index: Int) -> Element { slice[slice.startIndex + index] }

  /// The rows of `range`, sharing memory.
  @inlinable public subscript(range: Range<Int>) -> Buffer {
    Buffer(slice[slice.startIndex + range.lowerBound..<slice.startIndex + range.upperBound])
  }

  /// The values for a loop without copies and without reference counting.
  @inlinable public var span: Span<Element> {
    @_lifetime(borrow self) borrowing get { _overrideLifetime(slice.span, borrowing: self) }
  }

  /// The values as an array, without a copy unless the buffer is a slice.
  @inlinable public var array: [Element] { Array(slice) }

  /// The size of the values in bytes.
  public var byteCount: Int { count * MemoryLayout<Element>.stride }

  @inlinable public func withUnsafeBufferPointer<Result>(
    _ body: (UnsafeBufferPointer<Element>) throws -> Result
  ) rethrows -> Result { try slice.withUnsafeBufferPointer(body) }
}

extension Buffer: Equatable where Element: Equatable {
  public static func == (left: Buffer, right: Buffer) -> Bool { left.slice.elementsEqual(right.slice) }
}
