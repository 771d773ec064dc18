#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The natural logarithm; Foundation would bring more than is needed.
func logarithm(_ value: Double) -> Double { log(value) }
