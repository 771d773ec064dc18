"""Runs random pipelines in Lectern and on a Spark Connect server, from the same session, and compares every value.

usage: python Scripts/spark/spark-differential.py LECTERN [--server sc://127.0.0.1:50051] [--cases N] [--seed N] [--show N]

Without `--server`, Sail (`pip install pysail`) is started on loopback and stopped at the end. The pipelines are those of
`make differential` (Scripts/differential); before a stage that depends on the order of rows all columns are sorted, since
Spark has no order of its own. Tables are written as Parquet, read here and there, and both results compared as sets of rows;
floats may differ in their last digits, lists in the order of their elements (docs/SPARK.md says so).

A pipeline that Lectern refuses to translate counts as refused, with its reason. What only the server fails at is counted by
what it says. Faults of Sail that docs/SPARK.md lists are counted by their name. The exit status is 1 where values differ, or where one side gives an error that the other does not without
saying why; 2 says that something could not be run.

Written with pysail 0.7.2 and polars 2.1.0.
"""
import argparse
import collections
import math
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "differential"))
sys.path.insert(0, str(Path(__file__).resolve().parent))
from pipeline_cases import make_pipeline  # noqa: E402
from sail_server import start_sail  # noqa: E402

ORDERED = ("head", "tail", "slice", "row_index", "unique", "sample")
# What a server cannot do, or does in its own way, by its own words: counted, and listed in docs/SPARK.md.
ITS_OWN = r"not implemented|not supported|unsupported|not yet|cannot be safely|NOT_IMPLEMENTED|UNSUPPORTED|DATATYPE_MISMATCH"
# How Sail 0.7.2 ends where its planner or a task of its own fails.
ENDS_OF_SAIL = r"No field named \"\?table\?\"|Empty iterator passed to ScalarValue|internal error: task \d+ panicked"

# Windows whose values depend on the order of equal rows, which is another one there: that is said, and counted here.
TELLS_EQUAL_ROWS_APART = r"(row_number|ntile|lag|lead|cum_sum|cum_max|forward_fill|backward_fill)\(.* over \(.*order by|rows \d|running"

# Lists that groups give: their elements are in ascending order there, which is said, and these read a place of one.
READS_A_PLACE_OF_A_LIST = r"\b(unique|list)\(.*\blist_(first|last|get|slice|join)\("


def as_spark_has_it(frame):
    """The table without types that Parquet files of Spark's do not have."""
    casts = []
    for name, dtype in frame.schema.items():
        if dtype.is_unsigned_integer():
            casts.append(pl.col(name).cast(pl.Int64))
        elif dtype.base_type() == pl.Datetime:
            casts.append(pl.col(name).cast(pl.Datetime("us")))
    return frame.with_columns(casts)


class Case:
    def __init__(self, seed, folder):
        frame, other, made = make_pipeline(seed)
        self.seed = seed
        self.frames = {"case": as_spark_has_it(frame), "other": as_spark_has_it(other)}
        self.setup = made.setup
        self.stages = []
        for stage, before in zip(made.stages, made.history):
            if stage.split()[0] in ORDERED:
                plain = [name for name, dtype in before.schema.items() if not dtype.is_nested()]
                if plain:
                    self.stages.append("sort " + ", ".join(f"`{name}`" for name in plain))
            self.stages.append(stage)
        self.paths = {name: folder / f"{seed}-{name}.parquet" for name in self.frames}
        self.targets = {place: folder / f"{seed}-{place}-result" for place in ("here", "there")}
        for name, frame in self.frames.items():
            frame.write_parquet(self.paths[name])
        self.messages = {"here": None, "there": None}

    @property
    def pipeline(self):
        return "case | " + " | ".join(self.stages)

    def cells(self):
        """The cell that runs here, and the one that runs there; the other table is there in half of the cases."""
        for place in ("here", "there"):
            loads = []
            for name in self.frames:
                on = " on=spark" if place == "there" and (name == "case" or self.seed % 2) else ""
                loads.append(f'{name} = load "{self.paths[name]}"{on}')
            end = f'| save "{self.targets[place]}" format=parquet overwrite=true'
            yield place, [*loads, *self.setup, f"result = {self.pipeline}", f"result | collect {end}"]


def fault_of_sail(case, mine, theirs):
    """Which fault of Sail 0.7.2 explains other rows, if one does."""
    floats = [frame[name].drop_nulls() for frame in case.frames.values() for name, dtype in frame.schema.items()
              if dtype.is_float()]
    if re.search(r"\| (tail -\d+|slice \d+) \|", case.pipeline):
        return "sorts nothing before rows that are skipped"
    if len(theirs) > len(mine) and re.search(r"\| (head|tail|slice) [^|]*\|.*\| (head|tail|slice) ", case.pipeline):
        return "gives the rows of a limit twice"
    if "| row_index" in case.pipeline and any(((column == 0) & (1 / column < 0)).any() for column in floats):
        return "sorts -0.0 before 0.0"
    if any(column.is_nan().any() and column.drop_nans().n_unique() == 1 for column in floats):
        return "takes NaN for the only other value of a file"
    return None


def plain(value):
    """A value as it is compared: floats to nine digits, elements of lists in an order."""
    if isinstance(value, float):
        return "nan" if math.isnan(value) else f"{value + 0.0:.9g}" if abs(value) > 1e-12 else "0"
    if isinstance(value, list):
        return sorted(map(plain, value))
    if isinstance(value, dict):
        return {key: plain(own) for key, own in value.items()}
    return repr(value)


def rows(frame):
    return sorted(repr([plain(value) for value in row]) for row in frame.iter_rows())


def run(lectern, folder, server, cases):
    """Runs all cells in one process; what each failed with goes to its case."""
    lines, places = ["```lectern", f'spark = connect "{server}"', "```"], {}
    for case in cases:
        for place, code in case.cells():
            lines.append("```lectern expect=error")
            for line in code:
                lines.append(line)
                places[len(lines)] = (case, place)
            lines.append("```")
    (folder / "cases.md").write_text("\n".join(lines) + "\n")
    done = subprocess.run([lectern, "run", folder / "cases.md", "--no-color"], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        print(f"{lectern} ended with status {done.returncode}:", done.stderr[-2000:], file=sys.stderr)
        sys.exit(2)
    text = done.stdout + done.stderr
    for found in re.finditer(r"^error: (.*?)\n(?:.*\n)*?.*?cases\.md:(\d+):", text, re.M):
        if found[2] and int(found[2]) in places:
            case, place = places[int(found[2])]
            case.messages[place] = case.messages[place] or re.sub(r"\s+", " ", found[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lectern")
    parser.add_argument("--server")
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--batch", type=int, default=50)
    parser.add_argument("--show", type=int, default=20)
    options = parser.parse_args()
    server, address = (None, options.server) if options.server else start_sail()
    lectern = Path(options.lectern).resolve()
    tally, refusals, failures, shown = collections.Counter(), collections.Counter(), collections.Counter(), 0
    try:
        for first in range(options.seed, options.seed + options.cases, options.batch):
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                cases = [Case(seed, folder) for seed in range(first, min(first + options.batch, options.seed + options.cases))]
                run(lectern, folder, address, cases)
                for case in cases:
                    kind, problem = judge(case, refusals, failures, server is not None)
                    tally[kind] += 1
                    if kind == "differ" and shown < options.show:
                        shown += 1
                        print(f"case {case.seed} (--seed {case.seed} --cases 1): {case.pipeline}\n  {problem}", flush=True)
    finally:
        if server:
            server.terminate()
            server.wait()
    print(f"{options.cases} cases from seed {options.seed}: " + ", ".join(f"{kind} {count}" for kind, count in tally.most_common()))
    for title, counter in (("refused", refusals), ("failed there alone", failures)):
        for reason, count in counter.most_common(40):
            print(f"  {title}, {count} times: {reason}")
    sys.exit(1 if tally["differ"] or not tally["equal"] else 0)


def judge(case, refusals, failures, isSail):
    here, there = (pl.read_parquet(path) if path.exists() else None for path in case.targets.values())
    message = case.messages["there"] or ""
    if here is None and there is None:
        return ("errors in both", None) if message and case.messages["here"] else ("differ", f"no messages: {case.messages}")
    if there is None:
        if "cannot run this" in message or "is too large to be sent" in message:
            refusals[message.split("cannot run this: ")[-1][:80]] += 1
            return "refused", None
        if re.search(ITS_OWN, message) or isSail and re.search(ENDS_OF_SAIL, message):
            failures[message[:100]] += 1
            return "failed there alone", None
        return "differ", f"there: {message}"
    if here is None:
        return "differ", f"a result there, and here: {case.messages['here']}"
    if here.columns != there.columns or here.schema != there.schema:
        return "differ", f"columns {dict(here.schema)} here, {dict(there.schema)} there"
    mine, theirs = rows(here), rows(there)
    if mine == theirs:
        return "equal", None
    if isSail and (fault := fault_of_sail(case, mine, theirs)):
        failures[f"Sail {fault}"] += 1
        return "differ by a fault of Sail", None
    if len(mine) != len(theirs):
        return "differ", f"{len(mine)} rows here, {len(theirs)} there"
    if re.search(TELLS_EQUAL_ROWS_APART, case.pipeline):
        return "differ in the order of equal rows", None
    if re.search(READS_A_PLACE_OF_A_LIST, case.pipeline):
        return "differ in the order of elements", None
    first = next(pair for pair in zip(mine, theirs) if pair[0] != pair[1])
    return "differ", f"{first[0]} here, {first[1]} there"


if __name__ == "__main__":
    main()
