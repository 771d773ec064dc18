import Diagnostics
import Parallelism
import TestSupport
import Testing

import Transfer

/// Signatures against what Amazon publishes, and objects behind a server of this machine.
@Suite struct S3Tests {
  /// Cases of Amazon's `aws-sig-v4-test-suite`: get-vanilla, get-vanilla-query-order-key-case, get-unreserved, get-utf8,
  /// post-vanilla.
  @Test(
    arguments: [
      ("GET", "/", [], "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
      (
        "GET", "/", [("Param2", "value2"), ("Param1", "value1")],
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
      ),
      (
        "GET", "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", [],
        "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"
      ),
      ("GET", "/ሴ", [], "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
      ("POST", "/", [], "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
    ] as [(String, String, [(String, String)], String)])
  func `requests of the test suite are signed as published`(
    _ method: String, _ path: String, _ query: [(String, String)], _ signature: String
  ) throws {
    let signer = AWSSignature(
      credentials: AWSCredentials(keyID: "AKIDEXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
      region: "us-east-1", service: "service", date: "20150830T123600Z")
    let found = try signer.authorization(
      method, path: AWSSignature.encoded(path, keepsSlashes: true), query: query,
      headers: [("Host", "example.amazonaws.com"), ("X-Amz-Date", "20150830T123600Z")],
      payloadHash: hexadecimal(try Digest.sha256([])))
    #expect(
      found == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        + "SignedHeaders=host;x-amz-date, Signature=\(signature)")
  }

  /// The examples of Amazon's page “Signature Calculations for the Authorization Header”.
  @Test(
    arguments: [
      (
        "GET", "/test.txt", [], [("Range", "bytes=0-9")], "",
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
      ),
      (
        "PUT", "/test$file.text", [],
        [("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
        "Welcome to Amazon S3.", "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
      ),
      ("GET", "/", [("lifecycle", "")], [], "", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
      (
        "GET", "/", [("prefix", "J"), ("max-keys", "2")], [], "",
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
      ),
    ] as [(String, String, [(String, String)], [(String, String)], String, String)])
  func `requests to S3 are signed as published`(
    _ method: String, _ path: String, _ query: [(String, String)], _ headers: [(String, String)], _ body: String,
    _ signature: String
  ) throws {
    let signer = AWSSignature(
      credentials: AWSCredentials(keyID: "AKIAIOSFODNN7EXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
      region: "us-east-1", service: "s3", date: "20130524T000000Z")
    let hash = hexadecimal(try Digest.sha256(Array(body.utf8)))
    let found = try signer.authorization(
      method, path: AWSSignature.encoded(path, keepsSlashes: true), query: query,
      headers: headers.map { (name: $0.0, value: $0.1) } + [
        ("Host", "examplebucket.s3.amazonaws.com"), ("x-amz-content-sha256", hash), ("x-amz-date", "20130524T000000Z"),
      ], payloadHash: hash)
    #expect(found.hasSuffix("Signature=" + signature))
  }

  @Test func `digests are those of the standards`() throws {
    #expect(
      hexadecimal(try Digest.sha256(Array("abc".utf8)))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    // RFC 4231, case 2.
    #expect(
      hexadecimal(try Digest.hmac(key: Array("Jefe".utf8), "what do ya want for nothing?"))
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
  }

  @Test func `variables come before files`() {
    let files = [
      "/home/me/.aws/credentials": """
      # mine
      [default]
      aws_access_key_id = A
      aws_secret_access_key=B=
      [work]
      aws_access_key_id=C
      aws_secret_access_key = D
      aws_session_token = T
      """,
      "/home/me/.aws/config": """
      [default]
      region = eu-north-1
      s3 =
        endpoint_url = http://inner
      [profile work]
      region=eu-west-3
      endpoint_url = http://minio:9000
      """,
    ]
    func read(_ variables: [String: String]) -> AWSEnvironment {
      var variables = variables
      variables["HOME"] = "/home/me"
      return AWSEnvironment(variable: { variables[$0] }, file: { files[$0] })
    }
    let own = AWSEnvironment(
      credentials: AWSCredentials(keyID: "A", secret: "B="), region: "eu-north-1", endpoint: nil)
    #expect(read([:]) == own)
    let work = AWSEnvironment(
      credentials: AWSCredentials(keyID: "C", secret: "D", token: "T"), region: "eu-west-3",
      endpoint: "http://minio:9000")
    #expect(read(["AWS_PROFILE": "work"]) == work)
    let said = read([
      "AWS_ACCESS_KEY_ID": "X", "AWS_SECRET_ACCESS_KEY": "Y", "AWS_REGION": "us-west-1",
      "AWS_ENDPOINT_URL_S3": "https://r2",
    ])
    #expect(said.credentials == AWSCredentials(keyID: "X", secret: "Y") && said.region == "us-west-1")
    #expect(said.endpoint == "https://r2")
    #expect(read(["AWS_PROFILE": "none"]).credentials == nil)
    #expect(AWSEnvironment(variable: { _ in nil }, file: { _ in nil }).region == "us-east-1")
  }

  @Test(arguments: [
    ("s3://bucket/a b/c.parquet", "https://bucket.s3.eu-west-1.amazonaws.com/a%20b/c.parquet"),
    ("s3://my.bucket/x+y=1/../z", "https://s3.eu-west-1.amazonaws.com/my.bucket/x%2By%3D1/../z"),
    ("S3://Bucket/", "https://s3.eu-west-1.amazonaws.com/Bucket/"),
  ])
  func `a bucket is a host of its own where it can be`(_ path: String, _ address: String) throws {
    let environment = AWSEnvironment(
      credentials: AWSCredentials(keyID: "A", secret: "B", token: "T"), region: "eu-west-1", endpoint: nil)
    let request = try S3Client(environment).request("GET", S3Place(path))
    #expect(request.address.text == address && request.keepsPath && !request.followsRedirects)
    #expect(request.headers.map(\.name).suffix(2) == ["x-amz-security-token", "Authorization"])
    let other = try S3Client(endpoint: "http://localhost:9000/base/", environment).request("GET", S3Place(path))
    #expect(other.address.text.hasPrefix("http://localhost:9000/base/" + path.dropFirst(5).prefix { $0 != "/" } + "/"))
  }

  private let environment = AWSEnvironment(
    credentials: AWSCredentials(keyID: "A", secret: "B"), region: "us-east-1", endpoint: nil)

  private func patiently<Result>(_ work: () throws -> Result) rethrows -> Result {
    var policy = TransferPolicy()
    policy.firstPause = .zero
    return try TransferPolicy.$current.withValue(policy) { try work() }
  }

  /// A server that keeps objects, takes parts, and checks nothing.
  private final class Bucket: Sendable {
    let parts = Mutex<[Int: [UInt8]]>([:])
    let object = Mutex<[UInt8]?>(nil)
    let wasAbandoned = Mutex(false)
    let failsAt: Int?

    init(failsAt: Int? = nil) { self.failsAt = failsAt }

    func answer(_ request: TestRequest, _ number: Int) -> TestAnswer {
      let query = request.path.split(separator: "?").dropFirst().first.map(String.init) ?? ""
      switch request.method {
      case "POST" where query == "uploads=":
        return TestAnswer(body: Array("<R><UploadId>id&amp;1</UploadId></R>".utf8))
      case "POST":
        let count = String(decoding: request.body, as: UTF8.self).components("<Part>")
        let whole = parts.withLock { parts in (1...max(1, parts.count)).flatMap { parts[$0] ?? [] } }
        object.withLock { $0 = count == parts.withLock { $0.count } ? whole : nil }
        return TestAnswer(body: Array("<CompleteMultipartUploadResult/>".utf8))
      case "PUT" where query.isEmpty:
        object.withLock { $0 = request.body }
        return TestAnswer(200)
      case "PUT":
        let part = Int(query.dropFirst("partNumber=".count).prefix { $0 != "&" }) ?? 0
        if part == failsAt { return TestAnswer(403, body: Array("<Error><Code>AccessDenied</Code></Error>".utf8)) }
        // Each first attempt fails.
        guard parts.withLock({ $0.updateValue(request.body, forKey: part) }) != nil else { return TestAnswer(503) }
        return TestAnswer(200, [("ETag", "\"\(part)\"")])
      case "DELETE":
        wasAbandoned.withLock { $0 = query == "uploadId=id%261" }
        return TestAnswer(204)
      default: return TestAnswer(404)
      }
    }
  }

  private func upload(_ count: Int, to bucket: Bucket) throws -> [UInt8] {
    let content = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 9) }
    let server = try TestServer(bucket.answer)
    let body = RequestBody(content)
    try patiently {
      try S3Client(endpoint: server.address, environment).upload(
        body.bytes, of: body, to: S3Place("s3://bucket/a.bin"))
    }
    return content
  }

  @Test(arguments: [0, 5, 9_000_000]) func `an object arrives whole`(_ count: Int) throws {
    let bucket = Bucket()
    let content = try upload(count, to: bucket)
    #expect(bucket.object.withLock { $0 == content })
  }

  @Test func `an upload that fails is abandoned`() throws {
    let bucket = Bucket(failsAt: 2)
    let error = #expect(throws: Diagnostic.self) { try upload(9_000_000, to: bucket) }
    #expect(error?.message == "these credentials may not access `s3://bucket/a.bin`")
    #expect(bucket.wasAbandoned.withLock { $0 } && bucket.object.withLock { $0 == nil })
  }

  @Test func `keys are listed page by page`() throws {
    let server = try TestServer { request, number in
      let isFirst = !request.path.contains("continuation-token=t%2F1")
      let keys = isFirst ? ["a/%D0%B7.csv", "a/b+c.csv"] : ["a/1&amp;2.csv"]
      let body =
        "<EncodingType>url</EncodingType><IsTruncated>\(isFirst)</IsTruncated>"
        + (isFirst ? "<NextContinuationToken>t/1</NextContinuationToken>" : "")
        + keys.map { "<Contents><Key>\($0)</Key></Contents>" }.joined()
      return TestAnswer(body: Array(body.utf8))
    }
    let client = try S3Client(endpoint: server.address, environment)
    #expect(try client.keys(in: "bucket", beginningWith: "a/") == ["a/1&2.csv", "a/b c.csv", "a/з.csv"])
    #expect(server.requests.allSatisfy { $0.headers["authorization"]?.hasPrefix("AWS4-HMAC-SHA256") == true })
  }

  @Test(arguments: [
    (403, "InvalidAccessKeyId", "the credentials for `s3://bucket/a` are wrong: the server answers InvalidAccessKeyId"),
    (403, "AccessDenied", "these credentials may not access `s3://bucket/a`"),
    (400, "ExpiredToken", "the credentials for `s3://bucket/a` have expired"),
    (404, "NoSuchBucket", "there is no bucket `bucket`"), (404, "NoSuchKey", "there is no `s3://bucket/a`"),
    (
      403, "RequestTimeTooSkewed",
      "the clock of this machine is wrong: `s3://bucket/a` takes no signature with its time"
    ),
    (418, "Teapot", "`s3://bucket/a`: the server answers 418 Answer"),
  ])
  func `what S3 answers is said`(_ status: Int, _ code: String, _ message: String) throws {
    let server = try TestServer { _, _ in TestAnswer(status, body: Array("<Error><Code>\(code)</Code></Error>".utf8)) }
    let client = try S3Client(endpoint: server.address, environment)
    let error = #expect(throws: Diagnostic.self) {
      try patiently { try RemoteFile(opening: S3Origin(client, S3Place("s3://bucket/a"))) }
    }
    #expect(error?.message == message && error?.hint != nil)
  }
}

extension String {
  /// How often a text stands in it.
  fileprivate func components(_ part: String) -> Int { ranges(of: part).count }
}
