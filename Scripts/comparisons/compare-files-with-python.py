"""Checks that files which Lectern writes are read back by polars and duckdb with the same values and types, and that
Lectern reads what polars writes.

usage: python Scripts/comparisons/compare-files-with-python.py LECTERN

A generated table of all common types with nulls, extremes, empty and unusual texts goes polars → Lectern → polars, as
Parquet and as CSV, and a table that Lectern itself makes goes to both. Prints one line per comparison; the exit status is 1
if one differs.

Written with polars 2.1.0, duckdb 2.0.0.
"""
import os
import subprocess
import sys
import tempfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from importlib.metadata import version

import duckdb
import polars as pl

TEXTS = [
    "plain", "", None, "Пакет-майка «Лента», 5 л", 'say "so"', "a,b;c\td", "two\nlines", "crlf\r\nline", " spaces ",
    "null", "NA", "007", "1e3", "true", "2024-01-01", "'", '"', ",", "日本語 👩‍👩‍👧 é", "back\\slash",
]
ROWS = len(TEXTS)


def repeated(*values):
    return [values[row % len(values)] for row in range(ROWS)]


def plain_frame():
    """Everything that CSV can hold as well."""
    columns = {
        "flag": pl.Series(repeated(True, None, False), dtype=pl.Boolean),
        "text": pl.Series(TEXTS, dtype=pl.String),
        "f32": pl.Series(repeated(0.1, None, -1.5, 3.4e38, 1e-45), dtype=pl.Float32),
        "f64": pl.Series(repeated(0.1, None, -0.0, 1.7976931348623157e308, 5e-324, 1 / 3), dtype=pl.Float64),
        "day": pl.Series(repeated(date(2024, 7, 1), None, date(1969, 12, 31), date(9999, 12, 31)), dtype=pl.Date),
        "none": pl.Series([None] * ROWS, dtype=pl.Int64),
    }
    for bits in [8, 16, 32, 64]:
        top = 2 ** (bits - 1)
        signed, unsigned = getattr(pl, f"Int{bits}"), getattr(pl, f"UInt{bits}")
        columns[f"i{bits}"] = pl.Series(repeated(0, None, -top, top - 1), dtype=signed)
        columns[f"u{bits}"] = pl.Series(repeated(0, None, 2 * top - 1), dtype=unsigned)
    moment = datetime(2024, 7, 1, 12, 34, 56, 789000)
    for unit in ["ms", "us", "ns"]:
        columns[f"at_{unit}"] = pl.Series(repeated(moment, None, datetime(1955, 1, 1)), dtype=pl.Datetime(unit))
    return pl.DataFrame(columns)


def nested_frame():
    """What only Parquet holds."""
    texts = repeated(["я", "", None], [], None, ['"', "\n"])
    return plain_frame().with_columns(
        pl.Series("numbers", repeated([1, 2], [], None, [None], [3]), dtype=pl.List(pl.Int64)),
        pl.Series("texts", texts, dtype=pl.List(pl.String)),
        pl.Series("days", repeated([date(2024, 7, 1)], None, []), dtype=pl.List(pl.Date)),
        pl.Series("f64_special", repeated(float("nan"), float("inf"), None, float("-inf")), dtype=pl.Float64),
        pl.Series("clock", repeated(time(12, 34, 56, 789), None, time(0)), dtype=pl.Time),
        pl.Series("price", repeated(Decimal("12.34"), None, Decimal("-0.01")), dtype=pl.Decimal(12, 2)),
    )


LITERAL = r"""
t = table a = [1, null, 3], text = ["Пакет", "", null], lists = [[1, 2], [], null], x = [0.1, null, -0.5]
t = t | with i8 = cast(a, i8), u64 = cast(a, u64), f32 = cast(x, f32), flag = a == 1, day = date(2024, 7, 1) + a
t = t | with quoted = concat('say "so", twice', "\n", text)
"""
LITERAL_FRAME = pl.DataFrame({
    "a": pl.Series([1, None, 3], dtype=pl.Int64),
    "text": pl.Series(["Пакет", "", None], dtype=pl.String),
    "lists": pl.Series([[1, 2], [], None], dtype=pl.List(pl.Int64)),
    "x": pl.Series([0.1, None, -0.5], dtype=pl.Float64),
    "i8": pl.Series([1, None, 3], dtype=pl.Int8),
    "u64": pl.Series([1, None, 3], dtype=pl.UInt64),
    "f32": pl.Series([0.1, None, -0.5], dtype=pl.Float32),
    "flag": pl.Series([True, None, False], dtype=pl.Boolean),
    "day": pl.Series([date(2024, 7, 2), None, date(2024, 7, 4)], dtype=pl.Date),
    "quoted": pl.Series(['say "so", twice\nПакет', 'say "so", twice\n', None], dtype=pl.String),
})


def difference(found, expected):
    """What differs between two tables, values bit for bit, or None."""
    if found.schema != expected.schema:
        pairs = [(name, found.schema.get(name), type) for name, type in expected.schema.items()]
        return "types: " + ", ".join(f"{name} {a} for {b}" for name, a, b in pairs if a != b)
    for name in expected.columns:
        # repr tells −0.0 from 0.0 and finds NaN equal to itself.
        rows = zip(found[name].to_list(), expected[name].to_list())
        for row, (a, b) in enumerate(rows):
            if repr(a) != repr(b):
                return f"{name}, row {row}: {a!r} for {b!r}"
    return None if found.height == expected.height else f"{found.height} rows for {expected.height}"


def read_csv(path, frame, **options):
    """The table that polars reads from a CSV file, texts first, so that its guesses of types play no part."""
    texts = pl.read_csv(path, infer_schema=False, **options)
    return texts.with_columns(
        pl.col(name).str.to_datetime(time_unit=type.time_unit) if isinstance(type, pl.Datetime)
        else pl.col(name).str.to_date() if type == pl.Date
        else (pl.col(name) == "true") if type == pl.Boolean
        else pl.col(name).cast(type)
        for name, type in frame.schema.items())


def type_name(type):
    """The type as Lectern writes it: `i32`, `f64`, `datetime[us]`."""
    if isinstance(type, pl.Datetime):
        return f"datetime[{type.time_unit}]"
    name = str(type)
    for long, short in [("Int", "i"), ("UInt", "u"), ("Float", "f")]:
        if name.startswith(long):
            return short + name.removeprefix(long)
    return {"Boolean": "bool", "String": "str", "Date": "date"}[name]


def main():
    [program] = sys.argv[1:]
    print(", ".join(f"{name} {version(name)}" for name in ["polars", "duckdb"]))
    passed = True

    def compare(name, found, expected):
        nonlocal passed
        text = difference(found, expected)
        passed &= text is None
        size = f"{expected.height} rows × {expected.width} columns equal"
        print(f"{'ok  ' if text is None else 'FAIL'}  {name:<52}  {text or size}", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        def lectern(code):
            run = subprocess.run([os.path.abspath(program), "eval", code], capture_output=True, text=True, cwd=folder)
            if run.returncode != 0:
                sys.exit(f"lectern failed with status {run.returncode}:\n{run.stdout}{run.stderr}")

        nested, plain = nested_frame(), plain_frame()
        nested.write_parquet(f"{folder}/polars.parquet")
        for compression in ["zstd", "snappy", "gzip", "brotli", "lz4", "none"]:
            path = f"{folder}/{compression}.parquet"
            lectern(f'load "polars.parquet" | save "{compression}.parquet" compression="{compression}"')
            compare(f"Parquet, {compression}, polars → Lectern → polars", pl.read_parquet(path), nested)
        rows = duckdb.sql(f"select * from '{folder}/zstd.parquet'").fetchall()
        columns = [pl.Series(name, values, dtype=nested.schema[name]) for name, values in zip(nested.columns, zip(*rows))]
        compare("Parquet, polars → Lectern → duckdb", pl.DataFrame(columns), nested)

        names = ", ".join(plain.columns)
        lectern(f'load "polars.parquet" | select {names} | save "lectern.csv"')
        compare("CSV, polars → Lectern → polars", read_csv(f"{folder}/lectern.csv", plain), plain)
        lectern(f'load "polars.parquet" | select {names} | save "lectern.tsv"')
        compare("TSV, polars → Lectern → polars", read_csv(f"{folder}/lectern.tsv", plain, separator="\t"), plain)

        plain.write_csv(f"{folder}/polars.csv")
        types = [f"{name} {type_name(type)}" for name, type in plain.schema.items()]
        listed = ", ".join(f'"{type}"' for type in types)
        lectern(f'load "polars.csv" types=[{listed}] | save "from-csv.parquet"')
        compare("CSV, polars → Lectern, types given", pl.read_parquet(f"{folder}/from-csv.parquet"), plain)
        lectern('load "lectern.csv" | save "again.csv"')
        compare("CSV, Lectern → Lectern, types guessed", read_csv(f"{folder}/again.csv", plain), plain)

        lectern(LITERAL + 't | save "literal.parquet"\nt | drop lists | save "literal.csv"')
        compare("Parquet, made by Lectern", pl.read_parquet(f"{folder}/literal.parquet"), LITERAL_FRAME)
        flat = LITERAL_FRAME.drop("lists")
        compare("CSV, made by Lectern", read_csv(f"{folder}/literal.csv", flat), flat)
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
