"""Small Parquet files of every kind that polars, pyarrow, DuckDB and fastparquet write, for the tests of Formats.

usage: format_fixtures.py OUT_DIR

Made with pyarrow 26.0.1, polars 2.1.0, duckdb 2.0.0 and fastparquet (versions are printed); the values are made up.
"""
import datetime as dt
import random
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import fastparquet
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

import parquet_expectations

out = Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
rng = random.Random(20240721)
ROWS = 300
words = ["молоко", "tea", "", "кофе", "a longer text with, commas and \"quotes\"", "line\nbreak", "сыр"]


def some(make, share=0.15):
    return [None if rng.random() < share else make() for _ in range(ROWS)]


def column(kind, make, share=0.15):
    return pa.array(some(make, share), kind)


day = dt.date(2024, 3, 1)
moment = dt.datetime(2024, 3, 1, 12, 30)
columns = {
    "bool": column(pa.bool_(), lambda: rng.random() < 0.5),
    "bool_full": column(pa.bool_(), lambda: rng.random() < 0.5, 0),
    **{f"i{b}": column(getattr(pa, f"int{b}")(), lambda b=b: rng.randint(-(2 ** (b - 1)), 2 ** (b - 1) - 1)) for b in (8, 16, 32, 64)},
    **{f"u{b}": column(getattr(pa, f"uint{b}")(), lambda b=b: rng.randint(0, 2**b - 1)) for b in (8, 16, 32, 64)},
    "few": column(pa.int64(), lambda: rng.randint(0, 4), 0),
    "run": pa.array([row // 100 for row in range(ROWS)], pa.int32()),
    "f32": column(pa.float32(), lambda: rng.choice([rng.gauss(0, 1), float("nan"), float("inf"), -0.0])),
    "f64": column(pa.float64(), lambda: rng.choice([rng.gauss(0, 1), float("nan"), float("-inf"), 0.0])),
    "text": column(pa.string(), lambda: rng.choice(words)),
    "unique": column(pa.string(), lambda: f"id-{rng.getrandbits(48):x}", 0),
    "bytes": column(pa.binary(), lambda: rng.randbytes(rng.randint(0, 9))),
    "date": column(pa.date32(), lambda: day + dt.timedelta(rng.randint(-40000, 40000))),
    **{f"datetime_{u}": column(pa.timestamp(u), lambda: moment + dt.timedelta(seconds=rng.randint(0, 10**7))) for u in ("ms", "us", "ns")},
    "time": column(pa.time64("us"), lambda: dt.time(rng.randint(0, 23), rng.randint(0, 59), 7, 123)),
    "decimal": column(pa.decimal128(9, 2), lambda: Decimal(rng.randint(-99999, 99999)) / 100),
    "wide_decimal": column(pa.decimal128(30, 4), lambda: Decimal(rng.randint(-10**20, 10**20)) / 10000),
    "nulls": pa.array([None] * ROWS, pa.int32()),
    "ints": column(pa.list_(pa.int64()), lambda: [rng.choice([None, 1, 2, 3]) for _ in range(rng.randint(0, 4))]),
    "texts": column(pa.list_(pa.string()), lambda: [rng.choice(words) for _ in range(rng.randint(0, 3))]),
}
nested = {
    "struct": column(pa.struct([("a", pa.int32()), ("b", pa.list_(pa.string()))]),
                     lambda: {"a": rng.choice([None, 5]), "b": rng.choice([None, [], ["x", None]])}),
    "lists": column(pa.list_(pa.list_(pa.int32())), lambda: [rng.choice([None, [], [1, None, 2]]) for _ in range(rng.randint(0, 3))]),
    "map": column(pa.map_(pa.string(), pa.int32()), lambda: [(rng.choice("abc"), rng.choice([None, 1])) for _ in range(rng.randint(0, 2))]),
    "half": column(pa.float16(), lambda: __import__("numpy").float16(rng.gauss(0, 1))),
    "fixed": column(pa.binary(3), lambda: rng.randbytes(3)),
    "structs": column(pa.list_(pa.struct([("x", pa.int8()), ("y", pa.string())])), lambda: [{"x": 1, "y": None}] * rng.randint(0, 2)),
}
flat = pa.table(columns)
table = pa.table({**columns, **nested})

for codec in ("none", "snappy", "gzip", "brotli", "zstd", "lz4"):
    version = "2.0" if codec in ("snappy", "brotli", "none") else "1.0"
    pq.write_table(table, out / f"pyarrow_{codec}_v{version[0]}.parquet", compression=codec, data_page_version=version,
                   row_group_size=128, data_page_size=1024, write_page_index=codec == "zstd", write_page_checksum=True)
delta = flat.select(["i32", "i64", "u32", "few", "run", "date", "datetime_us"])
pq.write_table(delta, out / "pyarrow_delta.parquet", use_dictionary=False, data_page_size=512,
               column_encoding={name: "DELTA_BINARY_PACKED" for name in delta.column_names})
texts = flat.select(["text", "unique", "bytes"])
for encoding in ("DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY", "PLAIN"):
    pq.write_table(texts, out / f"pyarrow_{encoding.lower()}.parquet", use_dictionary=False, row_group_size=100,
                   column_encoding={name: encoding for name in texts.column_names})
split = table.select(["f32", "f64", "i32", "i64", "fixed"])
pq.write_table(split, out / "pyarrow_byte_stream_split.parquet", use_dictionary=False,
               column_encoding={name: "BYTE_STREAM_SPLIT" for name in split.column_names})
pq.write_table(table.slice(0, 0), out / "pyarrow_empty.parquet")
pq.write_table(table.slice(7, 1), out / "pyarrow_one_row.parquet")

# What only Arrow's own schema in the footer tells.
noted = {f"for_{unit}": pa.array([1, None, -5, 259200], pa.duration(unit)) for unit in ["s", "ms", "us", "ns"]}
noted["at"] = pa.array([0, None, 1, 2], pa.timestamp("us", tz="Europe/Moscow"))
noted["kind"] = pa.array(["a", "b", None, "a"]).dictionary_encode()
noted["large"] = pa.array(["x", None, "", "я"], pa.large_string())
noted["in_list"] = pa.array([[1], None, [], [2, 3]], pa.list_(pa.duration("us")))
pq.write_table(pa.table(noted), out / "pyarrow_arrow_schema.parquet")
frame = pl.from_arrow(pa.table({**columns, "struct": nested["struct"], "lists": nested["lists"]}))
frame.write_parquet(out / "polars_zstd.parquet", row_group_size=100)
frame.write_parquet(out / "polars_lz4.parquet", compression="lz4", statistics=False)
for codec in ("snappy", "zstd", "lz4_raw"):
    duckdb.sql("SELECT * FROM flat").write_parquet(str(out / f"duckdb_{codec}.parquet"), compression=codec, row_group_size=2048)
pandas = flat.drop_columns(["u64", "date", "bytes", "decimal", "wide_decimal", "time", "nulls", "ints", "texts"]).to_pandas()
fastparquet.write(str(out / "fastparquet_gzip.parquet"), pandas, compression="GZIP", row_group_offsets=100)
fastparquet.write(str(out / "fastparquet_int96.parquet"), pandas[["datetime_ns", "few"]], times="int96")

paths = sorted(out.glob("*.parquet"))
with open(out / "expected.tsv", "w", encoding="utf-8") as file:
    for path in paths:
        for line in parquet_expectations.lines(path):
            file.write(line + "\n")
print(pa.__version__, pl.__version__, duckdb.__version__, fastparquet.__version__, len(paths), "files")
