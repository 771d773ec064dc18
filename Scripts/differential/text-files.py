"""Text files between Lectern and polars, pyarrow and DuckDB: values, types and nulls are those that were saved.

usage: python Scripts/differential/text-files.py LECTERN [--seeds N] [--seed N]

Random tables of all types that a line of text can hold are saved by Lectern as CSV, TSV and NDJSON and read by Lectern
(`types=`), polars, pyarrow and DuckDB, to which the same types are given; and the other way, written by each of the three
and read by Lectern. The values have to equal the first ones, and the empty text has to differ from null. Datetimes with a
time zone go through Parquet, Arrow, CSV and NDJSON, and keep it. Prints one line per difference, with
the seed that repeats it; the exit status is 1 if there is one. What another program cannot read or write at all is counted.
"""
import argparse
import collections
import random
import re
import subprocess
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.json
from columns_of_types import table
from meaning_types import WIDTHS, written
from peers import same, values
from to_polars import NotThere
from to_sql import sql_type

UNITS = ["ms", "us", "ns"]
# What lines of text are in: the option for Lectern, the separator for others.
FORMATS = {"csv": ",", "tsv": "\t", "ndjson": None}


def random_types(rng, is_json):
    types = {f"i{n}": (name,) for n, name in enumerate(rng.sample(list(WIDTHS), 3))}
    types |= {"f": ("f64",), "g": ("f32",), "s": ("str",), "b": ("bool",), "d": ("date",), "c": ("time",)}
    types |= {"t": ("datetime", rng.choice(UNITS)), "l": ("duration", rng.choice(UNITS)), "p": ("decimal", *rng.choice([(4, 2), (18, 4), (38, 10)]))}
    if is_json:
        types |= {"n": ("list", ("i64",)), "w": ("list", ("str",)), "r": ("struct", (("a", ("i32",)), ("b", ("str",))))}
    return types


def made(rng, format):
    """A table that the format has a form for: JSON has no NaN, years have four digits."""
    types = random_types(rng, format == "ndjson")
    frame = table(rng, types, rng.choice([1, 5, 20, 400]))
    if format == "ndjson":
        frame = frame.with_columns(pl.when(pl.col(n).is_finite()).then(pl.col(n)).alias(n) for n in "fg")
    return frame, {"u": ("i64",), **types}


def lectern(program, code):
    done = subprocess.run([program, "eval", code, "--no-color"], capture_output=True, text=True)
    return done.returncode, re.sub(r"\s+", " ", done.stdout + done.stderr)


def load(path, types):
    """The statement that reads a text file with its types; what has lists and structs is taken as it looks."""
    asked = ", ".join(f'"{name} {written(type)}"' for name, type in types.items() if type[0] not in ("list", "struct"))
    return f'load "{path}" types=[{asked}]'


# Peers that read what Lectern wrote; columns that they have no form for are left out and counted.

LEFT_OUT = {
    # Lengths of time as text are Lectern's own.
    "DuckDB": lambda type, is_json: type[0] == "duration",
    "pyarrow": lambda type, is_json: type[0] == "duration" or is_json and type[0] in ("decimal", "date", "time", "datetime", "list", "struct"),
    "polars": lambda type, is_json: type[0] in ("duration", "time") or is_json and type[0] in ("decimal", "i8", "i16", "u8", "u16"),
}


def by_duckdb(path, format, frame, types):
    columns = "{" + ", ".join(f"'{name}': '{duckdb_type(type)}'" for name, type in types.items()) + "}"
    if format == "ndjson":
        return duckdb.sql(f"SELECT * FROM read_json('{path}', format='newline_delimited', columns={columns})").pl()
    return duckdb.sql(
        f"SELECT * FROM read_csv('{path}', header=true, delim='{FORMATS[format]}', quote='\"', escape='\"', columns={columns},"
        " nullstr='', allow_quoted_nulls=false, auto_detect=false)").pl()


def duckdb_type(type):
    if type[0] == "struct":
        return "STRUCT(" + ", ".join(f"{name} {sql_type(own)}" for name, own in type[1]) + ")"
    return sql_type(type)


def by_pyarrow(path, format, frame, types):
    schema = frame.to_arrow().schema
    if format == "ndjson":
        options = pyarrow.json.ParseOptions(explicit_schema=schema, newlines_in_values=False)
        return pl.from_arrow(pyarrow.json.read_json(path, parse_options=options))
    convert = pyarrow.csv.ConvertOptions(
        column_types=schema, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False,
        include_columns=list(types))
    parse = pyarrow.csv.ParseOptions(delimiter=FORMATS[format], newlines_in_values=True)
    return pl.from_arrow(pyarrow.csv.read_csv(path, convert_options=convert, parse_options=parse))


def by_polars(path, format, frame, types):
    if format == "ndjson":
        return pl.read_ndjson(path, schema=frame.schema)
    return pl.read_csv(path, separator=FORMATS[format], schema=frame.schema)


READERS = {"DuckDB": by_duckdb, "pyarrow": by_pyarrow, "polars": by_polars}


def duckdb_writes(path, format, frame):
    how = "FORMAT json" if format == "ndjson" else f"FORMAT csv, HEADER, DELIMITER '{FORMATS[format]}'"
    duckdb.sql(f"COPY frame TO '{path}' ({how})")


def pyarrow_writes(path, format, frame):
    if format == "ndjson":
        raise NotThere("NDJSON")
    # Its text of times and decimals is Lectern's.
    pyarrow.csv.write_csv(frame.to_arrow(compat_level=pl.CompatLevel.oldest()), path, pyarrow.csv.WriteOptions(delimiter=FORMATS[format]))


def polars_writes(path, format, frame):
    if format == "ndjson":
        frame.write_ndjson(path)
    else:
        frame.write_csv(path, separator=FORMATS[format])


WRITERS = {"DuckDB": duckdb_writes, "pyarrow": pyarrow_writes, "polars": polars_writes}
# What a writer has no form for, or one that is not the value: null and the empty text alike, decimals as text in JSON.
NOT_WRITTEN = {
    "DuckDB": lambda type, is_json: type[0] == "duration",
    "pyarrow": lambda type, is_json: type[0] == "duration",
    "polars": lambda type, is_json: type[0] == "duration" or is_json and type[0] == "decimal",
}


def difference(expected, found, types):
    if found.columns != expected.columns:
        return f"columns {found.columns} instead of {expected.columns}"
    for name in expected.columns:
        left, right = expected[name], found[name]
        if left.dtype == pl.Duration and right.dtype == pl.Int64:
            right = right.cast(left.dtype)
        if types is not None and types[name][0] not in ("list", "struct") and left.dtype != right.dtype:
            return f"`{name}` is {right.dtype}, it was {left.dtype}"
        for row, (a, b) in enumerate(zip(values(left), values(right))):
            if not same(a, b, is_exact=True):
                return f"`{name}` in row {row} is {b!r}, it was {a!r}"
    return None if found.height == expected.height else f"{found.height} rows instead of {expected.height}"


class Check:
    def __init__(self, program, folder, seed):
        self.program, self.folder, self.seed = program, folder, seed
        self.problems, self.counts = [], collections.Counter()

    def report(self, what, problem):
        self.counts["round trips"] += 1
        if problem:
            self.problems.append(f"seed {self.seed}, {what}: {problem}")

    def format(self, format):
        rng = random.Random(f"{self.seed} {format}")
        frame, types = made(rng, format)
        source, path, again = (self.folder / f"{name}.{end}" for name, end in (("source", "parquet"), ("text", format), ("again", "parquet")))
        frame.write_parquet(source)
        status, said = lectern(self.program, f'load "{source}" | save "{path}" overwrite=true')
        if status:
            return self.report(f"{format} by Lectern", said)
        self.back(f"{format} by Lectern → Lectern", path, again, frame, types)
        for name, read in READERS.items():
            kept = {n: t for n, t in types.items() if not LEFT_OUT[name](t, format == "ndjson")}
            self.counts[f"columns {name} does not read"] += len(types) - len(kept)
            part = self.folder / f"part.{format}"
            status, said = lectern(self.program, f'load "{source}" | select {", ".join(kept)} | save "{part}" overwrite=true')
            try:
                found = read(part, format, frame.select(list(kept)), kept)
            except Exception as error:
                self.report(f"{format} by Lectern → {name}", f"{type(error).__name__}: {str(error)[:200]}")
                continue
            self.report(f"{format} by Lectern → {name}", difference(frame.select(list(kept)), found, None))
        for name, write in WRITERS.items():
            kept = {n: t for n, t in types.items() if not NOT_WRITTEN[name](t, format == "ndjson")}
            try:
                write(self.folder / f"peer.{format}", format, frame.select(list(kept)))
            except NotThere:
                self.counts[f"{name} writes no {format}"] += 1
                continue
            self.back(f"{format} by {name} → Lectern", self.folder / f"peer.{format}", again, frame.select(list(kept)), kept)

    def back(self, what, path, again, frame, types):
        order = ", ".join(types)
        status, said = lectern(self.program, f'{load(path, types)} | select {order} | save "{again}" overwrite=true')
        self.report(what, said[:300] if status else difference(frame, pl.read_parquet(again), types))

    def zones(self):
        """Moments with a zone keep both, in files that polars reads."""
        rng = random.Random(self.seed)
        zone = rng.choice(["UTC", "Europe/Moscow", "America/New_York", "Asia/Kathmandu"])
        moments = [None if rng.random() < 0.2 else datetime.fromtimestamp(rng.randint(-10**9, 2 * 10**9), timezone.utc) for _ in range(20)]
        frame = pl.DataFrame({"t": pl.Series(moments).cast(pl.Datetime(rng.choice(UNITS), zone))})
        source, again = self.folder / "zone.parquet", self.folder / "zone-again.parquet"
        type = f"datetime[{frame.schema['t'].time_unit}, {zone}]"
        frame.write_parquet(source)
        for format in ("parquet", "arrow", "csv", "ndjson"):
            path = self.folder / f"zone.again.{format}"
            asked = f' types=["t {type}"]' if format in ("csv", "ndjson") else ""
            status, said = lectern(
                self.program, f'load "{source}" | save "{path}" overwrite=true; load "{path}"{asked} | save "{again}" overwrite=true')
            if status:
                self.report(f"zones in {format}", said[:300])
                continue
            found = pl.read_parquet(again)
            kept = found.schema["t"] == frame.schema["t"]
            self.report(f"zones in {format}", difference(frame, found, None) if kept else f"{frame.schema['t']} became {found.schema['t']}")
            if format in ("parquet", "arrow"):
                peer = pl.read_parquet(path) if format == "parquet" else pl.read_ipc(path)
                self.report(f"zones in {format} → polars", None if peer.equals(frame) and peer.schema == frame.schema else f"{peer}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lectern")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    problems, counts = [], collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(options.seed, options.seed + options.seeds):
            check = Check(str(Path(options.lectern).resolve()), Path(folder), seed)
            for format in FORMATS:
                check.format(format)
            check.zones()
            counts += check.counts
            for problem in check.problems:
                print("differs:", problem, flush=True)
            problems += check.problems
    trips = counts.pop("round trips")
    print(f"{trips} round trips of text files and zones from seed {options.seed}, {len(problems)} differ; "
          + ", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
