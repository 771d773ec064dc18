#!/usr/bin/env python3
"""Runs sessions that were exported as PySpark scripts on a Spark Connect server, and compares their tables with Lectern's.

usage: check-pyspark-export.py LECTERN [SESSION…] [--server sc://host:port] [--data FOLDER] [--keep FOLDER] [--verbose]

Without `--server`, Sail is started on loopback. Each session (by default examples/language.md, sessions/tour.md and
Scripts/spark/export.md, as far as they exist) is written by `lectern export --to pyspark`, and its script runs cell by cell from
top to bottom; what `show` would print is kept whole. Lectern runs the same session and saves the result of every cell as
Parquet. Both tables are compared as sets of rows, since rows of Spark have no order: the names, and all values, floats to
nine digits, lists in any order.

  equal    the last table of the cell has the same rows
  nothing  the cell shows no table, and it runs
  gap      the script says that something is not in it, or belongs to what is not
  differs  another value, another shape, other names
  fails    the script raises an error

Exits with status 1 if a cell differs or fails. Written with pyspark-client 4.1.1, pysail 0.7.2, polars 2.1.0, pyarrow,
pandas and grpcio of the same day; it prints the versions that it runs with.
"""
import argparse
import math
import os
import re
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from decimal import Decimal
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import polars as pl

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Scripts" / "spark"))
SESSIONS = ["examples/language.md", "sessions/tour.md", "Scripts/spark/export.md"]


def numbers_of_cells(text):
    """The prompt's number of every cell that runs."""
    count = 0
    for options in re.findall(r"^```lectern(.*)$", text, re.M):
        if "skip" not in options.split():
            count += 1
    return range(1, count + 1)


def tables_of_lectern(lectern, session, data, folder):
    """The result of every cell, saved by Lectern."""
    text = session.read_text(encoding="utf-8")
    ends = "".join(
        f'\n```lectern expect=error\n_{number} | save "{folder}/{number}.parquet" overwrite=true\n```\n'
        for number in numbers_of_cells(text))
    copy = folder / session.name
    copy.write_text(text + ends, encoding="utf-8")
    subprocess.run(
        [lectern, "run", copy, "--no-color", "--data", data], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return {int(path.stem): pl.read_parquet(path) for path in folder.glob("*.parquet")}


def plain(value):
    """A value as it is compared."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, (int, float, Decimal)):
        number = float(value)
        if math.isnan(number):
            return "nan"
        if isinstance(value, int) and abs(value) > 2**53:
            return str(value)
        return f"{number + 0.0:.9g}" if abs(number) > 1e-12 else "0"
    if isinstance(value, (list, tuple)):
        return str(sorted(map(plain, value)))
    if isinstance(value, dict):
        return str({name: plain(part) for name, part in value.items()})
    return str(value)


def rows(frame):
    return sorted(str([plain(value) for value in row]) for row in frame.iter_rows())


def compare(mine, theirs):
    """None if both tables have the same rows, or what differs."""
    if mine.columns != theirs.columns:
        return f"columns {mine.columns} here, {theirs.columns} there"
    if mine.height != theirs.height:
        return f"{mine.height} rows here, {theirs.height} there"
    first = next((pair for pair in zip(rows(mine), rows(theirs)) if pair[0] != pair[1]), None)
    return f"{first[0]} here, {first[1]} there" if first else None


def run_script(script, data, shown):
    """Runs a script cell by cell. Gives for every cell its number, its code and its error."""
    pieces = re.split(r"^(# %% .*)$", script.read_text(encoding="utf-8"), flags=re.M)
    space = {"__name__": "__main__"}
    sys.argv = [str(script), data]
    exec(compile(pieces[0], str(script), "exec"), space)
    for title, code in zip(pieces[1::2], pieces[2::2]):
        number = re.fullmatch(r"# %% \[(\d+)\]", title)
        if not number:
            continue
        shown.clear()
        try:
            exec(compile(code, f"{script.name} {title}", "exec"), space)
            yield int(number[1]), code, None
        except Exception:
            yield int(number[1]), code, traceback.format_exc(limit=-1).strip().splitlines()[-1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lectern")
    parser.add_argument("sessions", nargs="*")
    parser.add_argument("--server")
    parser.add_argument("--data", default=str(ROOT / "examples" / "seminar"))
    parser.add_argument("--keep")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    lectern, data = os.path.abspath(options.lectern), os.path.abspath(options.data)
    sessions = [Path(name) for name in options.sessions] or [ROOT / name for name in SESSIONS if (ROOT / name).exists()]
    for package in ["pyspark-client", "pyspark", "pysail", "polars", "pyarrow", "pandas", "grpcio"]:
        try:
            print(package, version(package), end="; ")
        except PackageNotFoundError:
            pass
    print("Python", sys.version.split()[0])
    server, address = (None, options.server) if options.server else import_module("sail_server").start_sail()
    os.environ["SPARK_REMOTE"] = address
    from pyspark.sql.connect.dataframe import DataFrame

    shown = []
    DataFrame.show = lambda self, *_, **__: shown.append(pl.from_arrow(self.toArrow()))
    total = Counter()
    try:
        for session in sessions:
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                script = (Path(options.keep) if options.keep else folder) / (session.stem + ".py")
                done = subprocess.run(
                    [lectern, "export", session, "--to", "pyspark", "-o", script, "--data", data],
                    capture_output=True, text=True)
                if done.returncode:
                    sys.exit(f"{session} is not exported: {done.stderr}")
                tables = tables_of_lectern(lectern, session, data, folder)
                tally = Counter()
                for number, code, error in run_script(script, data, shown):
                    if error:
                        kind, why = "fails", error
                    elif "# Not in this script" in code:
                        kind, why = "gap", ""
                    elif not shown or number not in tables:
                        kind, why = "nothing", ""
                    else:
                        why = compare(tables[number], shown[-1])
                        kind = "differs" if why else "equal"
                    tally[kind] += 1
                    if kind in ("fails", "differs") or options.verbose:
                        print(f"  {session.name} [{number}] {kind} {why or ''}")
                        if kind in ("fails", "differs"):
                            print("    " + code.strip().replace("\n", "\n    "))
                print(f"{session.name}: " + ", ".join(f"{kind} {count}" for kind, count in tally.most_common()), flush=True)
                total += tally
    finally:
        if server:
            server.terminate()
            server.wait()
    # The client would wait for the server that is gone.
    sys.stdout.flush()
    os._exit(1 if total["differs"] or total["fails"] or not total["equal"] else 0)


if __name__ == "__main__":
    main()
