"""Runs polars and DuckDB, converts their values to one form, and compares them."""
import math
from decimal import Decimal
from fractions import Fraction

import duckdb
import polars as pl
from meaning_types import TICKS


class Failure:
    """What a peer said instead of a value."""

    def __init__(self, message):
        self.message = message.strip().split("\n")[0][:200]

    def __repr__(self):
        return f"an error ({self.message})"


def values(series):
    """A column's values as `meaning` writes them: times in nanoseconds, whole numbers whatever their width."""
    dtype = series.dtype
    if isinstance(dtype, (pl.Datetime, pl.Duration)):
        kind = "datetime" if isinstance(dtype, pl.Datetime) else "duration"
        return [None if v is None else (kind, v * TICKS[dtype.time_unit]) for v in series.to_physical().to_list()]
    if dtype in (pl.Date, pl.Time):
        kind = "date" if dtype == pl.Date else "time"
        return [None if v is None else (kind, v) for v in series.to_physical().to_list()]
    if isinstance(dtype, pl.List):
        return [None if v is None else values(v) for v in series]
    if isinstance(dtype, pl.Struct):
        fields = {f.name: values(series.struct.field(f.name)) for f in dtype.fields}
        known = series.is_not_null().to_list()
        return [{name: own[row] for name, own in fields.items()} if known[row] else None for row in range(len(series))]
    return series.to_list()


def same(a, b, is_exact=False):
    """Whether two values are the same; floats may differ in their last digits."""
    if isinstance(a, Failure) or isinstance(b, Failure) or a is None or b is None:
        return a is b
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(same(x, y, is_exact) for x, y in zip(a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key], is_exact) for key in a)
    if isinstance(a, float) or isinstance(b, float):
        if not all(isinstance(x, (int, float, Decimal)) and not isinstance(x, bool) for x in (a, b)):
            return False
        a, b = as_float(a), as_float(b)
        if math.isnan(a) or math.isnan(b):
            return math.isnan(a) and math.isnan(b)
        return a == b or not is_exact and math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(a, bool) != isinstance(b, bool):
        return False
    if isinstance(a, (int, Decimal)) and isinstance(b, (int, Decimal)):
        return Fraction(a) == Fraction(b)
    return a == b


def as_float(number):
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


class DuckDB:
    """A database in memory that is asked for tables."""

    def __init__(self):
        # In the order of the rows, whatever their number.
        self.connection = duckdb.connect(config={"threads": 1})

    def put(self, name, frame):
        self.connection.register("incoming", frame.to_arrow())
        self.run(f'CREATE OR REPLACE TEMP TABLE "{name}" AS SELECT * FROM incoming')
        self.connection.unregister("incoming")

    def run(self, sql):
        self.connection.execute(sql)

    def frame(self, sql):
        """The result of a query; intervals, of which Arrow knows no length, as lengths of time."""
        relation = self.connection.sql(sql)
        known = {name: str(type) for name, type in zip(relation.columns, relation.types) if "INTERVAL" in str(type)}
        if not known:
            return relation.pl()
        makers = {"INTERVAL": 'epoch_us("{0}") AS "{0}"', "INTERVAL[]": 'list_transform("{0}", lambda e: epoch_us(e)) AS "{0}"'}
        names = [makers[known[n]].format(n) if n in known else f'"{n}"' for n in relation.columns]
        lengths = [pl.col(n).cast(pl.Duration("us") if t == "INTERVAL" else pl.List(pl.Duration("us"))) for n, t in known.items()]
        return relation.project(", ".join(names)).pl().with_columns(lengths)
