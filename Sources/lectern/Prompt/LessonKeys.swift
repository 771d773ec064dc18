import Notebook
import Terminal

/// The keys of a lesson. Page Down and Page Up, which a presenter's remote control sends, are synonyms of two of
/// them.
enum LessonKeys {
  static let all: [(key: Key, meaning: Lesson.Key)] = [
    (.function(8), .next), (.pageDown, .next), (.function(7), .back), (.pageUp, .back), (.function(6), .map),
    (.function(9), .answer),
  ]

  static func meaning(of key: Key) -> Lesson.Key? { all.first { $0.key == key }?.meaning }

  static func name(_ meaning: Lesson.Key) -> String {
    guard case .function(let number)? = all.first(where: { $0.meaning == meaning })?.key else { return "" }
    return "F\(number)"
  }
}
