import Diagnostics
import Testing

import Transfer

/// Addresses, heads of answers, ranges and pauses: what needs no server.
@Suite struct AddressTests {
  @Test(arguments: [
    (
      "https://example.org/a b.parquet", "https://example.org/a%20b.parquet", "https://example.org/a b.parquet",
      "example.org"
    ),
    ("HTTPS://example.org", "https://example.org/", "https://example.org", "example.org"),
    ("http://me:secret@host:8080/x?sig=abc#part", "http://me:secret@host:8080/x?sig=abc", "http://host:8080/x", "host"),
    (
      "http://[::1]:80/заказы.csv", "http://[::1]:80/%D0%B7%D0%B0%D0%BA%D0%B0%D0%B7%D1%8B.csv",
      "http://[::1]:80/заказы.csv", "[::1]"
    ),
    ("https://host?x=1", "https://host/?x=1", "https://host", "host"),
  ])
  func `an address is taken apart`(_ typed: String, _ text: String, _ shown: String, _ host: String) throws {
    let address = try WebAddress(typed)
    #expect(address.text == text && address.shown == shown && address.host == host)
  }

  @Test(arguments: [
    "https://", "https:///a", "http://a b/c", "http://x/\r\nHost: y", "ftp://host/a", "orders.csv", "http://@/",
  ])
  func `what is no address is refused`(_ typed: String) {
    #expect(throws: Diagnostic.self) { try WebAddress(typed) }
  }

  @Test func `a file has the last part of its path as a name`() throws {
    #expect(try WebAddress("https://host/a/b.csv?x=/y").fileName == "b.csv")
    #expect(try WebAddress("https://host").fileName == "host")
  }

  @Test(
    arguments: [
      ("bytes 0-99/100", 0..<100, 100), ("bytes 5-5/*", 5..<6, nil), ("bytes 9-5/100", nil, nil),
      ("bytes 0-100/100", nil, nil), ("bytes */100", nil, nil), ("items 0-9/10", nil, nil),
      ("bytes 0-9223372036854775807/*", nil, nil), ("bytes -1-5/9", nil, nil), ("", nil, nil),
    ] as [(String, Range<Int>?, Int?)])
  func `a range of an answer is read`(_ text: String, _ range: Range<Int>?, _ size: Int?) {
    var head = ResponseHead()
    head.read("HTTP/1.1 206 Partial Content\r\n")
    head.read("Content-Range: \(text)\r\n")
    #expect(head.status == 206 && head.contentRange?.range == range && head.contentRange?.size == size)
  }

  @Test func `a later head replaces an earlier one`() {
    var head = ResponseHead()
    for line in ["HTTP/1.1 302 Found\r\n", "ETag: \"a\"\r\n", "\r\n", "HTTP/2 200\r\n", "Content-Length: -4\r\n"] {
      head.read(line)
    }
    #expect(head.status == 200 && head["etag"] == nil && head.contentLength == nil)
  }

  @Test func `small gaps are closed as long as little is wasted`() {
    var fetched = FetchedRanges()
    #expect(fetched.requests(for: [100..<200, 150..<300, 1000..<2000]) == [100..<2000])
    #expect(fetched.requests(for: [0..<10, 1_000_000..<1_000_010]) == [0..<10, 1_000_000..<1_000_010])
    fetched.insert(0..<1000)
    fetched.insert(2000..<3000)
    #expect(fetched.contains(5..<900) && !fetched.contains(900..<1001))
    #expect(fetched.requests(for: [500..<2500]) == [1000..<2000])
    #expect(fetched.requests(for: [10..<20, 2500..<3000, 7..<7]).isEmpty)
    // Half a megabyte is wasted at most, however many gaps there are.
    let columns = (10..<40).map { $0 * 200_000..<$0 * 200_000 + 100_000 }
    var other = FetchedRanges()
    let requests = other.requests(for: columns)
    #expect(requests.count == 25)
    #expect(requests.reduce(0) { $0 + $1.count } == 30 * 100_000 + 5 * 100_000)
    #expect(other.requests(for: columns).count == 30)
  }

  @Test func `large ranges are cut, and nothing is lost`() {
    var fetched = FetchedRanges()
    for size in [1, 8_388_608, 16_777_215, 16_777_216, 100_000_007, Int.max - 1] where size < 1 << 40 {
      let requests = fetched.requests(for: [3..<3 + size])
      #expect(requests.first?.lowerBound == 3 && requests.last?.upperBound == 3 + size)
      #expect(zip(requests, requests.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
      #expect(requests.allSatisfy { $0.count < 1 << 24 })
    }
  }

  @Test func `pauses grow, and end`() {
    let policy = TransferPolicy()
    #expect(
      (1...5).map { policy.pause(after: $0) } == [
        .milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2), nil,
      ])
    #expect(policy.pause(after: 1, wish: 3) == .seconds(3))
    #expect(policy.pause(after: 1, wish: 3600) == nil)
    #expect(policy.pause(after: 1, wish: -5) == .milliseconds(250))
  }
}
