/// Unpacks groups of eight values of `width` bits each, lowest bits first, into 32-bit integers.
///
/// The width is a constant inside each case, so the compiler folds shifts and offsets, and a group is straight-line
/// code.
///
/// - Precondition: `input` may be read 7 bytes past its last group; `width` is in 0...32.
func unpackBits(_ input: UnsafeRawPointer, width: Int, groups: Int, into output: UnsafeMutablePointer<UInt32>) {
  switch width {
  case 0: output.update(repeating: 0, count: groups * 8)
  case 1: unpack(input, 1, groups, output)
  case 2: unpack(input, 2, groups, output)
  case 3: unpack(input, 3, groups, output)
  case 4: unpack(input, 4, groups, output)
  case 5: unpack(input, 5, groups, output)
  case 6: unpack(input, 6, groups, output)
  case 7: unpack(input, 7, groups, output)
  case 8: unpack(input, 8, groups, output)
  case 9: unpack(input, 9, groups, output)
  case 10: unpack(input, 10, groups, output)
  case 11: unpack(input, 11, groups, output)
  case 12: unpack(input, 12, groups, output)
  case 13: unpack(input, 13, groups, output)
  case 14: unpack(input, 14, groups, output)
  case 15: unpack(input, 15, groups, output)
  case 16: unpack(input, 16, groups, output)
  case 17: unpack(input, 17, groups, output)
  case 18: unpack(input, 18, groups, output)
  case 19: unpack(input, 19, groups, output)
  case 20: unpack(input, 20, groups, output)
  default: unpack(input, width, groups, output)
  }
}

@inline(__always)
private func unpack(
  _ input: UnsafeRawPointer, _ width: Int, _ groups: Int, _ output: UnsafeMutablePointer<UInt32>
) {
  let mask = UInt64(truncatingIfNeeded: (1 as UInt64) &<< UInt64(width) &- 1)
  for group in 0..<groups {
    let base = input + group &* width
    let target = output + group &* 8
    for index in 0..<8 {
      let bit = index &* width
      let word = base.loadUnaligned(fromByteOffset: bit &>> 3, as: UInt64.self)
      target[index] = UInt32(truncatingIfNeeded: word &>> UInt64(truncatingIfNeeded: bit & 7) & mask)
    }
  }
}

/// Returns value `index` of a sequence of `width`-bit integers, lowest bits first, for widths up to 64.
///
/// - Precondition: `input` may be read 8 bytes past the value's last byte.
@inline(__always)
func unpackedBits(_ input: UnsafeRawPointer, width: Int, at index: Int) -> UInt64 {
  let bit = index &* width
  let shift = UInt64(truncatingIfNeeded: bit & 7)
  let low = input.loadUnaligned(fromByteOffset: bit &>> 3, as: UInt64.self) &>> shift
  let mask = width >= 64 ? UInt64.max : (1 &<< UInt64(truncatingIfNeeded: width)) &- 1
  if width <= 57 { return low & mask }
  let high = UInt64((input + (bit &>> 3)).load(fromByteOffset: 8, as: UInt8.self))
  return (shift == 0 ? low : low | high &<< (64 &- shift)) & mask
}
