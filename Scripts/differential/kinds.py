"""Generators of cases by kind: decimals, times, binary, casts, membership, chains of filters."""
from cases import RowCase
from columns_of_types import NARROW, PRECISIONS, table
from meaning_types import WIDTHS, written

COMPARE = ["==", "!=", "<", "<=", ">", ">="]
UNITS = ["ms", "us", "ns"]
FLOATS = ["0.29", "0.1", "(-0.07)", "1.5", "2.675", "100.05", "0.0", "(-9.0)", "1e3", "0.30000000000000004", "12.34", "9007199254740992.0"]


def decimal_type(rng):
    return "decimal", *rng.choice(PRECISIONS)


def integer_type(rng):
    return (rng.choice(list(WIDTHS)),)


def decimals(rng):
    """Arithmetic, comparisons, rounding and choices of decimals beside decimals, whole numbers and floats."""
    types = {"p": decimal_type(rng), "q": decimal_type(rng), "i": integer_type(rng), "f": ("f64",), "b": ("bool",)}
    frame = table(rng, types, is_mild=rng.random() < 0.7)
    op, compare, number = rng.choice(["+", "-", "*", "/"]), rng.choice(COMPARE), rng.choice(FLOATS)
    whole, digits = rng.choice(["0", "1", "3", "(-2)", "29", "9223372036854775807"]), rng.choice([-2, -1, 0, 1, 2, 5])
    text = rng.choice([
        f"p {op} q", f"p {op} i", f"i {op} p", f"p {op} {whole}", f"p {op} {number}", f"p {op} f", f"p {rng.choice(['//', '%'])} q",
        f"p {rng.choice(['//', '%'])} {rng.choice(['3', '(-2)', '1'])}", f"-p {op} q", "-p", f"p {compare} q", f"p {compare} i",
        f"p {compare} {number}", f"p {compare} f", f"f {compare} p", f"p {compare} {whole}", f"{number} {compare} p",
        f"coalesce(p, {rng.choice([number, whole, 'q', 'i', 'f'])})", f"if b then p else {rng.choice([number, whole, 'q', 'i', 'f'])}",
        f"least(p, {rng.choice(['q', 'i', '1'])})", f"greatest(p, {rng.choice(['q', 'i', '1'])})", f"round(p, {digits})", "floor(p)",
        "ceil(p)", "abs(p)", "sign(p)", "clip(p, 0, 3)", f"(p + q) {op} {whole}", f"(p {op} q) {compare} {number}", "p is null",
        f"p * 2 {compare} q + 1",
    ])
    return RowCase("decimals", frame, text)


def times(rng):
    """Dates, times of day, moments and lengths of time, in every unit."""
    types = {
        "d": ("date",), "e": ("date",), "t": ("datetime", rng.choice(UNITS)), "s": ("datetime", rng.choice(UNITS)), "c": ("time",),
        "k": ("time",), "g": ("duration", rng.choice(UNITS)), "h": ("duration", rng.choice(UNITS)), "i": (rng.choice(["i8", "i32", "i64"]),),
        "b": ("bool",),
    }
    frame = table(rng, types, is_mild=rng.random() < 0.8)
    compare, days, sign = rng.choice(COMPARE), rng.choice(["1", "30", "366"]), rng.choice("+-")
    part, moment = rng.choice(["year", "month", "day", "weekday", "week"]), rng.choice(["t", "s"])
    every = rng.choice(["1d", "1w", "1mo", "1q", "1y", "2d", "3mo", "2w", "7d", "3w", "5mo", "7y", "3q"])
    when = rng.choice(['"2024-02-28"', '"2024-02-28 12:34:56"', '"2024-02-28 12:34:56.789"', '"1969-12-31 23:59:59.999"'])
    text = rng.choice([
        f"d {compare} e", f"t {compare} s", f"d {compare} {moment}", f"{moment} {compare} {when}", f"d {compare} {when}",
        f"c {compare} k", f'c {compare} "{rng.choice(["00:00:00", "12:00:00", "23:59:59.999999", "12:00"])}"', f"g {compare} h",
        f"d {sign} {days}", f"d {sign} i", f"{moment} {sign} {days}", "d - e", "t - s", "t - d", "d - t", f"t {sign} g", f"g {sign} h",
        f"g * {rng.choice(['2', '(-3)', '1000'])}", "g * i", "g / h", f"(t - s) {compare} g", f"(t + g) - s", f"{part}(d)", f"{part}({moment})",
        f"hour({moment})", f"date({moment})", f'truncate(d, "{every}")', f'truncate({moment}, "{rng.choice([every, "1h", "15m", "6h", "90m"])}")',
        f"coalesce(t, {rng.choice(['s', 'd'])})", f"coalesce(g, h)", f"coalesce(c, k)", "if b then t else s", "if b then g else h",
        "if b then d else t", f"least(d, e)", f"greatest(t, s)", f"least(g, h)", "greatest(c, k)", f"cast({moment}, date)", f"cast({moment}, time)",
        f"{rng.choice(['cast', 'try_cast'])}({moment}, datetime[{rng.choice(UNITS)}])", f"cast(d, datetime[{rng.choice(UNITS)}])",
        f"{rng.choice(['cast', 'try_cast'])}(g, duration[{rng.choice(UNITS)}])", f"{rng.choice(['cast', 'try_cast'])}(d, str)", "cast(d, i32)",
        f"cast({moment}, i64)", "cast(g, i64)", "cast(c, i64)", f"try_cast(i, date)", f"{part}({moment}) {compare} {part}(d)", "c is null",
        f"year(d) * 100 + month(d)", f"-g",
    ])
    return RowCase("times", frame, text)


def binary(rng):
    frame = table(rng, {"a": ("binary",), "b": ("binary",), "s": ("str",), "k": ("bool",)})
    compare = rng.choice(COMPARE)
    text = rng.choice([
        f"a {compare} b", f"cast(s, binary) {compare} a", f"{rng.choice(['cast', 'try_cast', 'try_cast'])}(a, str)", "cast(s, binary)", "a is null",
        "coalesce(a, b)", "if k then a else b", f"cast(cast(s, binary), str) == s", "least(a, b)", "greatest(a, b)",
        f"length(try_cast(a, str))",
    ])
    return RowCase("binary", frame, text)


SIMPLE = ["bool", *WIDTHS, "f32", "f64", "str", "date", "datetime[ms]", "datetime[us]", "datetime[ns]", "decimal[5,2]", "decimal[38,0]", "decimal[12,6]"]
TEXTS = ["7", "-12", "300", "0", "00", "1.5", "-0.25", "1e3", "x", "", " 5", "5 ", "+5", "true", "false", "True", "2024-02-29", "2023-02-29",
         "2024-02-29 12:34:56", "2024-02-29T12:34:56.789", "12:34:56", "9223372036854775808", "99999999999999999999", "0.29", "12.345", ".5", "5.", "null"]


def element_type(rng):
    return rng.choice([
        integer_type(rng), integer_type(rng), ("f64",), ("f32",), ("bool",), ("str",), ("date",), decimal_type(rng), ("datetime", rng.choice(UNITS)),
        ("duration", rng.choice(UNITS))])


def casts(rng):
    """Casts between all types, in lists and in lists of lists."""
    import polars as pl
    from casts import LOST
    from columns_of_types import holes
    from meaning import can_become
    from meaning_types import parsed

    for _ in range(200):
        own, wanted = element_type(rng), parsed(rng.choice(SIMPLE))
        # Floats and moments as texts are written in the manner of each program.
        if can_become(own, wanted) and not (wanted == ("str",) and own[0] in ("f32", "f64", "datetime", "duration", "time")):
            break
    depth = rng.choice([0, 0, 1, 1, 2])
    rows = rng.choice([1, 3, 8, 12, 20])
    frame = table(rng, {"x": nested(own, depth)}, rows, is_mild=rng.random() < 0.5)
    if own == ("str",):
        texts = lambda n: holes(rng, [rng.choice(TEXTS) for _ in range(n)])
        drawn = texts(rows) if depth == 0 else [texts(rng.randint(0, 3)) for _ in range(rows)]
        if depth == 2:
            drawn = [[inner] for inner in drawn]
        frame = frame.with_columns(x=pl.Series(drawn, dtype=frame.schema["x"]))
    return RowCase("casts", frame, f"{rng.choice(['cast', 'try_cast', 'try_cast'])}(x, {written(nested(wanted, depth))})")


def nested(type, depth):
    return type if depth == 0 else ("list", nested(type, depth - 1))


def membership(rng):
    """`in` and `not in` of 1 to 100 elements, of types that meet."""
    from datetime import date, timedelta

    own = rng.choice([integer_type(rng), integer_type(rng), ("f64",), ("f32",), decimal_type(rng), decimal_type(rng), ("str",), ("date",),
                      ("datetime", rng.choice(UNITS)), ("bool",), ("time",)])
    frame = table(rng, {"x": own, "y": own}, is_mild=rng.random() < 0.6)
    count = rng.choice([1, 2, 3, 5, 8, 9, 16, 17, 40, 100])
    wholes = lambda: str(rng.choice([0, 1, 2, 3, 29, -1, 300, 2**53, 2**53 + 1, 2**63 - 1, -(2**63), rng.randint(-50, 50)]))
    day = lambda: (date(2024, 2, 20) + timedelta(days=rng.randint(-40, 40))).isoformat()
    makers = {
        "number": [wholes, lambda: rng.choice(FLOATS).strip("()"), lambda: rng.choice([wholes(), rng.choice(FLOATS).strip("()")])],
        "str": [lambda: '"' + rng.choice(["", "a", "чай", "x_1", "10", "щ"]) + '"'],
        "date": [lambda: f'"{day()}"', lambda: f"date({', '.join(str(int(n)) for n in day().split('-'))})"],
        "datetime": [lambda: f'"{day()}"', lambda: f'"{day()} 12:34:56.789"', lambda: f"date({', '.join(str(int(n)) for n in day().split('-'))})"],
        "bool": [lambda: rng.choice(["true", "false"])],
        "time": [lambda: f'"{rng.randint(0, 23):02}:00:00"'],
    }
    make = rng.choice(makers.get(own[0], makers["number"]))
    elements = [make() for _ in range(count)]
    if own[0] in ("date", "datetime") and elements[0].startswith("date("):
        elements = elements[:9]
    if rng.random() < 0.2:
        elements[rng.randrange(len(elements))] = "null"
    # What is in the column is often in the list.
    known = [str(v) for v in frame["x"].drop_nulls().to_list()[:3]] if own[0] in WIDTHS else []
    if known and all(not e.startswith('"') for e in elements):
        elements[: len(known)] = known
    text = f"x {rng.choice(['in', 'in', 'not in'])} [{', '.join(elements)}]"
    return RowCase("membership", frame, text)


def guards(rng):
    """Filters that exclude what a later one, or the rest, would fail on; `if`, `and` and `or` that do."""
    from datetime import date

    frame = table(rng, {"a": (rng.choice(["i8", "i32", "i64"]),), "b": ("i64",), "s": ("str",), "p": ("decimal", 10, 2), "d": ("date",)},
                  is_mild=rng.random() < 0.7)
    import polars as pl

    texts = [rng.choice(["7", "-12", "x", "", "300"]) for _ in range(frame.height)]
    frame = frame.with_columns(s=pl.Series(texts, dtype=pl.String))
    n = rng.choice(["10", "100", "(-7)"])
    compare = rng.choice([">", "<=", "!="])
    pairs = [
        ("a != 0", f"{n} // a {compare} 1"), ("a > 0", f"b % a {compare} 1"), ("a is not null and a != 0", f"b // a {compare} 2"),
        ('matches(s, "^-?[0-9]+$")', f"cast(s, i64) {compare} 5"), ("b < 1000000 and b > -1000000", f"b * 1000 {compare} 3"),
        ("p != 0", f"{n} // p {compare} 1"), ("a in [1, 2, 3]", f"{n} % a {compare} 0"), ("not (a == 0)", f"b // a {compare} 0"),
        ("b is not null and b > 0", f"cast(b, u64) {compare} 3"), ("a >= 0 and a < 100", f"cast(a, u8) + 1 {compare} 3"),
        ("b < 9223372036854775807", f"b + 1 {compare} 0"),
    ]
    guard, risky = rng.choice(pairs)
    if "matches" in guard and rng.random() < 0.5:
        guard = 's != "" and s != "x"'
    simple = rng.choice(["b > -5", 's != "x"', "d > \"1970-01-01\"", "p is not null", "b == b"])
    shape = rng.choice(["filters", "filters", "filters between", "if", "and", "or", "unguarded"])
    if shape == "filters":
        filters, text = [guard, risky], rng.choice(["b", "a", risky.split(f" {compare} ")[0]])
    elif shape == "filters between":
        filters, text = [guard, simple, risky], "a"
    elif shape == "if":
        filters, text = [simple] if rng.random() < 0.3 else [], f"if {guard} then {risky.split(f' {compare} ')[0]} else null"
    elif shape == "and":
        filters, text = [f"{guard} and {risky}"], "b"
    elif shape == "or":
        filters, text = [], f"not ({guard}) or {risky}"
    else:
        filters, text = [risky], "b"
    return RowCase("guards", frame, text, filters)


KINDS = {"decimals": decimals, "times": times, "binary": binary, "casts": casts, "membership": membership, "guards": guards}
