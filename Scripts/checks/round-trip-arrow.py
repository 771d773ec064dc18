#!/usr/bin/env python3
"""Sends random Arrow files and streams of pyarrow, polars, DuckDB and pandas through Lectern and compares every value.

    pip install pyarrow==26.0.1 polars==2.1.0 duckdb==2.0.1 pandas==3.1.1
    Scripts/checks/round-trip-arrow.py LECTERN [--tables 300] [--seed 0]

A table has random columns of any type (`arrow_tables.py`), a random number of rows and share of nulls, and is sliced at
random. One of the four writes it, as a file or a stream, in batches of any length, compressed or not, with dictionaries that
grow or are replaced. Lectern reads it and writes it as a file or a stream, compressed or not, some through pipes. pyarrow
and polars read the result. Every value has to equal what pyarrow reads from the first file. Prints one line per difference;
the exit status is 1 if there is one. Written with the versions above.
"""
import argparse
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.feather as feather

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "fixtures"))
import arrow_expectations
import arrow_tables

LENGTHS = [0, 1, 2, 7, 63, 64, 65, 130, 700]
CODECS = [None, None, "zstd", "lz4"]
# How many tables one process of Lectern gets.
BATCH = 25


def some_table(rng):
    makers = arrow_tables.makers(rng)
    names = rng.sample(sorted(makers), rng.randint(1, 9))
    rows, share = rng.choice(LENGTHS), rng.choice([0, 0.15, 0.15, 0.9, 1])
    before, behind = rng.choice([0, 0, 1, 9]), rng.choice([0, 0, 5])
    table = pa.table({name: arrow_tables.column(rng, *makers[name], before + rows + behind, share) for name in names})
    if rng.random() < 0.3:
        coded = arrow_tables.dictionaries(rng, max(1, before + rows + behind)).slice(0, before + rows + behind)
        for name in rng.sample(coded.column_names, 3):
            table = table.append_column("coded_" + name, coded[name])
    return table.slice(before, rows)


def compact(table):
    """The same without the rows that are cut off: polars takes some lists of fixed size for broken otherwise."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return pa.ipc.open_stream(sink.getvalue()).read_all()


def by_pyarrow(rng, table, folder):
    # Compressed messages of the fourth version are written by pyarrow, but not read.
    codec = rng.choice(CODECS)
    versions = [pa.ipc.MetadataVersion.V5] + ([] if codec else [pa.ipc.MetadataVersion.V4])
    options = pa.ipc.IpcWriteOptions(compression=codec, unify_dictionaries=True, metadata_version=rng.choice(versions))
    chunk = rng.choice([None, 1, 17, 64])
    kind = rng.choice(["file", "stream", "grown"])
    if kind == "grown":
        *_, (_, schema, batches, options) = [stream for stream in arrow_tables.streams(rng)][:rng.randint(1, 3)]
        path = folder / "in.arrows"
        with pa.ipc.new_stream(str(path), schema, options=options) as writer:
            for batch in batches:
                writer.write_batch(batch)
        return path
    path = folder / ("in.arrow" if kind == "file" else "in.arrows")
    with (pa.ipc.new_file if kind == "file" else pa.ipc.new_stream)(str(path), table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=chunk)
    return path


def known_to_polars(table):
    return compact(table).select([f.name for f in table.schema
                                  if arrow_expectations.is_known_to_polars(f.type) and "dictionary" not in str(f.type)])


def by_polars(rng, table, folder):
    frame = pl.from_arrow(known_to_polars(table))
    if frame.width == 0:
        return None
    level = rng.choice([pl.CompatLevel.newest(), pl.CompatLevel.oldest()])
    compression = rng.choice(["uncompressed", "lz4", "zstd"])
    if rng.random() < 0.5:
        frame.write_ipc(folder / "in.arrow", compression=compression, compat_level=level)
        return folder / "in.arrow"
    frame.write_ipc_stream(folder / "in.arrows", compression=compression, compat_level=level)
    return folder / "in.arrows"


def by_duckdb(rng, table, folder):
    known = known_to_polars(table).select([n for n in known_to_polars(table).column_names if not n.startswith(("large_list", "nulls", "half", "duration"))])
    if known.num_columns == 0:
        return None
    flag = lambda: rng.choice(["true", "false"])
    connection = duckdb.connect()
    connection.sql(f"SET arrow_large_buffer_size = {flag()}; SET produce_arrow_string_view = {flag()}; "
                   f"SET arrow_output_list_view = {flag()}; SET arrow_lossless_conversion = {flag()}")
    connection.register("known", known)
    result = connection.sql("FROM known").to_arrow_table()
    with pa.ipc.new_stream(str(folder / "in.arrows"), result.schema, options=pa.ipc.IpcWriteOptions(compression=rng.choice(CODECS))) as writer:
        writer.write_table(result)
    return folder / "in.arrows"


def by_pandas(rng, table, folder):
    frame = known_to_polars(table).to_pandas(
        types_mapper=pd_arrow_type if rng.random() < 0.5 else None, ignore_metadata=True, safe=False)
    if frame.shape[1] == 0:
        return None
    # Pandas cannot write every mix of objects that it makes of others' columns.
    try:
        frame.to_feather(folder / "in.feather", compression=rng.choice(["lz4", "zstd", "uncompressed"]), chunksize=rng.choice([64, 65536]))
    except (pa.ArrowException, TypeError, ValueError):
        return None
    return folder / "in.feather"


def pd_arrow_type(kind):
    import pandas as pd
    return pd.ArrowDtype(kind)


def spelled(table):
    return {name: arrow_expectations.spell(column) for name, column in zip(table.column_names, table.columns)}


def difference(expected, found):
    if list(expected) != list(found):
        return f"columns {list(found)} instead of {list(expected)}"
    for name, values in expected.items():
        if values != found[name]:
            place = next((i for i, (a, b) in enumerate(zip(values, found[name])) if a != b), "length")
            return f"{name}, row {place}: {values[place] if place != 'length' else len(values)} became " \
                   f"{found[name][place] if place != 'length' else len(found[name])}"
    return None


def by_pipe(program, path, out):
    with open(path, "rb") as source, open(out, "wb") as target:
        return subprocess.run([program, "eval", 'load "-" | save "-" format=arrow'], stdin=source, stdout=target,
                              stderr=subprocess.PIPE, text=False)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("lectern")
    arguments.add_argument("--tables", type=int, default=300)
    arguments.add_argument("--seed", type=int, default=0)
    options = arguments.parse_args()
    writers = {"pyarrow": by_pyarrow, "polars": by_polars, "duckdb": by_duckdb, "pandas": by_pandas}
    done, checked, failures = 0, 0, 0
    counts = dict.fromkeys(writers, 0)
    with tempfile.TemporaryDirectory() as root:
        while done < options.tables:
            made, lines = [], []
            while len(made) < min(BATCH, options.tables - done):
                seed = options.seed * 1_000_003 + done + len(made)
                rng = random.Random(seed)
                folder = Path(root) / str(seed)
                folder.mkdir()
                writer = rng.choice(["pyarrow", "pyarrow", "polars", "duckdb", "pandas"])
                path = writers[writer](rng, some_table(rng), folder)
                if path is None:
                    path = by_pyarrow(rng, some_table(rng), folder)
                    writer = "pyarrow"
                out = folder / ("out." + rng.choice(["arrow", "arrows", "feather"]))
                is_piped = rng.random() < 0.2
                counts[writer] += 1
                made.append((seed, writer, path, out, is_piped))
                if not is_piped:
                    lines.append(f'load "{path}" | save "{out}" compression="{rng.choice(["none", "zstd", "lz4"])}"')
            run = subprocess.run([options.lectern], input="\n".join(lines) + "\n", capture_output=True, text=True)
            done += len(made)
            if run.returncode:
                failures += 1
                print("Lectern:", run.returncode, (run.stdout + run.stderr)[-800:])
            for seed, writer, path, out, is_piped in made:
                name = f"seed {seed}, {writer} {path.name} → {out.name}{' through pipes' if is_piped else ''}"
                if is_piped:
                    out = out.with_suffix(".arrows")
                    piped = by_pipe(options.lectern, path, out)
                    if piped.returncode:
                        failures += 1
                        print("differs:", name, "—", piped.stderr.decode()[-400:])
                        continue
                try:
                    expected = spelled(arrow_expectations.read(path))
                    problems = [("pyarrow", difference(expected, spelled(arrow_expectations.read(out))))]
                    read = pl.read_ipc_stream if out.suffix == ".arrows" else pl.read_ipc
                    problems.append(("polars", difference(expected, spelled(read(out).to_arrow()))))
                except Exception as error:
                    problems = [("reading", repr(error)[:300])]
                checked += len(problems)
                for reader, problem in problems:
                    if problem:
                        failures += 1
                        print("differs:", name, "→", reader, "—", problem, flush=True)
    print(f"{done} tables ({', '.join(f'{n} of {w}' for w, n in counts.items())}), {checked} comparisons, {failures} differ")
    sys.exit(failures > 0)


main()
