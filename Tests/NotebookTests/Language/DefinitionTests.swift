import Diagnostics
import Notebook
import Testing

/// Verbs that a session defines.
@Suite struct DefinitionTests {
  @Test func aDefinitionIsAVerb() {
    let session = TestSession()
    #expect(
      session.run("define top_sold(by=product_id, n=10) = group_by $by | sort len desc | head $n").hasPrefix(
        "top_sold: a verb"))
    #expect(session.run("train | top_sold n=1").contains("shape: (1, 2)"))
    #expect(session.run("train | top_sold by=user_id n=1 + 1").contains("user_id"))
    #expect(session.run("define both(other, n) = join $other on product_id | top_sold n=$n").hasPrefix("both: a verb"))
    #expect(session.run("train | both other=products n=2").contains("shape: (2, 2)"))
    #expect(session.run(":vars").contains("a defined verb"))
    #expect(session.run("n = 1; define first = head $n; train | first").contains("shape: (1, 3)"))
    session.run(":drop top_sold")
    #expect(session.run("train | top_sold").contains("no verb `top_sold`"))
  }

  /// A cell is parsed whole: what a command or an assignment in it deletes is no verb for what follows.
  @Test(arguments: [":drop top_one", ":reset", "top_one = table a = [1]"])
  func aDeletedVerbIsGoneInItsCell(deletion: String) {
    let session = TestSession()
    session.run("define top_one = head 1\n\(deletion)\ntable a = [1, 2] | top_one")
    #expect(session.diagnostics.first?.message.hasPrefix("no verb `top_one`") == true, "\(session.text)")
  }

  @Test(arguments: [
    ("define sort = head 3", "`sort` is a verb already"), ("define x = 3", "a definition starts with a verb"),
    ("define `my verb` = head 3", "a verb's name is one word"),
    ("define x(a, a) = head $a", "`a` is named twice"), ("define x = x | head 3", "a definition starts with a verb"),
    ("define t(n) = head $n; train | t", "`t` needs `n=`"),
    ("define t(n) = head $n; train | t 3", "`t` takes its parameters by name"),
    ("define t(n) = head $n; train | t m=3", "`t` has no parameter `m`"),
    ("define t = head 3 | | head", "a verb is missing"),
  ])
  func mistakes(_ code: String, _ message: String) {
    let session = TestSession()
    session.run(code)
    #expect(session.diagnostics.first?.message.hasPrefix(message) == true, "\(session.text)")
  }

  @Test func mistakesNameTheCall() {
    let session = TestSession()
    session.run("define bad(c) = filter $c > 0\ntrain | bad c=missing")
    #expect(session.diagnostics.first?.message == "no column `missing` in `train`")
    #expect(
      session.diagnostics.first?.notes.last == "in `bad c=missing`, In [1]"
        || session.text.contains("in `bad c=missing`"))
  }

  /// An argument stays one value, wherever parentheses open and close in it.
  @Test(arguments: [("(1) + (2)", "6"), ("(1 + 2)", "6"), ("1 + 2", "6"), ("((1) + (2))", "6"), ("((1)) + 2", "6")])
  func argumentsAreWhole(_ argument: String, _ value: String) {
    let session = TestSession()
    session.run("define twice(x=0) = with y = $x * 2")
    #expect(session.run("table a = [0] | twice x=\(argument) | select y | value") == value, "\(session.text)")
  }

  @Test func elsewhereDefineIsAName() {
    let session = TestSession()
    #expect(session.run("define = 3\ndefine").contains("3"))
  }
}
