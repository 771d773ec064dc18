import Tables

struct PolarsTable {
  init(_ excerpt: TableExcerpt, _ style: TableStyle) {
    self.excerpt = excerpt
    self.style = style
  }
  let excerpt: TableExcerpt
  let style: TableStyle
  var styledText: StyledText { LecternTable(excerpt, style).styledText }
}
