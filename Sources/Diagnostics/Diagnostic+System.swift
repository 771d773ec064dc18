#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Diagnostic {
  /// What an `errno` value means, as text that can follow a colon.
  public static func reason(of code: Int32) -> String {
    switch code {
    case EACCES, EPERM: "permission denied"
    case ENOSPC, EDQUOT: "the disk is full"
    case EFBIG: "the file would be larger than the allowed size"
    case ENOENT: "the file or its folder does not exist"
    case EISDIR: "it is a folder"
    case EROFS: "the disk is read-only"
    case ENOTDIR: "a part of the path is a file, not a folder"
    default: String(cString: strerror(code)).lowercased()
    }
  }
}
