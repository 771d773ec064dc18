/// The same key in another keyboard layout, found by its position.
///
/// For keys that are commands, never for text: whoever teaches in Russian does not switch layouts to leave a table.
public enum KeyboardLayout {
  private static let russian = Array("йцукенгшщзхъфывапролджэячсмитьбюёЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ№")
  private static let latin = Array("qwertyuiop[]asdfghjkl;'zxcvbnm,.`QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>~#")
  private static let latinByRussian = Dictionary(uniqueKeysWithValues: zip(russian, latin))

  /// The character of the key in the Latin layout (`й` → `q`, `Ж` → `:`); others stay as they are.
  public static func latin(_ character: Character) -> Character { latinByRussian[character] ?? character }
}

extension Key {
  /// The key as a command, whatever the layout.
  public var asCommand: Key {
    switch self {
    case .character(let character): .character(KeyboardLayout.latin(character))
    case .control(let character): .control(KeyboardLayout.latin(character))
    default: self
    }
  }
}
