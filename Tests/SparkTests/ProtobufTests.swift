import Diagnostics
import Generators
import Spark
import Testing

/// The wire format by itself: what is written is read again, and nothing that is sent can do harm.
@Suite struct ProtobufTests {
  @Test func `what is written is read again`() throws {
    let bytes = ProtobufWriter.message { message in
      message.write(1, -7 as Int64)
      message.write(2, true)
      message.write(3, 0.5)
      message.write(4, Float(0.25))
      message.write(5, "сок")
      message.write(600) { $0.write(1, Int64.max) }
    }
    var reader = ProtobufReader(bytes)
    #expect(try reader.next() == 1)
    #expect(try reader.integer() == -7)
    #expect(try reader.next() == 2)
    #expect(try reader.bool())
    #expect(try reader.next() == 3)
    #expect(try reader.double() == 0.5)
    #expect(try reader.next() == 4)
    #expect(try reader.float() == 0.25)
    #expect(try reader.next() == 5)
    #expect(try reader.text() == "сок")
    #expect(try reader.next() == 600)
    var inner = try reader.message()
    #expect(try inner.next() == 1)
    #expect(try inner.integer() == .max)
    #expect(try reader.next() == nil)
  }

  @Test(
    arguments: [
      [0x08], [0x08, 0x80], [0x0A, 0x05, 0x01], [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
      [0x09, 1, 2, 3], [0x0D, 1], [0x0B], [0x00, 0x01],
      [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02],
    ] as [[UInt8]])
  func `what is cut or too long is refused`(bytes: [UInt8]) {
    #expect(throws: Diagnostic.self) {
      var reader = ProtobufReader(bytes)
      while try reader.next() != nil {}
    }
  }

  @Test func `a value is read as what it is`() throws {
    var reader = ProtobufReader([0x08, 0x01])
    #expect(try reader.next() == 1)
    #expect(throws: Diagnostic.self) { try reader.text() }
    #expect(throws: Diagnostic.self) { try reader.double() }
  }

  @Test func `messages are put together from pieces of any size`() throws {
    let messages: [[UInt8]] = [[1, 2, 3], [], Array(repeating: 7, count: 300)]
    let stream = messages.flatMap(MessageReader.framed)
    for size in [1, 2, 4, 7, 1000] {
      var reader = MessageReader()
      var found: [[UInt8]] = []
      for start in stride(from: 0, to: stream.count, by: size) {
        try Array(stream[start..<min(stream.count, start + size)]).withUnsafeBytes { piece in
          try reader.add(piece) { found.append(Array($0)) }
        }
      }
      #expect(found == messages)
      #expect(reader.isEmpty)
    }
  }

  @Test func `a message that is compressed, or larger than any, is refused`() {
    for start: [UInt8] in [[1, 0, 0, 0, 0], [0, 0xFF, 0, 0, 0]] {
      #expect(throws: Diagnostic.self) {
        var reader = MessageReader()
        try start.withUnsafeBytes { bytes in try reader.add(bytes) { _ in } }
      }
    }
  }

  @Test func `random bytes do no harm`() {
    var random = SplitMix(seed: 5)
    for _ in 0..<2_000 {
      let bytes = (0..<Int.random(in: 0..<60, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      _ = try? SparkAnswer(bytes[...])
      _ = try? SparkType.schema(ofAnswer: bytes[...])
      _ = try? sparkVersion(ofAnswer: bytes[...])
    }
  }
}
