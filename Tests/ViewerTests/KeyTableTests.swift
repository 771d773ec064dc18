import Terminal
import Testing
import Viewer

/// The keys that people know, and the long names that the palette takes: changing one is a decision, not an accident.
@Suite struct KeyTableTests {
  private static let table = #"""
    down | j ↓
    up | k ↑
    left | h ←
    right | l →
    page-down | Ctrl-F PgDn f
    page-up | Ctrl-B PgUp b
    half-page-down | Ctrl-D
    half-page-up | Ctrl-U
    line-down | Ctrl-E
    line-up | Ctrl-Y
    first-row | gg Home
    last-row | G End
    first-column | ^ 0
    last-column | $
    window-top | H
    window-middle | M
    window-bottom | L
    row-to-top | zt
    row-to-middle | zz
    row-to-bottom | zb
    cell-left | zh
    cell-right | zl
    go-to-column | c
    search | /
    search-backwards | ?
    search-everywhere | g/
    find-next | n
    find-previous | N
    next-same | #
    previous-same | *
    keep-same | ,
    drop-same | z,
    filter | &
    keep-found | z/
    sort-ascending | [ a
    sort-descending | ] d
    then-ascending | z[
    then-descending | z]
    mark | m
    select | s
    toggle | t
    select-all | gs
    toggle-all | gt
    select-none | gu
    mark-found | |
    hide | -
    show-all | gv
    move-left | {
    move-right | }
    freeze | !
    rename | zc
    fit | _
    usual-width | g_
    narrower | <
    wider | >
    wrap | v -S
    heat-map | zv
    values | V
    add-column | =
    expand | ( zM
    to-text | ~
    to-integer | z#
    to-float | %
    to-date | @
    to-datetime | z@
    change-type | z~
    aggregate | +
    aggregates | z+
    open | Enter
    open-cell | zEnter
    counts | F
    count-frozen | gF
    histogram | zF
    pivot | W
    describe | I
    marked | "
    previous-sheet | Ctrl-^
    next-sheet | Tab
    beside | Z
    transpose | T
    join | J
    compare | zJ
    plot | P
    undo | u
    redo | U
    reset | r
    reload | R
    again | .
    copy-cell | y
    copy-row | Y
    copy-column | zy
    copy-marked | gy
    open-link | zo
    save | Ctrl-S
    pipeline | D
    keep | Q
    information | Ctrl-G
    help | F1 z?
    palette | Space :
    redraw | Ctrl-L
    cancel | Ctrl-C
    suspend | Ctrl-Z
    close | q
    close-all | gq Ctrl-Q
    """#

  @Test func everyKeyHasItsLongName() throws {
    var expected: [String: String] = [:]
    for line in Self.table.split(separator: "\n") {
      let sides = line.split(separator: " | ", maxSplits: 1).map { $0.trimmingSpaces }
      try #require(sides.count == 2)
      expected[sides[0]] = sides[1]
    }
    var found: [String: String] = [:]
    for command in Command.all where !command.keys.isEmpty { found[command.name] = command.keys.joined(separator: " ") }
    #expect(found == expected)
  }

  /// Each sequence is read as its command, in the Latin layout and where it lies in the Russian one.
  @Test func everyKeyIsRead() throws {
    let russian = Dictionary(
      zip(
        "qwertyuiop[]asdfghjkl;'zxcvbnm,.`QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>~#",
        "йцукенгшщзхъфывапролджэячсмитьбюёЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ№")
    ) { first, _ in first }
    for command in Command.all {
      for keys in command.keys {
        let pressed = KeyName.split(keys).compactMap(KeyName.key)
        let elsewhere = pressed.map { key in
          if case .character(let letter) = key { Key.character(russian[letter] ?? letter) } else { key }
        }
        for sequence in [pressed, elsewhere] {
          var reader = KeyReader()
          var intents = sequence.flatMap { reader.press($0) }.map(\.intent)
          intents += reader.complete().map(\.intent)
          #expect(intents == [command.intent], "\(keys)")
        }
      }
    }
  }

  /// Every command is found by its whole name first, and in Russian.
  @Test func everyCommandIsFoundByName() {
    for command in Command.all {
      #expect(Command.matching(command.name).first?.name == command.name)
      #expect(Command.matching(command.russian).contains { $0.name == command.name })
    }
  }
}

extension Substring {
  fileprivate var trimmingSpaces: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
