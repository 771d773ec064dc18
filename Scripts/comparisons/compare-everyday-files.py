"""Writes files with pandas, openpyxl, sqlite3, deltalake and polars and reads them by Lectern, and vice versa.

usage: python Scripts/comparisons/compare-everyday-files.py LECTERN [--rounds 20] [--seed 0]

Each round makes a random table and from it every kind of file: workbooks and spreadsheets, databases, JSON of any layout,
compressed and untidy text in many encodings, tables of Delta Lake, Parquet and Arrow. What Lectern reads is saved as Parquet
and compared with the table, value by value. Then Lectern saves every format, which openpyxl, polars and Python read. The exit
status is 1 if a value differs.

    pip install polars==2.1.0 pandas==3.1.1 pyarrow openpyxl==3.1.5 deltalake==1.6.6 odfpy==1.4.1 xlsxwriter==3.3.1
"""
import argparse
import bz2
import csv
import datetime as dt
import io
import json
import lzma
import math
import random
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import deltalake
import openpyxl
import pandas as pd
import polars as pl

WORDS = ["чай", "a & b", "<tag>", "line\nbreak", 'say "x"', " blank ", "a,b;c", "日本", "_x000D_", "1", "true", "2024-07-01"]


def table(rng):
    rows = rng.choice([1, 2, 7, 40])

    def holes(make):
        return [None if rng.random() < 0.15 else make() for _ in range(rows)]

    day = dt.date(2024, 2, 20)
    return {
        "id": list(range(rows)),
        "whole": holes(lambda: rng.randint(-10**9, 10**9)),
        "real": holes(lambda: rng.randint(-10**6, 10**6) / 8 + 0.0625),
        "word": holes(lambda: rng.choice(WORDS)),
        "truth": holes(lambda: rng.random() < 0.5),
        "day": holes(lambda: day + dt.timedelta(days=rng.randint(-20_000, 2_000))),
        "moment": holes(lambda: dt.datetime(2024, 1, 1) + dt.timedelta(seconds=rng.randint(1, 10**8))),
        "key": [rng.choice(["a", "b/c", "d=e"]) for _ in range(rows)],
    }


def read(lectern, folder, path, options=""):
    """What Lectern reads, as columns; None where it fails, which is printed."""
    target = folder / "result.parquet"
    target.unlink(missing_ok=True)
    done = subprocess.run(
        [lectern, "eval", f'load "{path}" {options} | save "{target}"', "--no-color"], capture_output=True, text=True)
    if done.returncode != 0:
        print(f"{path} {options}: {done.stderr.strip()}")
        return None
    return pl.read_parquet(target).to_dict(as_series=False)


def same(a, b):
    if isinstance(a, float) and isinstance(b, (int, float)):
        return math.isclose(a, b, rel_tol=1e-12)
    if isinstance(a, dt.datetime) and isinstance(b, dt.datetime):
        return abs(a - b) < dt.timedelta(milliseconds=1)
    return a == b


def compare(what, expected, found, problems, skip=()):
    if found is None:
        problems.append(f"{what}: not read")
        return
    for name, values in expected.items():
        if name in skip:
            continue
        # A column of nothing has no type of its own.
        if all(value is None for value in values) and name not in found:
            continue
        own = found.get(name)
        if own is None or len(own) != len(values) or not all(same(a, b) for a, b in zip(values, own)):
            problems.append(f"{what}: `{name}` is {own!r:.300}, it should be {values!r:.300}")


def as_pandas(data):
    types = {"id": "int64", "whole": "Int64", "real": "float64", "word": "object", "truth": "boolean", "day": "object", "moment": "datetime64[us]",
             "key": "object"}
    return pd.DataFrame({name: pd.Series(data[name], dtype=dtype) for name, dtype in types.items()})


def as_polars(data):
    return pl.DataFrame(data, schema_overrides={
        "whole": pl.Int64, "real": pl.Float64, "word": pl.String, "truth": pl.Boolean, "day": pl.Date, "moment": pl.Datetime("ms")})


def by_pandas(lectern, folder, rng, data, problems):
    """Every format that pandas writes."""
    frame = as_pandas(data)
    frame.to_excel(folder / "pandas.xlsx", index=False, engine=rng.choice(["openpyxl", "xlsxwriter"]))
    compare("pandas' workbook", data, read(lectern, folder, folder / "pandas.xlsx"), problems, skip=("word",))
    frame.drop(columns="word").to_excel(folder / "pandas.ods", index=False, engine="odf")
    found = read(lectern, folder, folder / "pandas.ods")
    # Where there is nothing pandas writes an empty text, which is all that a column of nothing has.
    found = found and {name: [None if value == "" else value for value in values] for name, values in found.items()}
    compare("pandas' spreadsheet of OpenDocument", data, found, problems, skip=("word",))
    frame.to_parquet(folder / "pandas.parquet")
    compare("pandas' Parquet", data, read(lectern, folder, folder / "pandas.parquet"), problems)
    frame.to_feather(folder / "pandas.feather", compression=rng.choice(["lz4", "zstd", "uncompressed"]))
    compare("pandas' Feather", data, read(lectern, folder, folder / "pandas.feather"), problems)
    texts = frame.assign(day=[plain(day) if day else None for day in data["day"]], moment=[plain(moment) if moment else None for moment in data["moment"]])
    texts.to_json(folder / "pandas.json", orient="records", force_ascii=rng.random() < 0.5, indent=rng.choice([None, 2]))
    texts.to_json(folder / "pandas.ndjson", orient="records", lines=True, force_ascii=rng.random() < 0.5)
    expected = {name: [plain(value) for value in values] for name, values in data.items()}
    for name in ("pandas.json", "pandas.ndjson"):
        compare(name, expected, read(lectern, folder, folder / name), problems)
    packed = rng.choice(["", ".gz", ".bz2", ".xz", ".zip"])
    own = frame[["id", "whole", "real", "day", "moment", "key"]]
    own.to_csv(folder / f"pandas.csv{packed}", index=False)
    compare(f"pandas' CSV{packed}", {name: data[name] for name in own}, read(lectern, folder, folder / f"pandas.csv{packed}"), problems)
    frame.to_sql("t", connection := sqlite3.connect(folder / "pandas.db"), index=False)
    connection.close()
    # Whole numbers stand for truth there, and days are texts.
    compare("pandas' database", data, read(lectern, folder, folder / "pandas.db"), problems, skip=("truth", "day"))


def by_polars(lectern, folder, rng, data, problems):
    frame = as_polars(data)
    frame.write_ipc(folder / "polars.arrow", compression=rng.choice(["lz4", "zstd", "uncompressed"]))
    compare("polars' Arrow", data, read(lectern, folder, folder / "polars.arrow"), problems)
    frame.drop("word").write_excel(folder / "polars.xlsx")
    compare("polars' workbook", data, read(lectern, folder, folder / "polars.xlsx"), problems, skip=("word",))
    frame.write_ndjson(folder / "polars.ndjson")
    expected = {name: [plain(value) for value in values] for name, values in data.items()}
    found = read(lectern, folder, folder / "polars.ndjson")
    compare("polars' NDJSON", expected, found, problems, skip=("day", "moment"))


def by_delta(lectern, folder, rng, data, problems):
    """Two commits, and a third that deletes rows."""
    frame, path = as_polars(data).with_columns(pl.col("moment").cast(pl.Datetime("us"))), str(folder / f"delta{rng.random()}")
    half = frame.height // 2
    deltalake.write_deltalake(path, frame.head(half).to_arrow(), partition_by=["key"] if rng.random() < 0.5 else None)
    deltalake.write_deltalake(path, frame.slice(half).to_arrow(), mode="append")
    compare("deltalake's table", data, read(lectern, folder, path, "| sort id"), problems)
    deltalake.DeltaTable(path).delete("id % 3 = 0")
    kept = frame.filter(pl.col("id") % 3 != 0).to_dict(as_series=False)
    compare("deltalake's table after a delete", kept, read(lectern, folder, path, "| sort id"), problems)
    compare("an earlier version", data, read(lectern, folder, path, "version=1 | sort id"), problems)


def for_others(lectern, folder, rng, data, problems):
    """What Lectern saves, as files and through a pipe, in every format."""
    source = folder / "a.parquet"
    as_polars(data).write_parquet(source)

    def saved(name, options=""):
        (folder / name).unlink(missing_ok=True)
        done = subprocess.run([lectern, "eval", f'load "{source}" | save "{folder / name}" {options}'], capture_output=True, text=True)
        if done.returncode != 0:
            problems.append(f"{name}: {done.stderr}")
        return folder / name

    def piped(format):
        done = subprocess.run([lectern, "eval", f'load "{source}" | save "-" format={format}'], capture_output=True)
        if done.returncode != 0:
            problems.append(f"{format} through a pipe: {done.stderr.decode()}")
        return done.stdout

    whole = lambda frame: frame.to_dict(as_series=False)
    compare("Lectern's Parquet", data, whole(pl.read_parquet(saved("own.parquet", f"rows_per_group={rng.randint(1, 20)}"))), problems)
    compare("Lectern's Parquet through a pipe", data, whole(pl.read_parquet(io.BytesIO(piped("parquet")))), problems)
    compare("Lectern's Arrow", data, whole(pl.read_ipc(saved("own.arrow"))), problems)
    compare("Lectern's Arrow through a pipe", data, whole(pl.read_ipc_stream(io.BytesIO(piped("arrow")))), problems)
    texts = {name: [plain(value) for value in values] for name, values in data.items()}
    for what, content in (("Lectern's NDJSON", saved("own.ndjson").read_bytes()), ("Lectern's NDJSON through a pipe", piped("ndjson"))):
        rows = [json.loads(line) for line in content.splitlines()]
        found = {name: [row[name] for row in rows] for name in texts}
        found["moment"] = [value and value.replace("T", " ") for value in found["moment"]]
        compare(what, texts, found, problems)
    types = as_polars(data).schema
    for format, separator in (("csv", ","), ("tsv", "\t")):
        for what, content in ((f"Lectern's {format}", saved(f"own.{format}").read_bytes()), (f"Lectern's {format} through a pipe", piped(format))):
            found = pl.read_csv(content, separator=separator, schema_overrides=types | {"moment": pl.String})
            # Texts that are read as null or a date are told apart by quotes alone, which polars passes over.
            compare(what, texts | {"day": data["day"]}, whole(found), problems, skip=("moment", "word"))
    sorted_rows = saved("sorted.parquet", "sort=[key, id]")
    compare("Lectern's sorted file", whole(as_polars(data).sort("key", "id")), whole(pl.read_parquet(sorted_rows)), problems)
    lines = piped("markdown").decode().strip().splitlines()
    if len(lines) != len(data["id"]) + 2:
        problems.append(f"Lectern's Markdown: {len(lines)} lines of {len(data['id'])} rows")


def rows_of(data):
    return [dict(zip(data, row)) for row in zip(*data.values())]


def plain(value):
    return value.isoformat(sep=" ") if isinstance(value, dt.datetime) else value.isoformat() if isinstance(value, dt.date) else value


def as_read(data, text):
    """Values as a text file holds them: columns whose texts all look like something else are told apart by quotes alone."""
    return {name: [None if value is None else value for value in values] for name, values in data.items() if name not in text}


def one_round(lectern, folder, rng, problems):
    data = table(rng)
    records = rows_of(data)

    book = openpyxl.Workbook()
    sheet = book.active
    for _ in range(rng.choice([0, 2])):
        sheet.append([])
    sheet.append(list(data))
    for record in records:
        sheet.append(list(record.values()))
    book.save(folder / "a.xlsx")
    compare("openpyxl's workbook", {k: v for k, v in data.items() if k != "word"} | {
        "word": [w.replace("_x000D_", "\r") if w else w for w in data["word"]]}, read(lectern, folder, folder / "a.xlsx"), problems, skip=("word",))

    (folder / "a.db").unlink(missing_ok=True)
    with sqlite3.connect(folder / "a.db") as database:
        database.execute("CREATE TABLE t (id INTEGER, whole INTEGER, real REAL, word TEXT, truth BOOLEAN, day DATE, moment TIMESTAMP, key TEXT)")
        for record in records:
            database.execute(f"INSERT INTO t VALUES ({', '.join('?' * len(record))})", [plain(v) for v in record.values()])
    database.close()
    compare("sqlite3's database", data, read(lectern, folder, folder / "a.db"), problems)

    texts = [{name: plain(value) for name, value in record.items()} for record in records]
    (folder / "array.json").write_text(json.dumps(texts, ensure_ascii=rng.random() < 0.5))
    (folder / "pretty.json").write_text(json.dumps(texts, indent=rng.choice([1, 2, 4])))
    (folder / "nested.json").write_text(json.dumps({"data": {"items": texts, "n": 1}}, indent=1))
    (folder / "several.json").write_text("\n".join(json.dumps(text, indent=2) for text in texts))
    expected = {name: [plain(value) for value in values] for name, values in data.items()}
    for name, options in [("array", ""), ("pretty", ""), ("several", "format=json"), ("nested", 'select="data.items"')]:
        compare(f"json's {name}", expected, read(lectern, folder, folder / f"{name}.json", options), problems)

    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_MINIMAL)
    writer.writerow(["id", "whole", "real", "day"])
    for record in records:
        writer.writerow(["" if record[n] is None else record[n] for n in ("id", "whole", "real", "day")])
    content = written.getvalue().encode()
    own = {name: data[name] for name in ("id", "whole", "real", "day")}
    (folder / "a.csv.bz2").write_bytes(bz2.compress(content))
    (folder / "a.csv.xz").write_bytes(lzma.compress(content))
    with zipfile.ZipFile(folder / "a.zip", "w", rng.choice([zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])) as archive:
        archive.writestr("inner/a.csv", content)
    for name in ("a.csv.bz2", "a.csv.xz", "a.zip"):
        compare(f"packed {name}", own, read(lectern, folder, folder / name), problems)

    lines = ["# a note", "id ; whole;real ;truth"]
    for record in records:
        whole = "" if record["whole"] is None else f"{record['whole']:,}".replace(",", " ")
        real = "" if record["real"] is None else str(record["real"]).replace(".", ",")
        truth = {None: "", True: "да", False: "нет"}[record["truth"]]
        line = f" {record['id']};{whole} ; {real};{truth}"
        lines.append(line.rstrip(";") if rng.random() < 0.5 else line)
    # Encodings by one of their names, and as Python calls them.
    encoding, own_name = rng.choice([
        ("utf-8", "utf-8"), ("cp866", "cp866"), ("IBM866", "cp866"), ("cp1251", "cp1251"), ("koi8-r", "koi8-r"), ("Shift-JIS", "shift-jis"),
        ("GBK", "gbk"), ("gb2312", "gbk"), ("EUC-JP", "euc-jp")])
    (folder / "untidy.txt").write_bytes(("\n".join(lines) + "\n").encode(own_name))
    options = (f'encoding="{encoding}" comment="#" separator=";" thousands=" " decimal="," trim=true ragged=pad '
               'true_values=["да"] false_values=["нет"]')
    compare("untidy text", {n: data[n] for n in ("id", "whole", "real", "truth")},
            read(lectern, folder, folder / "untidy.txt", options), problems)

    for writer in (by_pandas, by_polars, by_delta, for_others):
        writer(lectern, folder, rng, data, problems)
    for target in ("out.xlsx",):
        (folder / target).unlink(missing_ok=True)
    done = subprocess.run([lectern, "eval", f'load "{folder}/a.parquet" | save "{folder}/out.xlsx"'], capture_output=True, text=True)
    if done.returncode != 0:
        problems.append("out.xlsx: " + done.stderr)
    else:
        names, *cells = openpyxl.load_workbook(folder / "out.xlsx").active.iter_rows(values_only=True)
        found = {name: [row[index] for row in cells] for index, name in enumerate(names)}
        found["day"] = [value.date() if isinstance(value, dt.datetime) else value for value in found["day"]]
        compare("Lectern's workbook", data, found, problems, skip=("word",))
    parts = folder / f"parts{rng.random()}"
    done = subprocess.run([lectern, "eval", f'load "{folder}/a.parquet" | save "{parts}" by=[key, truth]'], capture_output=True, text=True)
    if done.returncode != 0:
        problems.append("parts: " + done.stderr)
    else:
        found = pl.read_parquet(f"{parts}/**/*.parquet", hive_partitioning=True).sort("id").to_dict(as_series=False)
        compare("Lectern's folder of parts, by polars", data, found, problems, skip=("truth",))
        again = read(lectern, folder, parts, "| sort id")
        compare("Lectern's folder of parts", data, again, problems, skip=("truth",))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lectern")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    lectern, problems = str(Path(options.lectern).resolve()), []
    for number in range(options.rounds):
        before = len(problems)
        with tempfile.TemporaryDirectory() as name:
            one_round(lectern, Path(name), random.Random(options.seed + number), problems)
        for problem in problems[before:]:
            print(f"round {options.seed + number}: {problem}")
    print(f"{options.rounds} rounds: {len(problems)} differences")
    sys.exit(bool(problems))


main()
