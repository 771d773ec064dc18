import Terminal
import Testing

@Suite struct KeyTests {
  @Test(arguments: [
    (0x03, Key.control("c")), (0x0D, .enter), (0x0A, .enter), (0x09, .tab), (0x1B, .escape), (0x7F, .backspace),
    (0x1E, .control("^")), (0x41, .character("A")), (0x439, .character("й")), (0xD800, .other),
  ])
  func scalarsBecomeKeys(scalar: Int, key: Key) { #expect(Key(scalar: UInt32(scalar)) == key) }

  @Test func commandsDoNotDependOnTheLayout() {
    #expect(Key.character("й").asCommand == .character("q"))
    #expect(Key.character("П").asCommand == .character("G"))
    #expect(Key.character("Ж").asCommand == .character(":"))
    #expect(Key.character("ъ").asCommand == .character("]"))
    #expect(Key.character("q").asCommand == .character("q"))
    #expect(Key.up.asCommand == .up)
    #expect(String("фильтр".map(KeyboardLayout.latin)) == "abkmnh")
    #expect(String("ашдеук".map(KeyboardLayout.latin)) == "filter")
  }
}
