"""Cases of several rows at once: joins across types, groups and aggregates, orders."""
import functools
from fractions import Fraction

import duckdb
import polars as pl
from cases import REFUSALS, Run, Verdict, no_such_operation, with_lengths
from casts import LOST, cast, decimal_of
from columns_of_types import table
from kinds import UNITS, decimal_type, element_type, integer_type
from meaning import Meaning, RowRefusal
from meaning_types import TICKS, common, exact, holds, is_decimal, is_float, is_integer, is_number, of_polars, to_polars
from peers import Failure, same, values
from to_sql import quoted

import re


def key_type(rng):
    return rng.choice([
        integer_type(rng), ("f64",), ("f64",), decimal_type(rng), ("str",), ("bool",), ("date",), ("time",), ("binary",),
        ("datetime", rng.choice(UNITS)), ("duration", rng.choice(UNITS))])


class TableCase:
    """What the cases below share: a refusal of the whole, and values of peers by a key of rows or pairs."""

    refusal = None
    rules_of_types = ()

    def __init__(self, kind, tables, pipeline):
        self.kind, self.tables, self.pipeline = kind, tables, pipeline
        self.rules, self.expected = {}, {}

    stages = property(lambda self: self.pipeline.split(" | ")[1:])

    @property
    def frame(self):
        return self.tables["case"]

    def runs(self):
        return {"all": Run(self.tables, self.pipeline)}

    def verdict(self, runs, database, say_message, said_otherwise):
        verdict, result = Verdict(), runs["all"].result
        if self.refusal:
            if result is not None:
                verdict.problems.append(f"Lectern gave a result where {self.refusal} was to be said")
            elif not re.search(REFUSALS[self.refusal], message := say_message("all")):
                verdict.problems.append(f"refused for another reason than {self.refusal}: {message}")
            else:
                verdict.refusals.append((self.refusal, "the whole"))
            return verdict
        if result is None:
            verdict.problems.append("Lectern failed: " + say_message("all"))
            return verdict
        found = self.by_lectern(result)
        for problem in self.problems(found):
            verdict.problems.append(problem)
        for name, ask in (("polars", self.by_polars), ("DuckDB", lambda: self.by_duckdb(database))):
            try:
                others = ask()
            except Exception as error:
                rule = self.explanation(name, error)
                if rule is None:
                    verdict.problems.append(f"{name} fails: {str(error)[:300]}")
                else:
                    verdict.explained.append((rule, name))
                continue
            verdict.compared[name] += len(self.expected)
            for key in self.expected | others:
                if not same(found.get(key), others.get(key)):
                    rules = sorted(self.rules.get(key, ()))
                    if rules:
                        verdict.explained.append((rules[0], name))
                    else:
                        verdict.problems.append(f"{name} gives {others.get(key)!r} for {key}, Lectern {found.get(key)!r}")
        return verdict

    def explanation(self, peer, error):
        """Why a peer has no result at all; None where nothing says it."""
        if isinstance(error, duckdb.Error) and self.rules_of_types:
            return min(self.rules_of_types)
        return no_such_operation(peer, error)

    def put(self, database):
        """Gives DuckDB the tables; its lengths of time have microseconds."""
        for name, frame in self.tables.items():
            if pl.Duration("ns") in frame.dtypes:
                raise NotImplementedError("nanoseconds of intervals are not supported")
            database.put(name, frame)

    def problems(self, found):
        for key in self.expected | found:
            if not same(found.get(key), self.expected.get(key)):
                yield f"{key} is {found.get(key)!r}, it should be {self.expected.get(key)!r}"


class JoinCase(TableCase):
    """A join of keys of two types; what is compared are the pairs of rows, in their order."""

    def __init__(self, rng):
        while True:
            left, right = key_type(rng), key_type(rng)
            if rng.random() < 0.3:
                left, right = rng.choice([("i64", "f64"), ("f64", "i64"), ("u64", "i64"), ("u64", "f64"), ("i32", "f32")])
                left, right = (left,), (right,)
            if common(left, right) and ("bool",) not in (left, right) or left == right == ("bool",):
                break
        is_mild = rng.random() < 0.5
        verb = rng.choice(["join", "join", "left_join", "full_join", "semi_join", "anti_join"])
        tables = {
            "case": table(rng, {"a": left}, rng.choice([1, 5, 12, 20]), is_mild),
            "other": table(rng, {"b": right}, rng.choice([0, 1, 5, 12]), is_mild).rename({"u": "v"}),
        }
        share_keys(rng, tables, left, right)
        super().__init__("joins", tables, f"case | {verb} other on a == b")
        self.verb, self.left, self.right = verb, left, right
        self.judge()

    def judge(self):
        meaning = Meaning({})
        meaning.note_meeting(self.left, self.right)
        self.rules_of_types = meaning.rules_of_types
        a, b = values(self.tables["case"]["a"]), values(self.tables["other"]["b"])
        for u, x in enumerate(a):
            for v, y in enumerate(b):
                meaning.rules = set(meaning.rules_of_types)
                if x is not None and y is not None and meaning.order(x, self.left, y, self.right) == 0:
                    self.expected[u, v] = True
                self.rules[u, v] = meaning.rules
        if self.verb == "full_join":
            wanted = common(self.left, self.right)
            matched = {v for _, v in self.expected}
            lone = [(x, self.left) for x in a] + [(y, self.right) for v, y in enumerate(b) if v not in matched]
            if any(x is not None and cast(x, own, wanted, is_exact=True) is LOST for x, own in lone):
                self.refusal = "loss"

    def by_lectern(self, result):
        if self.verb in ("semi_join", "anti_join"):
            self.rows = result["u"].to_list()
            return dict(self.expected)
        self.rows = list(zip(result["u"].to_list(), result["v"].to_list()))
        return {(u, v): True for u, v in self.rows if u is not None and v is not None}

    def problems(self, found):
        yield from super().problems(found)
        lefts = range(self.tables["case"].height)
        partners = {u: [v for own, v in self.expected if own == u] for u in lefts}
        wanted = {
            "join": [(u, v) for u in lefts for v in partners[u]],
            "left_join": [(u, v) for u in lefts for v in partners[u] or [None]],
            "semi_join": [u for u in lefts if partners[u]], "anti_join": [u for u in lefts if not partners[u]],
        }
        wanted["full_join"] = wanted["left_join"] + [
            (None, v) for v in range(self.tables["other"].height) if v not in {w for _, w in self.expected}]
        if self.rows != wanted[self.verb]:
            yield f"the rows are {self.rows}, they should be {wanted[self.verb]}"

    def by_polars(self):
        pairs = self.tables["case"].join(self.tables["other"], how="cross").filter(pl.col("a") == pl.col("b"))
        return {(u, v): True for u, v in zip(pairs["u"].to_list(), pairs["v"].to_list())}

    def by_duckdb(self, database):
        self.put(database)
        pairs = database.frame('SELECT u, v FROM "case" JOIN other ON a = b')
        return {(u, v): True for u, v in zip(pairs["u"].to_list(), pairs["v"].to_list())}


def share_keys(rng, tables, left, right):
    """Puts values of the left keys among the right ones, as far as their type holds them."""
    from columns_of_types import of_values

    own = [v for v in values(tables["case"]["a"]) if v is not None]
    other = list(values(tables["other"]["b"]))
    for index in range(len(other)):
        if own and rng.random() < 0.5:
            moved = cast(rng.choice(own), left, right, is_exact=rng.random() < 0.5)
            other[index] = None if moved is LOST else moved
    as_ticks = [v[1] // TICKS.get(right[1] if len(right) > 1 else "", 1) if isinstance(v, tuple) else v for v in other]
    tables["other"] = tables["other"].with_columns(b=of_values(as_ticks, right))


AGGREGATES = {
    "len": lambda t: True, "count": lambda t: True, "n_unique": lambda t: True, "first": lambda t: True, "last": lambda t: True,
    "min": lambda t: True, "max": lambda t: True, "list": lambda t: True, "unique": lambda t: True, "mode": lambda t: not is_float(t),
    "sum": lambda t: is_integer(t) or is_decimal(t) or t[0] in ("bool", "duration"),
    "mean": lambda t: is_integer(t) or is_decimal(t) or t[0] in ("date", "time", "datetime", "duration"),
    "median": lambda t: is_integer(t) or is_decimal(t) or t[0] in ("date", "time", "datetime", "duration"),
}
SQL_AGGREGATES = {
    "len": "count(*)", "count": "count(x)", "n_unique": "count(DISTINCT x) + CAST(bool_or(x IS NULL) AS INTEGER)",
    "first": "first(x ORDER BY u)", "last": "last(x ORDER BY u)", "min": "min(x)", "max": "max(x)", "sum": "coalesce(sum(x), 0)",
    "list": "list(x ORDER BY u)", "mean": "avg(x)", "median": "median(x)",
}


class GroupCase(TableCase):
    """`group_by k agg u = min(u), r = AGGREGATE(x)`; the least `u` of a group tells it apart."""

    def __init__(self, rng):
        key, type = key_type(rng), rng.choice([element_type(rng), key_type(rng)])
        name = rng.choice([n for n, suits in AGGREGATES.items() if suits(type)])
        call = "len()" if name == "len" else f"{name}(x)"
        frame = table(rng, {"k": key, "x": type}, is_mild=rng.random() < 0.7)
        window = rng.random() < 0.25
        pipeline = f"case | select u, r = {call} over k" if window else f"case | group_by k agg u = min(u), r = {call}"
        super().__init__("groups", {"case": frame}, pipeline)
        self.name, self.key, self.type, self.window = name, key, type, window
        self.meaning = Meaning({})
        if name in ("mean", "median") and not is_number(type):
            self.rules_of_types = {"means and medians of times"}
        self.judge()

    def judge(self):
        keys, xs = values(self.frame["k"]), values(self.frame["x"])
        groups = {}
        for u, k in enumerate(keys):
            identity = "NaN" if k != k else 0.0 if k == 0 and isinstance(k, float) else k
            groups.setdefault((type(identity).__name__, identity), []).append(u)
        try:
            for rows in groups.values():
                self.meaning.rules = set()
                if is_float(self.type) and any(xs[u] != xs[u] for u in rows):
                    self.meaning.rules.add("NaN in min and max")
                found = self.aggregate([xs[u] for u in rows])
                for u in rows if self.window else rows[:1]:
                    self.expected[u], self.rules[u] = found, self.meaning.rules
        except RowRefusal as refusal:
            self.refusal = str(refusal)

    def aggregate(self, column):
        known, type, name = [x for x in column if x is not None], self.type, self.name
        ordered = sorted(known, key=functools.cmp_to_key(lambda a, b: self.meaning.order(a, type, b, type)))
        match name:
            case "len": return len(column)
            case "count": return len(known)
            case "first": return column[0]
            case "last": return column[-1]
            case "list": return column
            case "n_unique" | "unique":
                distinct = []
                for x in column:
                    if not any(same(x, y, True) and type_name(x) == type_name(y) for y in distinct):
                        distinct.append(x)
                return len(distinct) if name == "n_unique" else distinct
        numbers = [x for x in ordered if x == x]
        match name:
            case "min": return (numbers or ordered or [None])[0]
            case "max": return (numbers or ordered or [None])[-1]
            case "mode":
                best, most = None, 0
                for x in ordered:
                    count = sum(same(x, y, True) for y in ordered)
                    best, most = (x, count) if count > most else (best, most)
                return best
            case "sum": return self.sum(known)
        if not known:
            return None
        if isinstance(known[0], tuple):
            return self.mean_of_times(ordered)
        place = (len(ordered) - 1) // 2
        if name == "mean":
            return float(sum(map(Fraction, known)) / len(known))
        return float((Fraction(ordered[place]) + Fraction(ordered[len(ordered) // 2])) / 2)

    def sum(self, known):
        if self.type == ("bool",):
            return sum(known)
        if self.type[0] == "duration":
            return self.meaning.fitting(("duration", sum(ticks for _, ticks in known)), self.type)
        wanted = ("decimal", 38, self.type[2]) if is_decimal(self.type) else ("u64",) if self.type == ("u64",) else ("i64",)
        total = sum(map(Fraction, known))
        if not holds(wanted, total):
            raise RowRefusal("overflow")
        return decimal_of(total, wanted[2]) if is_decimal(wanted) else int(total)

    def mean_of_times(self, ordered):
        """To the nearest tick, of two the later one; of days to the millisecond."""
        self.meaning.rules.add("means and medians of times")
        kind, tick = ordered[0][0], {"date": 10**6, "time": 1}.get(self.type[0]) or TICKS[self.type[1]]
        own = [ticks * 86_400 * 10**9 // tick if kind == "date" else ticks // tick for _, ticks in ordered]
        kind = "datetime" if kind == "date" else kind
        if self.name == "mean":
            return kind, (2 * sum(own) + len(own)) // (2 * len(own)) * tick
        low, high = own[(len(own) - 1) // 2], own[len(own) // 2]
        return kind, (low + (high - low + 1) // 2) * tick

    def result_type(self):
        if self.name in ("mean", "median") and self.type == ("date",):
            return "datetime", "ms"
        return self.type

    def by_lectern(self, result):
        self.order = result["u"].to_list()
        result = with_lengths(result, self.result_type()) if self.name not in ("count", "len", "n_unique") else result
        found = values(result["r"])
        if self.type[0] == "duration" and self.name in ("list", "unique"):
            found = [[None if x is None else ("duration", x * TICKS[self.type[1]]) if isinstance(x, int) else x for x in own] for own in found]
        return dict(zip(self.order, found))

    def problems(self, found):
        yield from super().problems(found)
        if self.order != list(self.expected) and not self.window:
            yield f"the groups are {self.order}, they should be {list(self.expected)}"

    def by_polars(self):
        x = pl.col("x")
        made = {
            "len": lambda: pl.len(), "list": lambda: x.implode(), "unique": lambda: x.unique(maintain_order=True).implode(),
            "mode": lambda: x.drop_nulls().mode().min(), "sum": lambda: x.cast(pl.Int64).sum() if is_integer(self.type) and self.type != ("u64",) else x.sum(),
        }.get(self.name, lambda: getattr(x, self.name)())()
        frame = self.frame.group_by("k", maintain_order=True).agg(u="u", r=made)
        if not self.window:
            return dict(zip((rows[0] for rows in frame["u"].to_list()), values(frame["r"])))
        return {u: r for rows, r in zip(frame["u"].to_list(), values(frame["r"])) for u in rows}

    def by_duckdb(self, database):
        self.put(database)
        x = "CAST(x AS DOUBLE)" if self.name == "median" and is_decimal(self.type) else "x"
        if self.name not in SQL_AGGREGATES:
            raise NotImplementedError("not supported")
        made = SQL_AGGREGATES[self.name].replace("median(x)", f"median({x})")
        frame = database.frame(f'SELECT list(u ORDER BY u) AS u, {made} AS r FROM "case" GROUP BY k')
        found = [(rows, r) for rows, r in zip(frame["u"].to_list(), values(frame["r"]))]
        return {u: r for rows, r in found for u in (rows if self.window else rows[:1])}


def type_name(value):
    return type(value).__name__


class OrderCase(TableCase):
    """`sort` by one or two columns of any type, and the distinct rows of one."""

    def __init__(self, rng):
        first, second = key_type(rng), key_type(rng)
        frame = table(rng, {"a": first, "b": second}, is_mild=rng.random() < 0.5)
        self.down = [rng.random() < 0.5 for _ in "ab"]
        self.types = {"a": first, "b": second}
        self.verb = rng.choice(["sort", "sort", "unique"])
        keys = ", ".join(name + (" desc" if down else "") for name, down in zip("ab", self.down))
        super().__init__("orders", {"case": frame}, f"case | {'sort ' + keys if self.verb == 'sort' else 'unique a'} | select u")
        meaning = Meaning({})
        columns = {name: values(frame[name]) for name in "ab"}

        def compared(u, v):
            for name, down in zip("ab", self.down):
                x, y = columns[name][u], columns[name][v]
                missing = [2 if z is None else 1 if z != z else 0 for z in (x, y)]
                if max(missing):
                    if missing[0] != missing[1]:
                        return missing[0] - missing[1]
                    continue
                sign = meaning.order(x, self.types[name], y, self.types[name])
                if sign:
                    return -sign if down else sign
            return u - v

        rows = sorted(range(frame.height), key=functools.cmp_to_key(compared))
        if self.verb == "unique":
            rows = [u for u in range(frame.height) if not any(
                same(columns["a"][u], columns["a"][v], True) for v in range(u))]
        self.expected = dict(enumerate(rows))
        self.rules = {}

    def by_lectern(self, result):
        return dict(enumerate(result["u"].to_list()))

    def by_polars(self):
        if self.verb == "unique":
            return dict(enumerate(self.frame.unique("a", keep="first", maintain_order=True)["u"].to_list()))
        keys, down = [], []
        for name, is_down in zip("ab", self.down):
            # DIFFERENCES: order of NaN
            if is_float(self.types[name]):
                keys.append(pl.col(name).is_nan())
                down.append(False)
            keys.append(pl.col(name))
            down.append(is_down)
        return dict(enumerate(self.frame.sort(keys, descending=down, nulls_last=True, maintain_order=True)["u"].to_list()))

    def by_duckdb(self, database):
        self.put(database)
        if self.verb == "unique":
            return dict(enumerate(database.frame('SELECT min(u) AS u FROM "case" GROUP BY a ORDER BY 1')["u"].to_list()))
        keys = []
        for name, is_down in zip("ab", self.down):
            if is_float(self.types[name]):
                keys.append(f"isnan({name}) NULLS LAST")
            keys.append(f"{name} {'DESC' if is_down else 'ASC'} NULLS LAST")
        return dict(enumerate(database.frame(f'SELECT u FROM "case" ORDER BY {", ".join(keys)}, u')["u"].to_list()))


KINDS = {"joins": JoinCase, "groups": GroupCase, "orders": OrderCase}
