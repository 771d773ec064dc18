/// The style of a part of the typed line.
public struct LineStyle: Sendable, Hashable {
  /// UTF-8 offsets into the line.
  public var range: Range<Int>
  /// The parameters of `ESC [ … m`.
  public var graphicRendition: String

  public init(range: Range<Int>, graphicRendition: String) {
    (self.range, self.graphicRendition) = (range, graphicRendition)
  }
}
