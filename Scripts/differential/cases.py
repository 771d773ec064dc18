"""Cases of one expression over a table, compared with three results: its exact meaning, polars, and DuckDB."""
import re

import polars as pl
import syntax
import to_polars
from meaning import Meaning, RowRefusal
from meaning_types import TypeRefusal, of_polars
from meaning_types import to_polars as polars_type
from peers import Failure, same, values
from to_polars import NotThere
from to_sql import SQL, quoted

# How Lectern words what it refuses.
REFUSALS = {
    "overflow": r"does not fit|overflows", "division by zero": r"division by zero", "loss": r"without loss|cannot be converted exactly",
    "types": r"does not work between|takes .*, not |cannot be converted|several types|is not a (date|time|datetime)",
}


NO_SUCH_OPERATION = (
    r"not supported|not implemented|No function matches|Binder Error|cannot compare|Cannot compare|Unimplemented|InvalidOperation"
    r"|invalid dtype|not allowed|could not determine|too small to fit|dtype|incompatible|TypeError")


def no_such_operation(peer, error):
    """The name of a whole operation that a peer does not have; None of any other error."""
    if re.search(NO_SUCH_OPERATION, f"{type(error).__name__} {error}"):
        return f"{peer} has no such operation"
    return None


class Verdict:
    """What came of a case: differences that nothing explains, and how often each name of DIFFERENCES explained one."""

    def __init__(self):
        self.problems = []
        self.explained = []
        self.refusals = []
        self.not_there = []
        self.compared = {"polars": 0, "DuckDB": 0}


class Run:
    """A program for Lectern: tables, statements before, and a pipeline whose result is looked at."""

    def __init__(self, tables, pipeline, setup=()):
        self.tables = tables
        self.pipeline = pipeline
        self.setup = list(setup)
        self.result = None

    def code(self, paths):
        return [*(f'{name} = load "{paths[name]}"' for name in self.tables), *self.setup, f"result = {self.pipeline}"]


class RowCase:
    """`case | filter … | select u, r = EXPRESSION` over a table with a column `u` that tells its rows apart."""

    def __init__(self, kind, frame, expression, filters=()):
        self.kind = kind
        self.frame = frame
        self.text = expression
        self.filters = list(filters)
        self.meaning = Meaning({name: of_polars(dtype) for name, dtype in frame.schema.items()})
        self.tree = syntax.expression(expression)
        self.conditions = [syntax.expression(text) for text in self.filters]
        self.refused, self.expected, self.rules = {}, {}, {}
        self.type_refusal = None
        self.judge()

    @property
    def pipeline(self):
        return " | ".join(["case", *(f"filter {text}" for text in self.filters), f"select u, r = {self.text}"])

    stages = property(lambda self: [part for part in self.pipeline.split(" | ")[1:]])

    def judge(self):
        try:
            self.result_type = self.meaning.type(self.tree)
            if any(self.meaning.refused_constant(node) for node in [self.tree, *self.conditions]):
                raise TypeRefusal("loss")
            columns = {name: values(self.frame[name]) for name in self.frame.columns}
            for index in range(self.frame.height):
                self.judge_row({name: own[index] for name, own in columns.items()})
        except TypeRefusal as refusal:
            self.type_refusal = str(refusal)

    def judge_row(self, row):
        self.meaning.rules = set()
        key = row["u"]
        try:
            if all(self.meaning.value(condition, row) is True for condition in self.conditions):
                self.expected[key] = self.meaning.value(self.tree, row)
            else:
                for later in [*self.conditions, self.tree]:
                    self.meaning.look_at_excluded(later, row)
        except RowRefusal as refusal:
            self.refused[key] = str(refusal)
        self.rules[key] = self.meaning.rules

    def runs(self):
        """All rows, where some are refused, and those that are not."""
        kept = self.frame.filter(~pl.col("u").is_in(list(self.refused)))
        runs = {"kept": Run({"case": kept}, self.pipeline)}
        if self.refused or self.type_refusal:
            runs["all"] = Run({"case": self.frame}, self.pipeline)
        return runs

    # The peers, row by row where the whole is refused

    def by_polars(self, frame):
        expression = to_polars.said(self.tree, self.meaning)
        for condition in self.conditions:
            frame = frame.filter(to_polars.said(condition, self.meaning))
        return frame.select("u", r=expression)

    def by_duckdb(self, frame, database):
        writer = SQL(self.meaning, self.said_otherwise)
        source, database_name = "here", "here"
        database.put(database_name, frame)
        for condition in self.conditions:
            source = f"(SELECT * FROM {source} WHERE {writer.say(condition)})"
        return database.frame(f"SELECT u, {writer.say(self.tree)} AS r FROM {source}")

    def found(self, ask):
        """What a peer gives for every row: as a whole, or where that fails row by row."""
        try:
            return by_key(ask(self.frame))
        except NotThere:
            raise
        except BaseException as error:
            if isinstance(error, (KeyboardInterrupt, AssertionError)):
                raise
        found = {}
        for index in range(self.frame.height):
            row = self.frame.slice(index, 1)
            try:
                found |= by_key(ask(row))
            except BaseException as error:
                if isinstance(error, (KeyboardInterrupt, NotThere)):
                    raise
                found[row["u"][0]] = Failure(str(error) or type(error).__name__)
        return found

    # The verdict

    def verdict(self, runs, database, say_message, said_otherwise):
        self.said_otherwise = said_otherwise
        verdict, peers = Verdict(), {}
        if self.type_refusal:
            self.check_type_refusal(verdict, runs, say_message)
            return verdict
        for name, ask in (("polars", self.by_polars), ("DuckDB", lambda frame: self.by_duckdb(frame, database))):
            try:
                peers[name] = self.found(ask)
            except NotThere as missing:
                verdict.not_there.append(f"{name}: {missing}")
        if self.refused:
            self.check_refusal(verdict, runs["all"], say_message, peers)
        result = with_lengths(runs["kept"].result, self.result_type)
        if result is None:
            verdict.problems.append("Lectern failed: " + say_message("kept"))
            return verdict
        if result.schema["r"] != polars_type(self.result_type):
            verdict.problems.append(f"the type is {result.schema['r']}, it should be {polars_type(self.result_type)}")
        found = by_key(result)
        if list(found) != list(self.expected):
            verdict.problems.append(f"rows {list(found)} instead of {list(self.expected)}")
            return verdict
        for key, expected in self.expected.items():
            own = found[key]
            if not same(own, expected):
                others = ", ".join(f"{name} {own_of.get(key, 'no row')!r}" for name, own_of in peers.items())
                verdict.problems.append(f"row {key} is {own!r}, it should be {expected!r} ({others}): {self.row(key)}")
                continue
            self.compare(verdict, key, own, peers)
        for name, rows in peers.items():
            extra = [key for key in rows if key not in self.expected and key not in self.refused]
            for key in extra:
                self.explain(verdict, name, [key], f"gives {rows[key]!r} where Lectern leaves the row out", rows[key])
        return verdict

    def compare(self, verdict, key, own, peers):
        for name, rows in peers.items():
            if key not in rows:
                self.explain(verdict, name, [key], f"leaves out what Lectern gives as {own!r}")
                continue
            verdict.compared[name] += 1
            if not same(own, rows[key]):
                self.explain(verdict, name, [key], f"gives {rows[key]!r} where Lectern gives {own!r}", rows[key])

    def explain(self, verdict, peer, keys, what, given=None):
        for key in keys:
            rule = self.rule(peer, key, given)
            if rule is None:
                verdict.problems.append(f"{peer} {what} in row {key}: {self.row(key)}")
            else:
                verdict.explained.append((rule, peer))

    def rule(self, peer, key, given):
        if isinstance(given, Failure) and re.search(NO_SUCH_OPERATION, given.message):
            return f"{peer} has no such operation"
        rules = sorted(self.rules[key] | self.meaning.rules_of_types)
        return rules[0] if rules else None

    def row(self, key):
        return self.frame.filter(pl.col("u") == key).to_dicts()[0]

    def check_refusal(self, verdict, run, say_message, peers):
        if run.result is not None:
            verdict.problems.append(f"Lectern gave a result where rows {self.refused} have none")
            return
        message = say_message("all")
        reasons = {reason for reason in self.refused.values() if re.search(REFUSALS[reason], message)}
        if not reasons:
            verdict.problems.append(f"refused for another reason than {set(self.refused.values())}: {message}")
            return
        rows = {index for index, key in enumerate(self.frame["u"]) if key in self.refused}
        named = re.search(r"in row (\d+)", message)
        if named and int(named[1]) not in rows and not self.filters:
            verdict.problems.append(f"row {named[1]} is named, {sorted(rows)} are refused: {message}")
        for key, reason in self.refused.items():
            for name, found in peers.items():
                given = found.get(key)
                outcome = "refuses too" if isinstance(given, Failure) else "gives null" if given is None else "gives a value"
                verdict.refusals.append((reason, f"{name} {outcome}"))

    def check_type_refusal(self, verdict, runs, say_message):
        if runs["all"].result is not None:
            verdict.problems.append(f"Lectern gave a result, but {self.type_refusal}")
        elif not re.search(REFUSALS.get(self.type_refusal, REFUSALS["types"]), message := say_message("all")):
            verdict.problems.append(f"refused for another reason than its types ({self.type_refusal}): {message}")
        else:
            verdict.refusals.append(("types", "before any row"))


def by_key(frame):
    return dict(zip(frame["u"].to_list(), values(frame["r"])))


def with_lengths(frame, type):
    """Lengths of time are whole numbers in Lectern's files."""
    if frame is not None and type[0] == "duration" and frame.schema["r"] == pl.Int64:
        return frame.with_columns(pl.col("r").cast(polars_type(type)))
    return frame
