package import Diagnostics
import Parallelism

extension S3Client {
  /// Whether an object exists.
  package func exists(_ place: S3Place) throws(Diagnostic) -> Bool {
    let job = try message("HEAD", place) { answer in answer.head.status == 404 ? .complete : .failure }
    return job.head.status == 200
  }

  /// Writes an object atomically. Large objects are uploaded in parts, which become visible when all are complete.
  ///
  /// - Parameter owner: keeps the bytes alive and in place.
  package func upload(_ bytes: UnsafeRawBufferPointer, of owner: AnyObject, to place: S3Place) throws(Diagnostic) {
    guard bytes.count > S3Client.smallestPart else {
      return try perform([UploadJob(self, place, RequestBody(bytes, of: owner), query: [])], place)
    }
    let answer = try message("POST", place, query: [("uploads", "")], body: [])
    guard let id = XMLText.first("UploadId", in: String(decoding: answer.body, as: UTF8.self)) else {
      throw Diagnostic("`\(place.text)`: the server does not take parts of an object", place: place.text)
    }
    do throws(Diagnostic) {
      let jobs = parts(of: bytes).enumerated().map { number, part in
        UploadJob(
          self, place, RequestBody(UnsafeRawBufferPointer(rebasing: bytes[part]), of: owner),
          query: [("partNumber", "\(number + 1)"), ("uploadId", id)])
      }
      try perform(jobs, place)
      try complete(place, id, jobs.map(\.tag))
    } catch {
      abandon(place, id)
      throw error
    }
  }

  private func perform(_ jobs: [UploadJob], _ place: S3Place) throws(Diagnostic) {
    try Transfers.perform(jobs, title: "writing \(place.text)")
  }

  /// Splits bytes into equal parts; S3 allows at most ten thousand.
  private func parts(of bytes: UnsafeRawBufferPointer) -> [Range<Int>] {
    let size = max(S3Client.smallestPart, bytes.count / 9_000 + 1)
    return stride(from: 0, to: bytes.count, by: size).map { $0..<min(bytes.count, $0 + size) }
  }

  private static let smallestPart = 1 << 23

  private func complete(_ place: S3Place, _ id: String, _ tags: [String]) throws(Diagnostic) {
    var body = "<CompleteMultipartUpload>"
    for (number, tag) in tags.enumerated() {
      let escaped = tag.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
      body += "<Part><PartNumber>\(number + 1)</PartNumber><ETag>\(escaped)</ETag></Part>"
    }
    body += "</CompleteMultipartUpload>"
    let answer = try message("POST", place, query: [("uploadId", id)], body: Array(body.utf8))
    // S3 may report an error in the body of a response with status 200.
    let text = String(decoding: answer.body, as: UTF8.self)
    guard XMLText.all("Error", in: text, limit: 1).isEmpty else {
      throw Diagnostic(
        "`\(place.text)` was not written: the server answers \(XMLText.first("Code", in: text) ?? "with an error")",
        hint: "try again later", place: place.text)
    }
  }

  /// Asks the server to delete the uploaded parts. Errors are ignored, and a cancellation does not stop it.
  private func abandon(_ place: S3Place, _ id: String) {
    var policy = TransferPolicy.current
    (policy.attempts, policy.connectSeconds, policy.stallSeconds) = (1, 5, 5)
    TransferPolicy.$current.withValue(policy) {
      Cancellation.$current.withValue(Cancellation()) {
        _ = try? message("DELETE", place, query: [("uploadId", id)])
      }
    }
  }
}

/// The upload of an object or of one part.
private final class UploadJob: TransferJob {
  private let client: S3Client
  private let place: S3Place
  private let body: RequestBody
  private let query: [(String, String)]
  private(set) var tag = ""
  private(set) var receivedCount = 0

  init(_ client: S3Client, _ place: S3Place, _ body: RequestBody, query: [(String, String)]) {
    (self.client, self.place, self.body, self.query) = (client, place, body, query)
  }

  var name: String { place.text }
  var expectedCount: Int { body.bytes.count }

  func nextRequest() throws(Diagnostic) -> WebRequest { try client.request("PUT", place, query: query, body: body) }
  func begin(_ head: ResponseHead) { tag = head["etag"] ?? "" }
  func receive(_ bytes: UnsafeRawBufferPointer) {}

  func end(_ head: ResponseHead) -> Bool {
    receivedCount = body.bytes.count
    return true
  }

  func refused(_ answer: Refusal) throws(Diagnostic) -> RefusalMeaning { try client.meaning(of: answer, place) }
}
