import Foundation
import Generators

/// MovieLens 100k, if the reference data is there.
enum MovieLens {
  private static let file = "data/ml-100k/ml-100k.inter"

  /// Whether it is there: tests of it are skipped, and said to be, where it is not. Beside each stands one of made-up
  /// ratings that goes through the same code.
  static let isThere = Checkout.hasShared(file)

  /// Users and items as indices by ascending id, in the order of the file.
  static func rows() throws -> [(user: Int32, item: Int32, rating: Double)] {
    let text = try String(contentsOfFile: Checkout.shared(file), encoding: .utf8)
    let rows = text.utf8.split(separator: UInt8(ascii: "\n")).dropFirst().map { line in
      line.split(separator: UInt8(ascii: "\t")).prefix(3).compactMap { Int(String(decoding: $0, as: UTF8.self)) }
    }
    func indices(_ ids: [Int]) -> [Int32] {
      let places = Dictionary(uniqueKeysWithValues: Set(ids).sorted().enumerated().map { ($1, Int32($0)) })
      return ids.compactMap { places[$0] }
    }
    let (users, items) = (indices(rows.map { $0[0] }), indices(rows.map { $0[1] }))
    return rows.indices.map { (users[$0], items[$0], Double(rows[$0][2])) }
  }
}
