import Diagnostics
import Generators
import Recommenders
import Testing

/// The parameters of torch 2.15.0 after some steps of `torch.optim.Adam(weight_decay=0.01)`, from the same start.
@Suite struct AdamReferenceTests {
  private struct Parameters: Decodable {
    /// Row by row, the bias last.
    let users, items: [Double]
    let constant: Double
  }

  /// Made by `Scripts/reference/matrix-factorization.py`.
  private struct Fixture: Decodable {
    let user_count, item_count, rows, factors: Int
    let torch_start, start, after_1000_steps, after_epoch: Parameters
  }

  private let fixture: Fixture

  init() throws { fixture = try Checkout.json("Tests/RecommendersTests/Fixtures/adam.json") }

  /// The script's rows, as many as make that many steps of 16.
  private func interactions(rows count: Int) throws -> Interactions {
    var state: UInt32 = 1
    func draw(below bound: Int) -> Int32 {
      state = state &* 1_664_525 &+ 1_013_904_223
      let draw = Int(state >> 8)
      return Int32(draw / 10 % (draw % 10 == 0 ? bound : bound / 2))
    }
    var (users, items): ([Int32], [Int32]) = ([], [])
    for _ in 0..<count {
      users.append(draw(below: fixture.user_count))
      items.append(draw(below: fixture.item_count))
    }
    return try Interactions(
      users: users, items: items, weights: zip(users, items).map { Double(1 + ($0 * 3 + $1 * 5) % 5) },
      userCount: fixture.user_count, itemCount: fixture.item_count, keepingRows: true)
  }

  @Test func startsWhereTorchDoes() throws {
    let model = try fit(rows: 17, [.real("learning_rate", 0)])
    // The normal draws go through another logarithm and cosine than torch's: a few units in the last place.
    expect(model, equals: fixture.torch_start, within: 2e-6)
    // The reference trained on from here.
    expect(model, equals: fixture.start, within: 1e-7)
  }

  @Test func thousandStepsAreTorchs() throws {
    expect(try fit(rows: 16_016), equals: fixture.after_1000_steps, within: 1e-6)
  }

  @Test func anEpochIsTorchs() throws {
    expect(try fit(rows: fixture.rows), equals: fixture.after_epoch, within: 1e-4)
  }

  private func fit(rows: Int, _ arguments: [ParameterArgument] = []) throws -> any FittedModel {
    try Models.fit(
      "MatrixFactorization", [.integer("epochs", 1), .integer("factors", fixture.factors)] + arguments,
      on: interactions(rows: rows))
  }

  /// Compares every bias, the constant, and every product of factors.
  private func expect(_ model: any FittedModel, equals parameters: Parameters, within tolerance: Double) {
    let (f, width) = (fixture.factors, fixture.factors + 1)
    for user in 0..<fixture.user_count {
      for item in 0..<fixture.item_count {
        let product = (0..<f).reduce(0.0) {
          $0 + parameters.users[user * width + $1] * parameters.items[item * width + $1]
        }
        let expected = [
          "constant": parameters.constant, "the user's bias": parameters.users[user * width + f],
          "the item's bias": parameters.items[item * width + f], "product of factors": product,
        ]
        let terms = (try? model.explain(Int32(user), Int32(item)).terms) ?? []
        #expect(terms.count == expected.count)
        for term in terms {
          guard case .part(let name) = term.source, let number = expected[name] else {
            Issue.record("a term of an unknown name: \(term.source)")
            continue
          }
          // A product of factors sums up to eight errors, each times a factor of up to 3.
          let allowed = name == "product of factors" ? 8 * tolerance : tolerance
          #expect(abs(term.contribution - number) < allowed, "\(name) of user \(user) and item \(item)")
        }
      }
    }
  }
}
