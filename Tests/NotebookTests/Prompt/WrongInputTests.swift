import Diagnostics
import Foundation
import Notebook
import Parallelism
import Testing

/// What a person gets to read who typed something wrong, or whose file is broken. After each the names are as they
/// were and the session goes on.
@Suite struct WrongInputTests {
  /// Runs `code`, which has to fail with one diagnostic, and checks that the session stands as before.
  private func mistake(
    _ code: String, after setUp: String = "", files: [String: Data] = [:],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Diagnostic {
    let test = TestSession()
    let folder = FileManager.default.temporaryDirectory.appending(path: "lectern-wrong-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, bytes) in files { try bytes.write(to: folder.appending(path: name)) }
    if !files.isEmpty { test.session.dataFolder = folder.path }
    test.run(setUp)
    let names = test.session.names
    test.run("x = train | \(code)".replacing("train | load", with: "load"))
    let diagnostic = try #require(test.diagnostics.first, sourceLocation: sourceLocation)
    #expect(test.diagnostics.count == 1 && diagnostic.kind == .error, sourceLocation: sourceLocation)
    #expect(test.session.names == names, sourceLocation: sourceLocation)
    test.run("train | shape")
    #expect(test.diagnostics.isEmpty, "the session goes on", sourceLocation: sourceLocation)
    return diagnostic
  }

  @Test func aPlotsColumnsAreNamedByOptions() throws {
    let diagnostic = try mistake("plot hist len")
    #expect(diagnostic.message == "`plot` takes no arguments after its kind, found `len`")
    #expect(diagnostic.hint == "columns are named: `x=len`")
  }

  // MARK: - Files

  @Test func aMissingFileNamesItsNeighbours() throws {
    let diagnostic = try mistake(#"load "trian_orders""#, files: ["train_orders": Data("a\n1\n".utf8)])
    #expect(diagnostic.message.hasPrefix("no file `") && diagnostic.message.hasSuffix("/trian_orders`"))
    #expect(diagnostic.span?.text == #""trian_orders""#)
    #expect(diagnostic.hint == "did you mean `train_orders`?")
  }

  @Test func aTruncatedParquetFileIsCutShort() throws {
    let whole = try Data(contentsOf: URL(filePath: TestSession.folder + "/train_orders"))
    for length in [4, 8, whole.count / 2, whole.count - 9] {
      let diagnostic = try mistake(#"load "short""#, files: ["short": whole.prefix(length)])
      #expect(diagnostic.message.contains("is cut short"), "\(length) bytes: \(diagnostic.message)")
      #expect(diagnostic.place?.hasSuffix("/short") == true && diagnostic.hint != nil)
    }
  }

  @Test func aRaggedLineIsNamed() throws {
    let few = try mistake(#"load "r.csv""#, files: ["r.csv": Data("a,b,c\n1,2,3\n4,5\n6,7,8\n".utf8)])
    #expect(few.message == "line 3 has 2 fields where 3 are expected")
    #expect(few.place?.hasSuffix("/r.csv:3") == true)
    let many = try mistake(#"load "r.csv""#, files: ["r.csv": Data("a,b,c\n1,2,3\n4,5,6,7\n".utf8)])
    #expect(many.message == "line 3 has 4 fields where 3 are expected")
  }

  @Test func anEmptyFileAndAnOpenQuoteAreSaid() throws {
    #expect(try mistake(#"load "e.csv""#, files: ["e.csv": Data()]).message.hasSuffix("/e.csv` is empty"))
    let open = try mistake(#"load "q.csv""#, files: ["q.csv": Data("a,b\n1,\"x\ny\n".utf8)])
    #expect(open.message == "a quote opens on line 2 and never closes")
  }

  // MARK: - Columns and types

  @Test func anUnknownColumnNamesItsNeighbour() throws {
    let diagnostic = try mistake("filter produkt_id != 7")
    #expect(diagnostic.message.hasPrefix("no column `produkt_id`"))
    #expect(diagnostic.labels.map(\.text) == ["did you mean `product_id`?"])
    #expect(diagnostic.span?.text == "produkt_id")
    #expect(diagnostic.notes == ["columns: user_id i32, product_id i64, date date"])
  }

  @Test func aTypeErrorLabelsBothOperands() throws {
    let diagnostic = try mistake(#"filter product_id == "x""#)
    #expect(diagnostic.message == "`==` does not work between i64 and str")
    #expect(diagnostic.labels.map(\.text) == ["i64", "str"])
    #expect(diagnostic.hint == "numbers are written without quotes")
  }

  @Test func aColumnInQuotesIsTold() throws {
    #expect(try mistake(#"filter "product_id" > 5"#).hint == "columns are written without quotes: `product_id`")
  }

  @Test func aNameInAnotherLayoutIsTold() {
    let test = TestSession()
    test.run("екфшт | head 3")
    #expect(test.diagnostics.map(\.hint) == ["typed in another keyboard layout: did you mean `train`?"])
  }

  // MARK: - Models

  @Test func unknownParametersAreNamed() throws {
    let near = try mistake("fit EASE regularisation=5")
    #expect(near.message == "unknown parameter `regularisation` of EASE")
    #expect(near.hint == "did you mean `regularization`?")
    #expect(near.span?.text == "regularisation=5")
    let elsewhere = try mistake("fit EASE lambda=5")
    #expect(elsewhere.hint == "`lambda` is called `regularization` here")
    #expect(elsewhere.notes == ["parameters: regularization, orientation, weights, form, feature_weight"])
  }

  @Test func parametersAreCheckedBeforeDataIsRead() {
    let test = TestSession()
    #expect(!test.run("train | concat train | fit EASE regularization=-1").contains("merged"))
    #expect(test.diagnostics.map(\.message) == ["`regularization` of EASE is -1, and has to be 0…1000000000000"])
  }

  @Test func aMissingRolePointsAtTheVerb() throws {
    let diagnostic = try mistake("select user_id, date | fit iALS")
    #expect(diagnostic.message == "no column `product_id` or `item_id`")
    #expect(diagnostic.span?.text == "fit iALS")
    #expect(diagnostic.hint == "say which column the items are in: `item=NAME`")
    let other = try mistake("rename customer = user_id | fit EASE")
    #expect(other.message == "no column `user_id`")
    #expect(other.hint == "if `customer` is meant, say so: `user=customer`")
    let several = try mistake("rename client = user_id, `Buyer name` = date | with `Buyer name` = \"x\" | fit EASE")
    #expect(several.hint == "say which of these is meant: `user=client`, user=`Buyer name`")
  }

  @Test func withoutRegularizationEASEHasNoSolution() throws {
    let twins = "train = table user_id = [1, 1, 2, 2, 3], product_id = [1, 2, 1, 2, 3]"
    for form in ["primal", "dual", "auto"] {
      let diagnostic = try mistake("fit EASE regularization=0 form=\(form)", after: twins)
      #expect(diagnostic.message.contains("EASE with regularization=0"), "\(form)")
      #expect(diagnostic.hint?.contains("`regularization=") == true)
    }
  }

  @Test func withoutRegularizationIALSFailsOnlyWhereItIsSingular() throws {
    let table = "train = table user_id = [1, 1, 2, 2, 3], product_id = [1, 2, 1, 2, 3]"
    let diagnostic = try mistake("fit iALS regularization=0 factors=4 solver=cholesky", after: table)
    #expect(diagnostic.message == "a row of iALS with regularization=0 has no unique solution")
    #expect(diagnostic.hint == "a larger one: `regularization=0.01`")
    let test = TestSession()
    test.run(table + "\ntrain | fit iALS regularization=0 factors=1 solver=cholesky")
    #expect(test.diagnostics.isEmpty)
  }

  @Test(arguments: ["0", "-1", "ten", "1.5"])
  func topIsAtLeastOne(_ top: String) throws {
    let diagnostic = try mistake("fit TopPopular | recommend top=\(top)")
    #expect(diagnostic.message.hasPrefix("`top=` takes a whole number from 1 to 1000000"))
    #expect(diagnostic.span?.text == top)
  }

  @Test func aUserWhoIsNotInTrainIsSaidToBeMissing() throws {
    let diagnostic = try mistake("fit PersonalTopPopular | recommend user=4115173")
    #expect(diagnostic.message == "user 4115173 is not in the table the model was fitted to")
    #expect(diagnostic.notes == ["5 users there, ids from 100 to 500"])
    let text = try mistake(#"fit PersonalTopPopular | recommend user="bob""#)
    #expect(text.message == #"user ids are `i32`, and "bob" is not one"#)
  }

  @Test func recommendingFromATableOfInteractionsSuggestsAModel() throws {
    let diagnostic = try mistake("recommend user=100")
    #expect(diagnostic.hint == "leave out `user`, or fit a model first: `| fit EASE | recommend …`")
  }

  // MARK: - Ctrl-C

  @Test func anInterruptedFitLeavesNamesAsTheyWere() {
    let test = TestSession()
    let cancellation = Cancellation()
    Cancellation.$current.withValue(cancellation) {
      cancellation.request()
      test.run("ease = train | fit EASE regularization=7")
      #expect(test.diagnostics.map(\.kind) == [.interruption])
      cancellation.reset()
      #expect(test.run("ease").contains("regularization"))
      #expect(!test.text.contains("regularization=7") && test.diagnostics.isEmpty)
    }
  }
}
