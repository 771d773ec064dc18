"""Runs random pipelines over random tables in Lectern and in polars and compares the results.

usage: python Scripts/differential/differential.py LECTERN [--cases N] [--seed N] [--batch N]
       python Scripts/differential/differential.py --record Tests/QueryTests/recorded-pipelines.jsonl --cases 400

Every value, its type's kind and the order of rows and columns have to be the same; floats may differ in the last digits.
Where the two are meant to differ, the generator keeps clear of it or does it in polars as Lectern does: such places say
`DIFFERENCES:` and docs/DIFFERENCES.md explains each. The exit status is 1 where something else differs; each such case is
printed with what reproduces it.

With `--record` it writes small cases down for the tests, which run them without polars: in Lectern and in the naive
evaluator, beside what polars gave.

Written with polars 2.1.0.
"""
import argparse
import collections
import math
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl
from pipelines import Pipeline
from recording import record
from tables import random_table


def make_case(seed, most_rows=None):
    rng = random.Random(seed)
    small = most_rows and rng.choice([0, 1, 2, most_rows, most_rows])
    frame, columns = random_table(rng, small, has_literals=most_rows is not None)
    other, other_columns = random_table(
        rng, rng.choice([0, 1, 5, 12, 30] if small is None else [1, 5]), has_literals=most_rows is not None)
    if rng.random() < 0.3:
        other, other_columns = frame.slice(0, 25), columns
    pipeline = Pipeline(rng, frame, columns, other, other_columns)
    pipeline.grow(rng.randint(1, 5))
    return frame, other, pipeline


def same(a, b):
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, float) and isinstance(b, float):
        if math.isnan(a) or math.isnan(b):
            return math.isnan(a) and math.isnan(b)
        return a == b or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)
    return a == b and isinstance(a, bool) == isinstance(b, bool)


def family(dtype):
    if dtype.is_integer():
        return "integer"
    if dtype.is_float():
        return "float"
    if dtype == pl.List:
        return f"list of {family(dtype.inner)}"
    return str(dtype.base_type())


def difference(expected, found):
    """What is different, in words; None where nothing is."""
    if expected.columns != found.columns:
        return f"columns {expected.columns} and {found.columns}"
    if expected.height != found.height:
        return f"{expected.height} rows in polars, {found.height} in Lectern"
    for name in expected.columns:
        kinds = family(expected.schema[name]), family(found.schema[name])
        if kinds[0] != kinds[1] and "Null" not in str(kinds):
            return f"`{name}` is {expected.schema[name]} in polars, {found.schema[name]} in Lectern"
        for row, (a, b) in enumerate(zip(expected[name].to_list(), found[name].to_list())):
            if not same(a, b):
                return f"`{name}` in row {row} is {a!r} in polars, {b!r} in Lectern"
    return None


def run_batch(lectern, folder, seeds):
    """Runs all pipelines in one process; what every case's difference is."""
    cases, cells = {}, []
    for seed in seeds:
        frame, other, pipeline = make_case(seed)
        frame.write_parquet(folder / f"{seed}-case")
        other.write_parquet(folder / f"{seed}-other")
        cases[seed] = pipeline
        code = "\n".join(
            [
                f'other = load "{folder}/{seed}-other"',
                f'case = load "{folder}/{seed}-case"',
                *pipeline.setup,
                f"result = case | {' | '.join(pipeline.stages)}",
                f'result | save "{folder}/{seed}-result" format=parquet overwrite=true',
            ]
        )
        # Cells that are expected to fail do not end the run; whether one did shows in its file.
        cells.append(f"```lectern expect=error\n{code}\n```\n")
    (folder / "cases.md").write_text("\n".join(cells))
    run = subprocess.run([lectern, "run", folder / "cases.md"], capture_output=True, text=True)
    if run.returncode not in (0, 1):
        print(run.stderr[-2000:], file=sys.stderr)
    found = {}
    for seed, pipeline in cases.items():
        path = folder / f"{seed}-result"
        if pipeline.fails:
            found[seed] = "Lectern gave a result that does not fit" if path.exists() else None
        elif path.exists():
            found[seed] = difference(pipeline.frame, pl.read_parquet(path))
        else:
            found[seed] = "Lectern failed: " + message(lectern, folder, seed, pipeline)
        for name in ("case", "other", "result"):
            (folder / f"{seed}-{name}").unlink(missing_ok=True)
    return found, cases


def message(lectern, folder, seed, pipeline):
    code = f'other = load "{folder}/{seed}-other"\ncase = load "{folder}/{seed}-case"\n'
    code += "".join(line + "\n" for line in pipeline.setup)
    code += f"case | {' | '.join(pipeline.stages)}"
    run = subprocess.run([lectern, "eval", code, "--no-color"], capture_output=True, text=True)
    return run.stderr.strip() or f"status {run.returncode}"


def write_cases(path, seeds):
    """Writes small cases, a line of JSON each."""
    with open(path, "w") as file:
        for seed in seeds:
            frame, other, pipeline = make_case(seed, most_rows=8)
            # Lists of the session's are nothing to the engine's tests.
            if not pipeline.setup and pipeline.frame.height <= 60:
                file.write(record(seed, frame, other, pipeline) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lectern", nargs="?")
    parser.add_argument("--cases", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=0, help="number of the first case")
    parser.add_argument("--batch", type=int, default=250)
    parser.add_argument("--record", help="a file to write cases into, with polars' results, for Lectern's own tests")
    parser.add_argument("--show", type=int, default=20, help="how many differences to print")
    options = parser.parse_args()
    if options.record:
        return write_cases(options.record, range(options.seed, options.seed + options.cases))
    if not options.lectern:
        parser.error("which lectern?")
    lectern = Path(options.lectern).resolve()
    verbs, differences, shown = collections.Counter(), 0, 0
    with tempfile.TemporaryDirectory() as name:
        for first in range(options.seed, options.seed + options.cases, options.batch):
            seeds = range(first, min(first + options.batch, options.seed + options.cases))
            found, cases = run_batch(lectern, Path(name), seeds)
            for seed, what in found.items():
                verbs.update(stage.split()[0] for stage in cases[seed].stages)
                if what is None:
                    continue
                differences += 1
                if shown < options.show:
                    shown += 1
                    print(f"case {seed} (--seed {seed} --cases 1): {what}\n  case | {' | '.join(cases[seed].stages)}\n")
    print(f"{options.cases} pipelines against polars {pl.__version__}, {differences} differ")
    print("stages: " + ", ".join(f"{verb} {count}" for verb, count in verbs.most_common()))
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
