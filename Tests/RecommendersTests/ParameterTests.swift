import Diagnostics
import Foundation
import Generators
import Recommenders
import Testing

@Suite struct ParameterTests {
  private func message(_ model: String, _ arguments: ParameterArgument...) -> Diagnostic? {
    do throws(Diagnostic) {
      _ = try Models.fit(model, arguments, on: MadeUp.checkerboard(size: 6))
      return nil
    } catch {
      return error
    }
  }

  @Test func unknownNamesSaySoAndWhatIsNear() {
    let model = message("EASY")
    #expect(model?.message == "no model named `EASY`")
    #expect(model?.hint == "did you mean `EASE`?")
    let parameter = message("EASE", .integer("regularisation", 5))
    #expect(parameter?.message == "unknown parameter `regularisation` of EASE")
    #expect(parameter?.hint == "did you mean `regularization`?")
    #expect(parameter?.notes == ["parameters: regularization, orientation, weights, form, feature_weight"])
    #expect(
      message("PersonalTopPopular", .integer("k", 1))?.notes == ["parameters: by, half_life, recency, ties, seed"])
  }

  @Test func valuesOutsideTheirRangeSayTheRange() {
    #expect(message("iALS", .integer("factors", 0))?.message == "`factors` of iALS is 0, and has to be 1…2048")
    #expect(
      message("iALS", .real("factors", 2.5))?.message == "`factors` of iALS is 2.5, and has to be a whole number 1…2048"
    )
    #expect(
      message("EASE", .integer("regularization", -1))?.message
        == "`regularization` of EASE is -1, and has to be 0…1000000000000")
    #expect(
      message("EASE", .word("regularization", "many"))?.message
        == "`regularization` of EASE is a word, and has to be a number 0…1000000000000")
    let word = message("EASE", .word("orientation", "rectool"))
    #expect(word?.message == "`orientation` of EASE is `rectool`, and has to be paper or rectools")
    #expect(word?.hint == "did you mean `rectools`?")
    #expect(message("EASE", .real("regularization", .nan)) != nil)
    #expect(
      message("EASE", .integer("regularization", 1), .integer("regularization", 2))?.message
        == "`regularization` of EASE is given twice")
    #expect(message("Blend", ParameterArgument(nil, .models([])))?.message == "Blend is made of at least one model")
    #expect(
      message("EASE", ParameterArgument(nil, .models([.named("EASE")])))?.message == "EASE takes no list of models")
  }

  /// A parameter that takes a number or a word for none.
  @Test func aNumberOrNone() throws {
    let declared = try #require(TopPopular.parameterDeclarations.first { $0.name == "half_life" })
    #expect(declared.defaultText == "none" && declared.domainText == "0.001…1000000 or none")
    let model = try TopPopular.configured([.word("half_life", "none"), .integer("recency", 4)])
    #expect(model.halfLife == nil && model.recency == 4)
    #expect(
      message("TopPopular", .integer("half_life", 0))?.message
        == "`half_life` of TopPopular is 0, and has to be 0.001…1000000 or none")
    #expect(
      message("TopPopular", .word("recency", "none"))?.message
        == "`recency` of TopPopular is a word, and has to be a number 1…1000000 or all")
    #expect(message("TopPopular", .integer("half_life", 7))?.message == "TopPopular has to know when rows happened")
  }

  @Test func noRegularizationIsRefusedWhereTheSystemIsSingular() throws {
    let wide = try Interactions(users: [0, 0, 1], items: [0, 1, 2], userCount: 2, itemCount: 3)
    for form in ["auto", "dual", "primal"] {
      let error = #expect(throws: Diagnostic.self) {
        try Models.fit("EASE", [.integer("regularization", 0), .word("form", form)], on: wide)
      }
      #expect(error?.message.contains("regularization=0") == true)
      #expect(error?.hint?.contains("regularization=") == true)
    }
    let tall = try Interactions(
      users: [0, 0, 1, 1, 2, 3], items: [0, 1, 0, 1, 0, 1], userCount: 4, itemCount: 2)
    #expect(try Models.fit("EASE", [.integer("regularization", 0)], on: tall).scores(for: 0).allSatisfy(\.isFinite))
  }

  @Test func singularRowsOfALSSayWhatToDo() throws {
    let error = #expect(throws: Diagnostic.self) {
      try Models.fit(
        "iALS", [.integer("regularization", 0), .integer("factors", 30), .word("solver", "cholesky")],
        on: MadeUp.checkerboard(size: 6))
    }
    #expect(error?.hint == "a larger one: `regularization=0.01`")
  }

  @Test func nothingToLearnFromIsSaid() throws {
    let empty = try Interactions(users: [], items: [], userCount: 0, itemCount: 0)
    for model in Models.all {
      let error = #expect(throws: Diagnostic.self) { try Models.fit(model, on: empty) }
      #expect(error?.message == "there are no interactions to fit a model to")
    }
  }

  @Test func theRegistryIsWholeAndItsNamesAreUnique() throws {
    let names = Models.everywhere.flatMap { [$0.name] + $0.aliases }.map { $0.lowercased() }
    #expect(Set(names).count == names.count)
    let files = try FileManager.default.contentsOfDirectory(atPath: Checkout.path("Sources/Recommenders/Models"))
      .map { $0.replacingOccurrences(of: ".swift", with: "") }
    let types = Models.everywhere.map { "\($0)" }
    #expect(Set(files) == Set(types))
    #expect(try Models.named("ease") == EASE.self)
    #expect(Models.everywhere.allSatisfy { !$0.summary.isEmpty && !$0.help.isEmpty })
    #expect(Models.all.allSatisfy { !$0.steps.isEmpty })
  }

  @Test func declarationsTellDefaultsAndRanges() throws {
    let declared = EASE.parameterDeclarations
    #expect(declared.map(\.name) == ["regularization", "orientation", "weights", "form", "feature_weight"])
    #expect(declared.map(\.defaultText) == ["500", "paper", "counts", "auto", "1"])
    #expect(
      declared.map(\.domainText) == [
        "0…1000000000000", "paper or rectools", "counts or binary or log", "auto or dual or primal", "0…1000000",
      ])
    let fitted = try Models.fit("EASE", [.integer("regularization", 7)], on: MadeUp.checkerboard(size: 6))
    #expect(fitted.model.settings.map { "\($0.name)=\($0.value.text)" }.first == "regularization=7")
  }
}
