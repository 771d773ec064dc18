package import Diagnostics
import Parallelism

/// The location of an S3 object: `s3://bucket/key`.
package struct S3Place: Sendable, Hashable {
  package var bucket: String
  package var key: String

  /// Whether a path begins with `s3://`.
  package static func isPlace(_ path: String) -> Bool { path.prefix(5).lowercased() == "s3://" }

  /// - Throws: if no bucket is named.
  package init(_ path: String) throws(Diagnostic) {
    let rest = path.dropFirst(5)
    bucket = String(rest.prefix { $0 != "/" })
    key = String(rest.dropFirst(bucket.count + 1))
    let isName = bucket.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
      default: false
      }
    }
    guard S3Place.isPlace(path), !bucket.isEmpty, isName else {
      throw Diagnostic("`\(path)` names no bucket", hint: "`s3://bucket/folder/orders.parquet` does")
    }
    guard !key.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
      throw Diagnostic("the address has a control character", hint: "write it without line ends and tabs")
    }
  }

  package init(bucket: String, key: String) { (self.bucket, self.key) = (bucket, key) }

  package var text: String { "s3://\(bucket)/\(key)" }
}

/// Makes signed requests to S3 or a compatible server.
package final class S3Client: Sendable {
  private let environment: AWSEnvironment
  private let endpoint: WebAddress?
  /// The region of the bucket, learnt from the server's responses.
  private let region: Mutex<String>

  /// - Parameter endpoint: takes precedence over the endpoint of the environment.
  package init(endpoint: String? = nil, _ environment: AWSEnvironment = .current()) throws(Diagnostic) {
    self.environment = environment
    self.endpoint = if let address = endpoint ?? environment.endpoint { try WebAddress(address) } else { nil }
    region = Mutex(environment.region)
    if environment.credentials != nil { try Digest.requireLibrary() }
  }

  var hasCredentials: Bool { environment.credentials != nil }

  package func request(
    _ method: String, _ place: S3Place, query: [(String, String)] = [], headers: [(name: String, value: String)] = [],
    body: RequestBody? = nil
  ) throws(Diagnostic) -> WebRequest {
    let region = region.withLock { $0 }
    let (base, path) = base(of: place, region)
    let encodedQuery = AWSSignature.encodedQuery(query)
    let address = try WebAddress(base + path + (encodedQuery.isEmpty ? "" : "?" + encodedQuery))
    var request = WebRequest(address)
    (request.method, request.body, request.headers) = (method, body, headers)
    // A signature is valid for one host and for one exact path.
    (request.followsRedirects, request.keepsPath) = (false, true)
    guard let credentials = environment.credentials else { return request }
    let signature = AWSSignature(credentials: credentials, region: region, service: "s3", date: AWSSignature.now())
    let digest = if let body { try Digest.sha256(body.bytes) } else { try Digest.sha256([]) }
    let hash = hexadecimal(digest)
    request.headers += [(name: "x-amz-content-sha256", value: hash), (name: "x-amz-date", value: signature.date)]
    if let token = credentials.token { request.headers.append((name: "x-amz-security-token", value: token)) }
    let authorization = try signature.authorization(
      method, path: path, query: query, headers: request.headers + [(name: "host", value: address.hostAndPort)],
      payloadHash: hash)
    request.headers.append((name: "Authorization", value: authorization))
    return request
  }

  /// Amazon's buckets are part of the host name if their names permit it; on other servers they are the first part of
  /// the path.
  private func base(of place: S3Place, _ region: String) -> (base: String, path: String) {
    let key = "/" + AWSSignature.encoded(place.key, keepsSlashes: true)
    let inPath = "/" + place.bucket + (place.key.isEmpty ? "/" : key)
    if let endpoint {
      let text = endpoint.text.hasSuffix("/") ? String(endpoint.text.dropLast()) : endpoint.text
      guard let slash = text.dropFirst(8).firstIndex(of: "/") else { return (text, inPath) }
      return (String(text[..<slash]), text[slash...] + inPath)
    }
    let domain = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
    let isHost = !place.bucket.contains(".") && !place.bucket.contains("_") && place.bucket == place.bucket.lowercased()
    return isHost
      ? ("https://\(place.bucket).s3.\(region).\(domain)", key) : ("https://s3.\(region).\(domain)", inPath)
  }

  /// Interprets a response without success: a redirect to another region, or an error of S3.
  func meaning(of answer: Refusal, _ place: S3Place) throws(Diagnostic) -> RefusalMeaning {
    let text = String(decoding: answer.body, as: UTF8.self)
    let code = XMLText.first("Code", in: text)
    let named = answer.head["x-amz-bucket-region"] ?? XMLText.first("Region", in: text)
    if [301, 307, 400, 403].contains(answer.head.status), let named, !named.isEmpty, endpoint == nil,
      named.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D })
    {
      let isNews = region.withLock { region in
        defer { region = named }
        return region != named
      }
      if isNews { return .again }
    }
    guard let error = failure(answer.head.status, code, place) else { return .failure }
    throw error
  }

  private func failure(_ status: Int, _ code: String?, _ place: S3Place) -> Diagnostic? {
    let name = place.text
    switch code ?? "" {
    case "NoSuchBucket":
      return Diagnostic("there is no bucket `\(place.bucket)`", hint: "look for a misspelling in its name", place: name)
    case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "AuthorizationHeaderMalformed":
      return Diagnostic(
        "the credentials for `\(name)` are wrong: the server answers \(code ?? "")",
        hint: "set `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or fill the file `~/.aws/credentials`",
        place: name)
    case "ExpiredToken", "TokenRefreshRequired":
      return Diagnostic(
        "the credentials for `\(name)` have expired", hint: "renew `AWS_SESSION_TOKEN`, and start again", place: name)
    case "RequestTimeTooSkewed":
      return Diagnostic(
        "the clock of this machine is wrong: `\(name)` takes no signature with its time", hint: "`timedatectl`",
        place: name)
    default: break
    }
    guard status == 403 else { return status == 404 ? .noObject(name) : nil }
    if hasCredentials {
      return Diagnostic(
        "these credentials may not access `\(name)`", hint: "`AWS_PROFILE` chooses others", place: name)
    }
    return Diagnostic(
      "`\(name)` is not public, and no credentials are set",
      hint: "set `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or fill the file `~/.aws/credentials`",
      place: name)
  }

  /// Makes a request with a short response.
  package func message(
    _ method: String, _ place: S3Place, query: [(String, String)] = [], body: [UInt8]? = nil,
    meaning: @escaping (Refusal) throws(Diagnostic) -> RefusalMeaning = { _ in .failure }
  ) throws(Diagnostic) -> MessageJob {
    let content = body.map { RequestBody($0) }
    let job = MessageJob(name: place.text) { () throws(Diagnostic) in
      try self.request(method, place, query: query, body: content)
    } meaning: { (answer) throws(Diagnostic) in
      if case .complete = try meaning(answer) { return .complete }
      return try self.meaning(of: answer, place)
    }
    try Transfers.perform([job])
    return job
  }
}

/// An object in a bucket.
package struct S3Origin: RemoteOrigin {
  private let client: S3Client
  private let place: S3Place

  package init(_ client: S3Client, _ place: S3Place) { (self.client, self.place) = (client, place) }

  package var name: String { place.text }

  package func request(_ headers: [(name: String, value: String)]) throws(Diagnostic) -> WebRequest {
    try client.request("GET", place, headers: headers)
  }

  package func meaning(of refusal: Refusal) throws(Diagnostic) -> RefusalMeaning {
    try client.meaning(of: refusal, place)
  }
}

extension Diagnostic {
  /// An error for an object that does not exist.
  package static func noObject(_ name: String) -> Diagnostic {
    Diagnostic("there is no `\(name)`", hint: "look for a misspelling behind the bucket", place: name)
  }
}
