#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The credentials, the region and the endpoint from AWS's usual environment variables and files.
package struct AWSEnvironment: Sendable, Hashable {
  /// Nil for anonymous requests to public objects.
  package var credentials: AWSCredentials?
  package var region: String
  /// The server, if it is not Amazon's.
  package var endpoint: String?

  package init(credentials: AWSCredentials?, region: String, endpoint: String?) {
    (self.credentials, self.region, self.endpoint) = (credentials, region, endpoint)
  }

  /// Variables take precedence over files. In both files, the profile `AWS_PROFILE` is used.
  package init(variable: (String) -> String?, file: (String) -> String?) {
    func first(_ names: String...) -> String? {
      names.compactMap { variable($0) }.first { !$0.isEmpty }
    }
    let home = first("HOME")
    let profile = first("AWS_PROFILE", "AWS_DEFAULT_PROFILE") ?? "default"
    func section(_ path: String?, _ names: [String]) -> [String: String] {
      guard let text = path.flatMap(file) else { return [:] }
      let sections = AWSEnvironment.sections(of: text)
      return names.lazy.compactMap { sections[$0] }.first ?? [:]
    }
    let secrets = section(
      first("AWS_SHARED_CREDENTIALS_FILE") ?? home.map { $0 + "/.aws/credentials" }, [profile])
    let settings = section(
      first("AWS_CONFIG_FILE") ?? home.map { $0 + "/.aws/config" }, ["profile " + profile, profile])
    credentials = nil
    if let keyID = first("AWS_ACCESS_KEY_ID"), let secret = first("AWS_SECRET_ACCESS_KEY") {
      credentials = AWSCredentials(keyID: keyID, secret: secret, token: first("AWS_SESSION_TOKEN"))
    } else {
      for found in [secrets, settings] where credentials == nil {
        guard let keyID = found["aws_access_key_id"], let secret = found["aws_secret_access_key"] else { continue }
        credentials = AWSCredentials(keyID: keyID, secret: secret, token: found["aws_session_token"])
      }
    }
    region = first("AWS_REGION", "AWS_DEFAULT_REGION") ?? settings["region"] ?? secrets["region"] ?? "us-east-1"
    endpoint = first("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL") ?? settings["endpoint_url"]
  }

  /// The environment of this process.
  package static func current() -> AWSEnvironment {
    AWSEnvironment(variable: { getenv($0).map { String(cString: $0) } }, file: contents)
  }

  /// Parses lines `name = value` below `[section]`. Indented lines belong to the setting above and are skipped.
  private static func sections(of text: String) -> [String: [String: String]] {
    var result: [String: [String: String]] = [:]
    var section = ""
    for line in text.split(whereSeparator: \.isNewline) {
      if line.hasPrefix(" ") || line.hasPrefix("\t") || line.hasPrefix("#") || line.hasPrefix(";") { continue }
      if line.hasPrefix("["), let end = line.firstIndex(of: "]") {
        section = line[line.index(after: line.startIndex)..<end].split(separator: " ").joined(separator: " ")
      } else if let equals = line.firstIndex(of: "=") {
        let name = line[..<equals].trimmingSuffix(while: \.isWhitespace).lowercased()
        let value = line[line.index(after: equals)...].drop(while: \.isWhitespace).trimmingSuffix(while: \.isWhitespace)
        result[section, default: [:]][name] = String(value)
      }
    }
    return result
  }

  /// The text of a small file; nil if it cannot be read.
  private static func contents(of path: String) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes[..<count], as: UTF8.self)
  }
}
