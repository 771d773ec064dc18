import ElementaryFunctions

extension MersenneTwister {
  /// The values that torch's `normal_()` writes to a CPU tensor of `count` floats after `manual_seed`.
  ///
  /// First all values are drawn as uniforms; then the Box–Muller transform turns blocks of 16 into Gaussians. If the
  /// size is not a multiple of 16, the last 16 values are drawn again. Fewer than 16 values are drawn as if they were
  /// 16. Torch computes logarithm and sine by polynomials, so values agree to about 1e-6.
  ///
  /// - Parameter check: is called every few thousand values; what it throws ends the drawing.
  public mutating func torchNormal<Failure: Error>(
    count: Int, check: () throws(Failure) -> Void
  ) throws(Failure) -> [Float] {
    var values: [Float] = []
    values.reserveCapacity(max(16, count))
    while values.count < max(16, count) {
      if values.count & 0x3fff == 0 { try check() }
      values.append(torchUniform())
    }
    for start in stride(from: 0, through: values.count - 16, by: 16) {
      if start & 0x3fff == 0 { try check() }
      values.boxMuller(at: start)
    }
    if values.count % 16 != 0 {
      let start = values.count - 16
      for place in start..<values.count { values[place] = torchUniform() }
      values.boxMuller(at: start)
    }
    return Array(values.prefix(count))
  }

  /// The same without a way to end it early.
  public mutating func torchNormal(count: Int) -> [Float] { torchNormal(count: count) {} }

  private mutating func torchUniform() -> Float { Float(next32() & 0xff_ffff) * 0x1p-24 }
}

extension [Float] {
  fileprivate mutating func boxMuller(at start: Int) {
    for place in start..<start + 8 {
      let radius = (-2 * Elementary.log(1 - self[place])).squareRoot()
      let angle = 2 * Float.pi * self[place + 8]
      self[place] = radius * Elementary.cos(angle)
      self[place + 8] = radius * Elementary.sin(angle)
    }
  }
}
