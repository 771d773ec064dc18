/// Maps keys of another keyboard layout to Latin ones by their position.
///
/// Only for command keys, never for text: so a Russian-speaking teacher need not switch layouts for commands.
public enum KeyboardLayout {
  private static let russian = Array("йцукенгшщзхъфывапролджэячсмитьбюёЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ№")
  private static let latin = Array("qwertyuiop[]asdfghjkl;'zxcvbnm,.`QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>~#")
  private static let latinByRussian = Dictionary(uniqueKeysWithValues: zip(russian, latin))

  /// The Latin character on the same key (`й` → `q`, `Ж` → `:`); other characters are unchanged.
  public static func latin(_ character: Character) -> Character { latinByRussian[character] ?? character }
}

extension Key {
  /// The key as a command in the Latin layout.
  public var asCommand: Key {
    switch self {
    case .character(let character): .character(KeyboardLayout.latin(character))
    case .control(let character): .control(KeyboardLayout.latin(character))
    default: self
    }
  }
}
