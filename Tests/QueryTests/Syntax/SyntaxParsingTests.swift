import Diagnostics
import Query
import Tables
import TestSupport
import Testing

@Suite struct SyntaxParsingTests {
  @Test(arguments: [
    ("1 + 2 * 3", "(+ 1 (* 2 3))"),
    ("-2 ** 2", "(- (** 2 2))"),
    ("2 ** -1 ** 2", "(** 2 (- (** 1 2)))"),
    ("2 ** 3 ** 2", "(** 2 (** 3 2))"),
    ("a - b - c", "(- (- a b) c)"),
    ("-a * b", "(* (- a) b)"),
    ("7 // 2 % 2 / 3", "(/ (% (// 7 2) 2) 3)"),
    ("not a == b and c", "(and (not (== a b)) c)"),
    ("not not a", "(not (not a))"),
    ("a or b and not c", "(or a (and b (not c)))"),
    ("a in [1, 2] or a not in $bought", "(or (in a [1 2]) (not-in a $bought))"),
    ("a is not null and b is null", "(and (is-not-null a) (is-null b))"),
    ("if a > 1 then b else c + 1", "(if (> a 1) b (+ c 1))"),
    ("if a then if b then 1 else 2 else 3", "(if a (if b 1 2) 3)"),
    ("1 + if a then 2 else 3", "(+ 1 (if a 2 3))"),
    ("rank() over (k order by d desc, e)", "(rank over{k by d↓ by e})"),
    ("sum(x) over k > 1", "(> (sum x over{k}) 1)"),
    ("sum(x) over (a, b + 1)", "(sum x over{a (+ b 1)})"),
    ("len() over (order by d)", "(len over{ by d})"),
    ("a.b.c", "(. (. a b) c)"),
    ("`weird name` == 'it\\'s'", "(== weird name 'it's')"),
    ("`and`", "and"),
    ("1_000 + 1e-3 + 0.5", "(+ (+ 1000 0.001) 0.5)"),
    ("170141183460469231731687303715884105727", "170141183460469231731687303715884105727"),
    ("\"\\u{43F}\\n\\t\\\\\"", "'п\n\t\\'"),
    ("цена > 10 and naïve", "(and (> цена 10) naïve)"),
    ("cast(x, datetime[ns])", "(cast x datetime[ns])"),
    ("try_cast(x, decimal[10, 2])", "(try_cast x decimal[10, 2])"),
    ("(a\n + b)", "(+ a b)"),
    ("[[1], []]", "[[1] []]"),
    ("[1, 2,]", "[1 2]"),
    ("null", "null"),
  ])
  func expressions(_ text: String, _ expected: String) throws {
    expectText(outline(try parseExpression(text)), equals: expected)
  }

  @Test(arguments: [
    ("train", "train"),
    ("train = load \"train_orders\"", "train := load 'train_orders'"),
    ("a, b = t | split random test=0.2", "a,b := t | split #random test:0.2"),
    ("x = 1;", "x := 1;"),
    ("a; b", "a; ⏎ b"),
    ("| head 3", "_ | head 3"),
    (
      "train | filter user_id % 100 == 0 and a not in [1]", "train | filter (and (== (% user_id 100) 0) (not-in a [1]))"
    ),
    (
      "t | group_by k, day = date(ts) agg n = len(), n_unique(u)",
      "t | group_by k day:=(date ts) agg{n:=(len) (n_unique u)}"
    ),
    ("t | sort n desc, b asc, c", "t | sort n↓ b c"),
    ("t | head", "t | head"),
    ("t | take 3 | where a", "t | head 3 | filter a"),
    ("t | count", "t | shape"),
    ("t | count k", "t | group_by k"),
    ("t | sample fraction=0.01, by=user_id seed=0", "t | sample fraction:0.01 by:user_id seed:0"),
    ("t | join products on k, left == right", "t | join {products} on{k=k left=right}"),
    (
      "t | join (products | select product_id, name) on product_id",
      "t | join {products | select product_id name} on{product_id=product_id}"
    ),
    ("t | join (load \"x\") on k", "t | join {load 'x'} on{k=k}"),
    ("t | rename new = old, `a b` = c", "t | rename new:=old a b:=c"),
    ("t | unique a, b keep=last", "t | unique a b keep:last"),
    ("t | pivot rows=[a, b] columns=c agg n = len()", "t | pivot agg{n:=(len)} rows:[a b] columns:c"),
    ("t | fit EASE regularization=500 orientation=paper", "t | fit #EASE regularization:500 orientation:paper"),
    ("t | fit Blend [PersonalTopPopular, TopPopular]", "t | fit #Blend [PersonalTopPopular TopPopular]"),
    ("u | recommend tp, ease, als top=10 seen=keep", "u | recommend tp ease als top:10 seen:keep"),
    ("m | recommend user=4115173 names=(products | head 1)", "m | recommend user:4115173 names:{products | head 1}"),
    ("t | plot bar x=a y=b", "t | plot #bar x:a y:b"),
    ("(train | head 3) | shape", "(train | head 3) | shape"),
    ("(1 + 2) * 3", "(* (+ 1 2) 3)"),
    ("table a = [1, 2], b = [\"x\", \"y\"]", "table a:=[1 2] b:=['x' 'y']"),
    ("head = train | head", "head := train | head"),
    ("head | head", "head | head"),
    (":set rows 20", ":set<rows 20>"),
    ("  :note # Заголовок | a\ntrain", ":note<# Заголовок | a> ⏎ train"),
    (":vars\n| head", ":vars<> ⏎ _ | head"),
    ("?group_by", "help<group_by>"),
    ("?", "help<>"),
    ("? in", "help<in>"),
    ("EASE?", "help<EASE>"),
    ("help sort", "help<sort>"),
    ("help in\ntrain", "help<in> ⏎ train"),
    ("train | group_by ?", "help<group_by> of train"),
    ("train | head 3 | filter ?", "help<filter> of train | head 3"),
    ("| filter ?", "help<filter> of _"),
    ("train | ?", "help<> of train"),
    ("", ""),
    ("# only a comment", ""),
    (";;", ""),
  ])
  func statements(_ text: String, _ expected: String) throws {
    expectText(try parse(text).map(outline).joined(separator: " ⏎ "), equals: expected)
  }

  @Test func linesGoOnWhereTheRulesSaySo() throws {
    let text = """
      train | filter a == 1 and # the first
        # a line of its own
        b not in [
          1, 2
        ]
        # between the lines of a pipeline

        | group_by k agg
          n = len(),
          m = mean(x)
      x =
        2 *
        3
      _ | head 1
      """
    expectText(
      try parse(text).map(outline).joined(separator: "\n"),
      equals: """
        train | filter (and (== a 1) (not-in b [1 2])) | group_by k agg{n:=(len) m:=(mean x)}
        x := (* 2 3)
        _ | head 1
        """)
  }

  @Test func statementsKnowTheirOwnText() throws {
    let text = "a = 1;  b\n\n:set rows 5  \r\n train # why\n  | head 3 # so\nc"
    let spans = try parse(text).map { $0.span.text }
    #expect(spans == ["a = 1", "b", ":set rows 5", "train # why\n  | head 3", "c"])
  }

  @Test(arguments: [
    "train |", "train | filter a ==", "x = [1,", "f(", "a and", "a not", "if a then", "sum(x) over",
    "t | group_by k agg",
    "t | join p on", "t | select a,", "x =", "train # c\n|", "(\n)\n[",
  ])
  func incompleteText(_ text: String) { #expect(testParser.isIncomplete(text)) }

  @Test(arguments: [
    "train", "train | head", "'unclosed", "(]", ":note a |", "?in", "help on", "train | group_by ?", "", "a;", "# |",
    "train |\n head",
  ])
  func completeText(_ text: String) { #expect(!testParser.isIncomplete(text)) }

  @Test func unnamedColumnsAreCalledWhatWasWritten() throws {
    #expect(try parseExpression("user_id").columnName == "user_id")
    #expect(try parseExpression("len()").columnName == "len")
    #expect(try parseExpression("n_unique( user_id )").columnName == "n_unique( user_id )")
    #expect(try parseExpression("a +\n  b").columnName == "a + b")
  }
}
