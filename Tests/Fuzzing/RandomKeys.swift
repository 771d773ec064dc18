import Generators
import Viewer

/// Random keys for the viewer, in the notation of scripts: the keys of its commands, and texts for its prompts.
enum RandomKeys {
  private static let pieces: [String] =
    Command.all.flatMap(\.keys).map { keys in
      KeyName.split(keys).map { $0.count == 1 ? $0 : "<\($0)>" }.joined()
    }
    // An angle bracket before a letter would begin the name of a key.
    .map { $0 == "<" ? "<<Esc>" : $0 }
    + [
      "<Enter>", "<Esc>", "<Tab>", "<Ctrl-C>", "<Size 20x5>", "<Size 1x1>", "<Size 200x50>", "3", "12", "ы", "\"",
      "&k == 1<Enter>", "&nothing<Enter>", "=y = k * 2<Enter>", "=k = null<Enter>", "zc<Ctrl-U>q<Enter>", "/1<Enter>",
      "g/a<Enter>", "cday<Enter>", ":describe<Enter>", "&day > date(2024, 1, 1)<Enter>", "&c5 in [1, 2]<Enter>",
      "zc<Ctrl-U>a`b<Enter>", "=z = c5 // 0<Enter>", "<Ctrl-S>", "3!", "fq<Enter>",
    ]

  static func script(_ random: inout SplitMix, count: Int) -> String {
    random.some(0...count) { $0.pick(pieces) }.joined()
  }
}
