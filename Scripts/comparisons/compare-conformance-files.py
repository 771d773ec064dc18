"""Reads the Parquet conformance files with Lectern and compares every value with pyarrow's, or DuckDB's where pyarrow
refuses; deliberately broken files have to give a diagnostic or those values, within a second and 200 MB.

usage: python Scripts/comparisons/compare-conformance-files.py LECTERN FOLDER

FOLDER holds `data` and `bad_data` of apache/parquet-testing. Lectern writes the values that it read as Parquet, which pyarrow
reads, so that reading and writing are compared. Prints one line per file; the exit status is 1 if one differs.

Written with pyarrow 26.0.1, duckdb 2.0.0.
"""
import os
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path


def run(program, code, folder):
    """Exit status, what was said, seconds and megabytes of one run."""
    start = time.monotonic()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen([program, "eval", code], cwd=folder, stdout=subprocess.DEVNULL, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return process.returncode, said.read().strip(), time.monotonic() - start, usage.ru_maxrss / 1024


def difference(found, expected):
    from parquet_expectations import spell
    names, wanted = found.column_names, expected.column_names
    if names != wanted:
        return f"columns {names} for {wanted}"
    for name, a, b in zip(names, found.columns, expected.columns):
        for row, (left, right) in enumerate(zip(spell(a), spell(b), strict=True)):
            if left != right:
                return f"{name}, row {row}: {left[:60]} for {right[:60]}"
    return None


def main():
    program, folder = os.path.abspath(sys.argv[1]), Path(sys.argv[2])
    print(", ".join(f"{name} {version(name)}" for name in ["pyarrow", "duckdb"]))
    paths = sorted(folder.glob("data/*.parquet")) + sorted(folder.glob("bad_data/*.parquet"))
    with tempfile.TemporaryDirectory() as scratch:
        # Lectern goes first: a child's peak memory starts at that of its parent, and pyarrow's import takes 200 MB.
        runs = [
            run(program, f'load "{path.resolve()}" | save "{scratch}/{path.name}"', scratch) for path in paths
        ]
        passed = [compare(path, f"{scratch}/{path.name}", *result) for path, result in zip(paths, runs)]
    sys.exit(0 if all(passed) else 1)


def compare(path, out, status, said, seconds, megabytes):
    """Whether one file was read rightly, or refused rightly; prints its line."""
    import pyarrow.parquet as pq
    from parquet_expectations import read

    is_bad = path.parent.name == "bad_data"
    first = said.splitlines()[0] if said else "died"
    if status == 0:
        try:
            expected = read(path)
        except Exception as refusal:  # noqa: BLE001 - whatever the reference says, it has no values
            wrong = None if is_bad else f"no reference reads it: {refusal}"
        else:
            wrong = difference(pq.read_table(out), expected)
    else:
        wrong = None if is_bad and status == 1 and "error" in said else first
    if wrong is None and is_bad and (seconds > 1 or megabytes > 200):
        wrong = f"{seconds:.1f} s, {megabytes:.0f} MB"
    good = "values equal" if status == 0 else f"refused in {seconds:.2f} s, {megabytes:.0f} MB: {first}"
    print(f"{'ok  ' if wrong is None else 'FAIL'}  {path.name:<52}  {wrong or good}", flush=True)
    return wrong is None


if __name__ == "__main__":
    main()
