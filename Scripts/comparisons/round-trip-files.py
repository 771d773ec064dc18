"""Sends Parquet files back and forth between Lectern and polars, pyarrow, DuckDB and fastparquet, and compares every value.

usage: python Scripts/comparisons/round-trip-files.py LECTERN [--rows N]

Generated tables with all types (nulls, empty texts, extremes, nested lists, structures and maps; without rows, with one
row, with a few thousand, and with N rows, 10 million by default) are written by each of the four with every
codec, page version, dictionary setting and some sizes of row groups, read by Lectern, written again with zstd, snappy and
uncompressed, and read by all four. The values have to equal those of the first table in polars. The large table is made and
checked a few columns at a time, with all types, and with the most usual options of each writer. A writer that lacks a type
gets the table without it. Prints one line per difference; the exit status is 1 if there is one.

    pip install polars==2.1.0 pyarrow==26.0.1 duckdb==2.0.0 fastparquet==2026.9.0 pandas==3.1.1
"""
import argparse
import subprocess
import sys
import tempfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

try:
    import fastparquet
except ImportError:
    # The three others are enough where it is not installed: `make differential`.
    fastparquet = None

LARGE = 1_000_000
# What of a large table is in memory at once.
PARTS = [
    ["flag", "i8", "i32", "i64", "u32", "u64", "f32", "f64", "text", "no_nulls", "other_texts", "at_us", "nothing", "day"],
    ["price", "huge", "numbers", "i16", "u8", "u16", "at_ms", "at_ns", "clock", "took", "bytes"],
    ["words", "lists"],
    ["pair", "pairs", "deep"],
]
# Whole numbers with nulls are floats to pandas, and columns of nulls or of lists with nulls are beyond fastparquet.
FASTPARQUET = ["f64", "text", "no_nulls", "other_texts", "at_us"]
# DuckDB's intervals have no place in Parquet.
NOT_IN_DUCKDB = ["took"]


def frame(rows, part=None):
    """The same values whatever the number of rows; all columns, or those of one of `PARTS`."""
    row = pl.int_range(rows, eager=True)
    pick = lambda values, dtype: lambda: pl.Series(values, dtype=dtype)[row % len(values)]
    texts = ["", "молоко", None, 'say "so", twice', "two\nlines", "a long text " * 9, "0"]
    columns = {
        "flag": pick([True, None, False], pl.Boolean),
        "i8": pick([0, None, -128, 127, 5], pl.Int8),
        "i32": pick([0, None, -(2**31), 2**31 - 1, 5], pl.Int32),
        "i64": pick([0, None, -(2**63), 2**63 - 1, 5], pl.Int64),
        "u32": pick([0, None, 2**32 - 1], pl.UInt32),
        "u64": pick([0, None, 2**64 - 1], pl.UInt64),
        "f32": pick([0.5, None, -1.5, 3.4e38, 1e-45], pl.Float32),
        "f64": pick([0.1, None, -0.0, 1.7976931348623157e308, 5e-324], pl.Float64),
        "text": pick(texts, pl.String),
        "no_nulls": lambda: row.cast(pl.Int64) * 7919 % 1_000_003,
        "other_texts": lambda: "t" + (row * 7919 % 100_003).cast(pl.String),
        "at_us": pick([datetime(2024, 7, 1, 12, 34, 56, 789), None, datetime(1955, 1, 1)], pl.Datetime("us")),
        "nothing": lambda: pl.Series([None], dtype=pl.Int64)[row % 1],
        "day": pick([date(2024, 7, 1), None, date(1969, 12, 31)], pl.Date),
        "price": pick([Decimal("12.34"), None, Decimal("-0.01")], pl.Decimal(12, 2)),
        "numbers": pick([[1, 2], [], None, [None], [3]], pl.List(pl.Int64)),
    }
    pair = pl.Struct({"a": pl.Int32, "b": pl.String})
    deep = pl.Struct({"x": pl.List(pl.Float64), "y": pair})
    columns |= {
        "i16": pick([0, None, -(2**15), 2**15 - 1], pl.Int16),
        "u8": pick([0, None, 255], pl.UInt8),
        "u16": pick([0, None, 2**16 - 1], pl.UInt16),
        "huge": pick([Decimal("12345678901234567890.0123456789"), None, Decimal("-0.5")], pl.Decimal(38, 10)),
        "at_ms": pick([datetime(2024, 7, 1, 12, 34, 56, 789000), None, datetime(1955, 1, 1)], pl.Datetime("ms")),
        "at_ns": pick([datetime(2024, 7, 1, 12, 34, 56, 789), None, datetime(1955, 1, 1)], pl.Datetime("ns")),
        "clock": pick([time(0), None, time(23, 59, 59, 999999)], pl.Time),
        "took": pick([timedelta(days=3, microseconds=1), None, timedelta(seconds=-1)], pl.Duration("us")),
        "bytes": pick([b"", b"\x00\xff", None], pl.Binary),
        "words": pick([["я", "", None], [], None], pl.List(pl.String)),
        "lists": pick([[[1], [], None], [], None, [[2, None]]], pl.List(pl.List(pl.Int16))),
        "pair": pick([{"a": 1, "b": ""}, None, {"a": None, "b": None}], pair),
        "pairs": pick([[{"a": 1, "b": "я"}, None], [], None, [{"a": None, "b": "z"}]], pl.List(pair)),
        "deep": pick([{"x": [0.5, None], "y": {"a": 1, "b": "b"}}, {"x": [], "y": None}, None], deep),
    }
    return pl.DataFrame({name: make() for name, make in columns.items() if part is None or name in PARTS[part]})


def writers(table, folder):
    """(name, function of a path, the table it writes) of every way that a writer has; large ones the usual ways."""
    usual = table.height >= LARGE
    few = usual and not set(FASTPARQUET) <= set(table.columns)
    for codec in ["zstd", "snappy", "uncompressed", "gzip", "lz4", "brotli"][:1 if few else 3 if usual else 6]:
        for group in [None] if usual else [None, 100]:
            yield f"polars {codec} {group}", lambda path, c=codec, g=group: table.write_parquet(
                path, compression=c, row_group_size=g), table
    arrow = table.to_arrow()
    if not usual:
        # polars has no maps: to it they are lists of keys and values, as they are to Lectern.
        pairs = [[("a", 1), ("я", None)], [], None, [("", 2)]]
        maps = pa.array([pairs[row % 4] for row in range(table.height)], pa.map_(pa.string(), pa.int64()))
        arrow = arrow.append_column("map", maps)
    codecs = ["zstd"] if usual else ["zstd", "snappy", "none", "gzip", "lz4", "brotli"]
    for codec, page, dictionary in product(codecs, ["1.0", "2.0"], [True, False]):
        if few and dictionary == (page == "2.0"):
            continue
        def by_pyarrow(path, codec=codec, page=page, dictionary=dictionary):
            pq.write_table(arrow, path, compression=codec, data_page_version=page, use_dictionary=dictionary,
                           row_group_size=777 if not usual else None, write_page_index=dictionary)
        yield f"pyarrow {codec} page {page} dictionary={dictionary}", by_pyarrow, pl.from_arrow(arrow)
    known = table.drop(NOT_IN_DUCKDB, strict=False)
    for codec in ["snappy"] if usual else ["zstd", "snappy", "uncompressed", "gzip", "lz4_raw", "brotli"]:
        for version in ["V1", "V2"]:
            def by_duckdb(path, codec=codec, version=version):
                duckdb.sql(f"COPY known TO '{path}' (FORMAT parquet, CODEC '{codec}', PARQUET_VERSION '{version}')")
            yield f"duckdb {codec} {version}", by_duckdb, known
    if fastparquet is None or table.height == 0 or not set(FASTPARQUET) <= set(table.columns):
        return
    pandas = table.select(FASTPARQUET).to_pandas()
    for codec in ["SNAPPY"] if usual else ["ZSTD", "SNAPPY", "UNCOMPRESSED", "GZIP", "LZ4_RAW", "BROTLI"]:
        def by_fastparquet(path, codec=codec):
            fastparquet.write(str(path), pandas, compression=codec, write_index=False,
                              row_group_offsets=1000 if not usual else 1 << 20)
        yield f"fastparquet {codec}", by_fastparquet, table.select(FASTPARQUET)


def readers():
    yield "polars", lambda path: pl.read_parquet(path)
    yield "pyarrow", lambda path: pl.from_arrow(pq.read_table(path))
    yield "duckdb", lambda path: duckdb.sql(f"FROM read_parquet('{path}')").pl()
    yield "fastparquet", lambda path: pl.from_pandas(
        fastparquet.ParquetFile(str(path)).to_pandas(columns=FASTPARQUET))[FASTPARQUET]


def difference(expected, found):
    """What differs, or None; integers and texts may be of another width."""
    if expected.columns != found.columns:
        return f"columns {found.columns} instead of {expected.columns}"
    for name in found.columns:
        left, right = expected[name], found[name]
        if left.dtype != right.dtype:
            try:
                right = right.cast(left.dtype)
            except pl.exceptions.PolarsError as error:
                return f"{name}: {left.dtype} became {right.dtype}: {str(error)[:80]}"
        # pandas has no null of its own for floats.
        if right.dtype.is_float():
            left, right = left.fill_nan(None), right.fill_nan(None)
        if not left.equals(right, null_equal=True):
            return f"{name}: values differ"
    return None


def lectern(program, lines):
    done = subprocess.run([program], input="\n".join(lines) + "\n", capture_output=True, text=True)
    return done.returncode, (done.stdout + done.stderr)[-600:]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("lectern")
    arguments.add_argument("--rows", type=int, default=10_000_000)
    arguments.add_argument("--large", action="store_true", help="only the table of N rows")
    options = arguments.parse_args()
    checked, failures = 0, 0

    def report(name, problem):
        nonlocal checked, failures
        checked += 1
        if problem:
            failures += 1
            print("differs:", name, "—", problem, flush=True)

    if fastparquet is None:
        print("without fastparquet, which is not installed")
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        small = [(rows, None) for rows in sorted({0, 1, 3001} | ({options.rows} if options.rows < LARGE else set()))]
        large = [(options.rows, part) for part in range(len(PARTS)) if options.rows >= LARGE]
        for rows, part in large if options.large else small + large:
            table = frame(rows, part)
            for name, write, written in writers(table, folder):
                name = f"{rows} rows, {name}" + ("" if part is None else f", columns {', '.join(PARTS[part])}")
                source = folder / "source.parquet"
                try:
                    globals()["known"] = table.drop(NOT_IN_DUCKDB, strict=False)
                    write(source)
                except Exception as error:
                    print("not written:", name, "—", str(error).splitlines()[0][:120])
                    continue
                codecs = ["zstd", "snappy", "none"] if rows < LARGE else ["zstd"]
                lines = [f't = load "{source}"'] + [
                    f't | save "{folder}/{codec}.parquet" compression="{codec}" overwrite=true' for codec in codecs]
                status, said = lectern(options.lectern, lines)
                if status:
                    report(name, "Lectern: " + said)
                    continue
                for codec in codecs:
                    for reader, read in readers():
                        if reader == "fastparquet" and (fastparquet is None or rows == 0 or not set(FASTPARQUET) <= set(table.columns)):
                            continue
                        path = folder / f"{codec}.parquet"
                        expected = written.select(FASTPARQUET) if reader == "fastparquet" else written
                        try:
                            report(f"{name} → Lectern {codec} → {reader}", difference(expected, read(path)))
                        except Exception as error:
                            report(f"{name} → Lectern {codec} → {reader}", repr(error)[:200])
    print(f"{checked} round trips, {failures} differ")
    sys.exit(failures > 0)


main()
