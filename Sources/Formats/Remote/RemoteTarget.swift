import Diagnostics
import Transfer

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// An object of a bucket that will be written.
struct RemoteTarget {
  private let client: S3Client
  private let place: S3Place

  /// - Throws: if the address is not writable, or if the object exists and may not be replaced.
  init(_ path: String, endpoint: String?, overwrite: Bool) throws(Diagnostic) {
    guard S3Place.isPlace(path) else {
      throw Diagnostic(
        "nothing is written to `\(path)`: only to files and to `s3://` addresses", hint: "save a file, and send that",
        place: path)
    }
    client = try S3Client(endpoint: endpoint)
    place = try S3Place(path)
    guard !place.key.isEmpty, !place.key.hasSuffix("/") else {
      throw Diagnostic("`\(path)` names no object", hint: "`s3://bucket/folder/orders.parquet` does", place: path)
    }
    if !overwrite, try client.exists(place) { throw .exists(path) }
  }

  /// Uploads the content of a file.
  func write(_ descriptor: Int32, count: Int) throws(Diagnostic) {
    let mapped = try MappedBytes(descriptor, count, of: place.text)
    try client.upload(mapped.bytes, of: mapped, to: place)
  }
}

/// A mapping that is unmapped when the object is freed.
private final class MappedBytes {
  let bytes: UnsafeRawBufferPointer

  init(_ descriptor: Int32, _ count: Int, of name: String) throws(Diagnostic) {
    guard count > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let base = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0), base != MAP_FAILED else {
      throw .system("read what is sent to", name, errno)
    }
    bytes = UnsafeRawBufferPointer(start: base, count: count)
  }

  deinit {
    if !bytes.isEmpty { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }
  }
}
