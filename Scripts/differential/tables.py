"""Random tables: nulls, NaN, infinities, duplicates, empty tables, extreme integers, Cyrillic text."""
from datetime import date, datetime, timedelta

import polars as pl

WORDS = ["", "чай", "Чай", "кофе", "Ёлка", "a", "A", "ab", "a b", " a ", "\u00a0я", "ß", "щука-щука", "x_1", "10", "-7", "日本", "👍🏽"]
DAY = date(2024, 2, 27)
MOMENT = datetime(2023, 12, 30, 22, 59, 59, 999_999)


class Column:
    """What the generator knows of a column: its kind and what values it keeps clear of."""

    def __init__(self, kind, small=True, nulls=True, nans=False, unique=False, rounded=False):
        self.kind = kind  # int float str bool date moment list struct
        self.small = small  # integers whose products still fit
        self.nulls = nulls
        self.nans = nans
        self.unique = unique
        self.rounded = rounded  # numbers whose last bits depend on the order of additions

    def but(self, **changes):
        other = Column(self.kind)
        other.__dict__.update(self.__dict__)
        other.__dict__.update(changes)
        return other


def holes(rng, values):
    share = rng.choice([0, 0, 0.1, 0.5, 1.0] if rng.random() < 0.5 else [0.15])
    return [None if rng.random() < share else value for value in values]


def random_table(rng, rows=None, has_literals=False):
    """A polars table, and what is known of its columns; only of types that have literals, where that is asked for."""
    if rows is None:
        rows = rng.choice([0, 1, 2, 3, 5, 8, 13, 21, 40, 40, 40, 200, 3000] if rng.random() < 0.5 else [12, 20, 30])
    span = rng.choice([1, 3, 6, 1000])

    def ints(low, high):
        return [rng.randint(low, high) for _ in range(rows)]

    def reals():
        special = [float("nan"), float("inf"), -float("inf"), -0.0, 0.0, 1e-300, 0.5, 2.5, -2.5, 1e17]
        return [rng.choice(special) if rng.random() < 0.2 else rng.randint(-40, 40) / 4 for _ in range(rows)]

    extremes = [2**63 - 1, -(2**63), 2**62, 2**53 + 1, -1, 0, 1, 2**31]
    makers = {
        "k": lambda: (pl.Series(holes(rng, ints(0, span)), dtype=pl.Int64), Column("int")),
        "g": lambda: (pl.Series(holes(rng, ints(-2, 2)), dtype=pl.Int32), Column("int")),
        "h": lambda: (pl.Series(holes(rng, ints(-128, 127)), dtype=pl.Int8), Column("int", small=False)),
        "w": lambda: (pl.Series(ints(0, 9), dtype=pl.UInt32), Column("int", nulls=False)),
        "n": lambda: (
            pl.Series(holes(rng, [rng.choice(extremes) for _ in range(rows)]), dtype=pl.Int64),
            Column("int", small=False),
        ),
        "x": lambda: (pl.Series(holes(rng, reals()), dtype=pl.Float64), Column("float", nans=True)),
        "y": lambda: (pl.Series(holes(rng, [v / 8 for v in ints(-80, 80)]), dtype=pl.Float64), Column("float")),
        "s": lambda: (
            pl.Series(holes(rng, [rng.choice(WORDS[: rng.choice([4, 18])]) for _ in range(rows)]), dtype=pl.String),
            Column("str"),
        ),
        "b": lambda: (pl.Series(holes(rng, [rng.random() < 0.5 for _ in range(rows)]), dtype=pl.Boolean), Column("bool")),
        "d": lambda: (
            pl.Series(holes(rng, [DAY + timedelta(days=v) for v in ints(0, span * 10)]), dtype=pl.Date),
            Column("date"),
        ),
        "t": lambda: (
            pl.Series(holes(rng, [MOMENT + timedelta(minutes=37 * v) for v in ints(0, span * 100)]), dtype=pl.Datetime("us")),
            Column("moment"),
        ),
        "f": lambda: (pl.Series(holes(rng, [v / 8 for v in ints(-80, 80)]), dtype=pl.Float32), Column("float")),
        "q": lambda: (pl.Series(holes(rng, ints(0, 255)), dtype=pl.UInt8), Column("int", small=False)),
        "v": lambda: (
            pl.Series(
                holes(rng, [MOMENT.replace(microsecond=0) + timedelta(hours=v) for v in ints(0, span)]),
                dtype=pl.Datetime(rng.choice(["ms", "ns"]))),
            Column("moment"),
        ),
        "p": lambda: (
            pl.Series(
                holes(rng, [{"left": rng.choice([None, 1, 2]), "right": rng.choice(WORDS[:4])} for _ in range(rows)]),
                dtype=pl.Struct({"left": pl.Int64, "right": pl.String})),
            Column("struct"),
        ),
        "l": lambda: (
            pl.Series(
                holes(rng, [[rng.choice([None, 0, 1, 2, 3]) for _ in range(rng.randint(0, 4))] for _ in range(rows)]),
                dtype=pl.List(pl.Int64)),
            Column("list"),
        ),
        "u": lambda: (
            pl.Series(rng.sample(range(rows), rows), dtype=pl.Int64),
            Column("int", nulls=False, unique=True),
        ),
    }
    if has_literals:
        del makers["p"]
    chosen = [name for name in makers if name in "ku" or rng.random() < (0.35 if has_literals else 0.55)]
    rng.shuffle(chosen)
    series, columns = {}, {}
    for name in chosen:
        series[name], columns[name] = makers[name]()
    return pl.DataFrame(series), columns
