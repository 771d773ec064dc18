/// The values of a column in memory: an immutable run of one fixed-width type that can be cut without copying.
///
/// Kernels open `span` once and loop over it. A slice keeps its parent's memory alive: results that are kept for long
/// (variables, `Out`) are copied down by `compacted`.
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

  @inlinable public var span: Span<Element> {
    @_lifetime(borrow self) borrowing get { _overrideLifetime(slice.span, borrowing: self) }
  }

  /// The values as an array, without a copy where the buffer is a whole one.
  @inlinable public var array: [Element] { Array(slice) }

  /// The bytes the values take.
  public var byteCount: Int { count * MemoryLayout<Element>.stride }

  @inlinable public func withUnsafeBufferPointer<Result>(
    _ body: (UnsafeBufferPointer<Element>) throws -> Result
  ) rethrows -> Result { try slice.withUnsafeBufferPointer(body) }
}

extension Buffer: Equatable where Element: Equatable {
  public static func == (left: Buffer, right: Buffer) -> Bool { left.slice.elementsEqual(right.slice) }
}
