/// The greatest allowed distance between two keys, in the units in which they are stored or as a float.
public enum KeyDistance: Sendable, Hashable {
  case whole(Int128)
  case float(Double)

  var asWhole: Int128 {
    switch self {
    case .whole(let distance): distance
    case .float(let distance): distance < 1.6e38 ? Int128(distance.rounded(.down)) : .max
    }
  }

  var asFloat: Double {
    switch self {
    case .whole(let distance): Double(distance)
    case .float(let distance): distance
    }
  }
}
