/// The reference of everything as one Markdown page, written to `docs/REFERENCE.md`.
public func referenceManual() -> String {
  var manual = """
    # Reference

    Written by `lectern reference` from the declarations that the parser, `?` and Tab read too. `train`, `test`, \
    `products` and `actions` are the seminar's tables, `ease` and `tp` models fitted to `train`; every example is run by \
    the tests.


    """
  for chapter in helpChapters {
    manual += "- [\(chapter.title)](#\(chapter.title.lowercased())): "
    manual += chapter.topics.map { "`\($0.name)`" }.joined(separator: " ") + "\n"
  }
  for chapter in helpChapters {
    manual += "\n## \(chapter.title)\n\n\(chapter.introduction)\n"
    for topic in chapter.topics { manual += "\n#" + topic.page() }
  }
  return manual
}
