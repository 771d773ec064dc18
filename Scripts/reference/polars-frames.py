"""Writes Tests/DisplayTests/Goldens/polars.txt: tables, and how polars prints them.

usage: python Scripts/reference/polars-frames.py [CASES [SEED [FILE]]]

Made with polars 2.1.0 (pip install polars==2.1.0). A case is a line of JSON that describes the table, the text
that polars prints, and a line of =====.
"""
import json
import pathlib
import random
import struct
import sys

import polars as pl

WORDS = ["a", "carrier bag", "Молоко", "сыр российский 45%", "寿司", "emoji 🙂", "naïve", "x" * 40, "", " lead",
         "two  spaces", "слово " * 8, "牛乳" * 12, "Пакет-майка", "a-b-c", "0", "longword" * 3 + " end"]
FLOATS = [0.0, -0.0, 1.0, 101.0, 0.1 + 0.2, 1 / 3, -2 / 3, 1e-7, 1.5e-8, 7.966e-05, 8.00007966, 999998.0, 999999.0,
          1234567.0, 12345678.9, 1e10, 1.23456789e15, 1e20, 0.000001, 12.0000000001, 123456.789, 2.5, 0.25, 1e300,
          5e-324, 0.0029999, float("nan"), float("inf"), float("-inf"), 100000.5, 0.1234565, 0.1234575]
BUILD = {
    "i32": lambda r: r.randint(-10 ** r.randint(0, 9), 10 ** r.randint(0, 9)),
    "i64": lambda r: r.randint(-10 ** r.randint(0, 18), 10 ** r.randint(0, 18)),
    "u32": lambda r: r.randint(0, 4_000_000),
    "f64": lambda r: repr(r.choice(FLOATS) if r.random() < 0.6 else r.uniform(-1, 1) * 10 ** r.randint(-9, 9)),
    "f32": lambda r: repr(struct.unpack("f", struct.pack("f", r.uniform(-1, 1) * 10 ** r.randint(-5, 6)))[0]),
    "str": lambda r: r.choice(WORDS),
    "bool": lambda r: r.random() < 0.5,
    "date": lambda r: r.randint(-20_000, 40_000),
    "time": lambda r: r.choice([0, 1_000_000, 86_399_999_999_999, 3_723_000_000_000, 1_500]),
    "datetime[ms]": lambda r: r.randint(-10 ** 12, 2 * 10 ** 12),
    "datetime[us]": lambda r: r.randint(0, 2 * 10 ** 9) * r.choice([1, 1000, 1_000_000]),
    "datetime[ns]": lambda r: r.randint(0, 2 * 10 ** 9) * r.choice([1, 1000, 1_000_000_000]),
    "duration[us]": lambda r: r.choice([-1, 1, 1]) * r.randint(0, 10 ** r.randint(1, 15)),
    "list[i64]": lambda r: [None if r.random() < 0.1 else r.randint(0, 10 ** 6) for _ in range(r.randint(0, 6))],
    "list[str]": lambda r: [r.choice(WORDS) for _ in range(r.randint(0, 4))],
    "list[f64]": lambda r: [repr(r.choice(FLOATS)) for _ in range(r.randint(0, 5))],
    "decimal[10,2]": lambda r: r.randint(-10 ** 8, 10 ** 8),
    "binary": lambda r: [r.randint(0, 255) for _ in range(r.randint(0, 8))],
    "struct[2]": lambda r: [r.randint(0, 9), r.choice(WORDS)],
    "null": lambda r: None,
}
NAMES = ["id", "user_id", "product_id", "n", "Название", "name", "価格", "a very long name of a column indeed", "x",
         "recall@10", "two words", "score"]


def series(name, kind, values):
    def number(v):
        return None if v is None else float(v)
    simple = {"i32": pl.Int32, "i64": pl.Int64, "u32": pl.UInt32, "str": pl.String, "bool": pl.Boolean,
              "date": pl.Date, "time": pl.Time, "null": pl.Null, "list[i64]": pl.List(pl.Int64),
              "list[str]": pl.List(pl.String)}
    if kind in ("date", "time"):
        physical = pl.Int32 if kind == "date" else pl.Int64
        return pl.Series(name, values, physical).cast(simple[kind])
    if kind in simple:
        return pl.Series(name, values, simple[kind])
    if kind in ("f64", "f32"):
        return pl.Series(name, [number(v) for v in values], pl.Float64).cast(pl.Float64 if kind == "f64" else pl.Float32)
    if kind.startswith("datetime"):
        return pl.Series(name, values, pl.Int64).cast(pl.Datetime(kind[9:11]))
    if kind.startswith("duration"):
        return pl.Series(name, values, pl.Int64).cast(pl.Duration(kind[9:11]))
    if kind == "list[f64]":
        return pl.Series(name, [None if v is None else [number(x) for x in v] for v in values], pl.List(pl.Float64))
    if kind == "binary":
        return pl.Series(name, [None if v is None else bytes(v) for v in values], pl.Binary)
    if kind == "decimal[10,2]":
        import decimal
        scaled = [None if v is None else decimal.Decimal(v).scaleb(-2) for v in values]
        return pl.Series(name, scaled, pl.Decimal(10, 2))
    if kind == "struct[2]":
        rows = [{"number": v[0], "text": v[1]} for v in values]
        return pl.Series(name, rows, pl.Struct({"number": pl.Int64, "text": pl.String}))
    raise ValueError(kind)


def case(r):
    width = r.choice([40, 60, 80, 100, 100, 120, 200])
    height = r.choice([0, 1, 2, 3, 5, 10, 11, 12, 40])
    count = r.choice([0, 1, 1, 2, 3, 3, 4, 6, 9, 12]) if r.random() < 0.9 else 20
    columns = []
    for i in range(count):
        kind = r.choice(list(BUILD))
        name = r.choice(NAMES)
        while name in [c["name"] for c in columns]:
            name += str(i)
        nulls = r.choice([0, 0, 0.2]) if kind != "struct[2]" else 0
        values = [None if r.random() < nulls else BUILD[kind](r) for _ in range(height)]
        columns.append({"name": name, "type": kind, "values": values})
    rows = r.choice([10] * 6 + [3, 4, 0, 1])
    # With no rows shown, polars draws empty columns for those it hides: a slip that we do not repeat.
    rows = 1 if rows == 0 and count > 8 else rows
    return {"width": width, "ascii": r.random() < 0.15, "rows": rows, "columns": columns}


def printed(case):
    with pl.Config() as config:
        config.set_tbl_width_chars(case["width"])
        config.set_tbl_rows(case["rows"])
        if case["ascii"]:
            config.set_tbl_formatting("ASCII_FULL_CONDENSED")
        return str(pl.DataFrame([series(c["name"], c["type"], c["values"]) for c in case["columns"]]))


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    root = pathlib.Path(__file__).resolve().parents[2]
    target = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else root / "Tests/DisplayTests/Goldens/polars.txt"
    r = random.Random(seed)
    blocks = []
    for _ in range(count):
        one = case(r)
        blocks.append(json.dumps(one, ensure_ascii=False) + "\n" + printed(one) + "\n=====\n")
    target.write_text("".join(blocks))


main()
