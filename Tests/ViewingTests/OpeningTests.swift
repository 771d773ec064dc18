import Diagnostics
import Display
import Notebook
import Testing
import Viewer
import Viewing

/// How the pipeline of what is opened is written.
@Suite struct OpeningTests {
  @Test func thePipelineIsWrittenOnOneLineWithItsSeed() throws {
    #expect(try opened("t | view") == "t")
    #expect(try opened("t | filter a > 1 | view") == "t | filter a > 1")
    #expect(try opened("t\n  | filter a > 1\n  | view") == "t | filter a > 1")
    #expect(try opened("t |\n  filter a > 1 |\n  view") == "t | filter a > 1")
    #expect(try opened("t | head 2\n| view") == "t | head 2")
    #expect(try opened("t | sample 2 | view").hasPrefix("t | sample 2 seed="))
    #expect(try opened("t | sample 2 seed=5 | view") == "t | sample 2 seed=5")
    #expect(try opened("t | head 2", "| view") == "_")
    #expect(try opened("t | head 2", "| filter a > 1 | view") == "_ | filter a > 1")
  }

  @Test func rowsWhoseConditionIsNullAreCounted() throws {
    let session = Session()
    var said = ""
    session.host.view = { viewed throws(Diagnostic) in
      let subject = Viewer.Subject(name: viewed.pipeline, source: SourcePages(viewing: viewed.table))
      said = try Viewer.replay(
        "&a > 1<Enter>", subject, host: ViewerHost(viewing: viewed), rows: 10, columns: 160
      ).frame
      return .closed
    }
    #expect(session.run("table a = [1, null, 3, null] | view") == .finished)
    #expect(said.contains("filter a > 1: 1 of 4 rows; filter dropped 2 rows whose condition is null"))
  }

  private func opened(_ lines: String...) throws -> String {
    let session = Session()
    var pipeline = ""
    session.host.view = { viewed throws(Diagnostic) in
      pipeline = viewed.pipeline
      return .closed
    }
    #expect(session.run("t = table a = [1, 2, 3, 4]") == .finished)
    for line in lines { #expect(session.run(line) == .finished) }
    // What it says is what it is.
    #expect(session.run("again = " + pipeline) == .finished)
    return pipeline
  }
}
