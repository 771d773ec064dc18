"""Runs random cases in Lectern, in polars and in DuckDB and compares the results.

usage: python Scripts/differential/differential.py LECTERN [--cases N] [--seed N] [--kinds joins,casts] [--batch N]
       python Scripts/differential/differential.py --record Tests/QueryTests/recorded-pipelines.jsonl --cases 400

Cases are pipelines of random stages, and expressions by kind: decimals, times, binary, casts, membership, chains of filters
that can fail, joins across types, groups, orders, frames, joins by order, functions, verbs that give other columns. Every value, its type and the order of
rows have to be the same; floats may differ in their last digits.

Where polars or DuckDB differ from Lectern or from each other, docs/DIFFERENCES.md says what Lectern does and why. The value
of an expression by the rules of that page is computed in exact numbers (`meaning.py`), and Lectern has to give that value. A
different value of polars or DuckDB is counted under the name that the difference has on the page. If the same text has
another meaning in SQL or polars, it is written so that the meaning is the same: such places are marked `DIFFERENCES:` or
counted too. Errors are counted by their reasons.

The exit status is 1 if there is a difference without a name, or with a name that the page does not have; each such case is
printed with the command that repeats it. It is 2 if polars, DuckDB or Lectern could not be run.

With `--record` it writes small cases, with the results of polars, to a file for the tests, which run them in Lectern and in
the naive evaluator, without polars.

Written with polars 2.1.0 and DuckDB 2.0.1.
"""
import argparse
import collections
import random
import sys
import tempfile
from pathlib import Path

import duckdb
import kinds
import kinds_by_peers
import kinds_of_tables
import polars as pl
from peers import DuckDB
from pipeline_cases import PipelineCase, make_pipeline
from recording import record
from running import run_all

# How many of a hundred cases are of a kind; pipelines are the rest.
SHARES = {"decimals": 10, "times": 10, "binary": 3, "casts": 10, "membership": 10, "guards": 8, "joins": 8, "groups": 7, "orders": 4, "frames": 5,
          "near joins": 3, "functions": 5, "shapes": 2}
KINDS = {**kinds.KINDS, **kinds_of_tables.KINDS, **kinds_by_peers.KINDS}
PAGE = Path(__file__).resolve().parents[2] / "docs" / "DIFFERENCES.md"
# Names that are no difference of values.
MARKS = {"polars has no such operation", "DuckDB has no such operation"}


def kind_of(seed, wanted):
    """The kind of a case, by its number alone."""
    names = [name for name, share in SHARES.items() for _ in range(share)]
    names += ["pipelines"] * (100 - len(names))
    names = [name for name in names if not wanted or name in wanted]
    return random.Random(seed * 31 + 7).choice(names)


def make_case(seed, wanted=()):
    kind = kind_of(seed, wanted)
    rng = random.Random(seed)
    return PipelineCase(seed) if kind == "pipelines" else KINDS[kind](rng)


def write_cases(path, seeds):
    """Writes small pipelines, a line of JSON each."""
    with open(path, "w") as file:
        for seed in seeds:
            frame, other, pipeline = make_pipeline(seed, most_rows=8)
            # Lists of the session's are nothing to the engine's tests.
            if not pipeline.setup and pipeline.frame.height <= 60:
                file.write(record(seed, frame, other, pipeline) + "\n")


class Tally:
    """What came of all cases."""

    def __init__(self):
        self.kinds, self.differing = collections.Counter(), collections.Counter()
        self.explained, self.refusals, self.not_there = collections.Counter(), collections.Counter(), collections.Counter()
        self.compared, self.said_otherwise, self.verbs = collections.Counter(), collections.Counter(), collections.Counter()

    def add(self, case, verdict):
        self.kinds[case.kind] += 1
        self.differing[case.kind] += bool(verdict.problems)
        self.explained.update(verdict.explained)
        self.refusals.update(verdict.refusals)
        self.not_there.update(verdict.not_there)
        self.compared.update(verdict.compared)
        self.verbs.update(stage.split()[0] for stage in case.stages)

    def report(self, seed, cases):
        print(f"{cases} cases from seed {seed} against polars {pl.__version__} and DuckDB {duckdb.__version__}: "
              f"{sum(self.differing.values())} differ without an explanation")
        print("kinds: " + ", ".join(f"{kind} {count}" for kind, count in self.kinds.most_common()))
        print("values compared: " + ", ".join(f"{self.compared[peer]} with {peer}" for peer in ("polars", "DuckDB")))
        print("stages: " + listed(self.verbs))
        print("differences by their names in docs/DIFFERENCES.md:")
        for (name, peer), count in sorted(self.explained.items(), key=str):
            print(f"  {name}: {peer}, {count} times")
        print("said so that it means the same, by name: " + listed(self.said_otherwise))
        print("refused by Lectern:")
        for (reason, what), count in sorted(self.refusals.items(), key=str):
            print(f"  {reason}: {what}, {count} times")
        print("not said in a peer: " + listed(self.not_there))

    def unknown_names(self):
        """Names that explained a difference and do not stand on the page."""
        page = [line.split("|")[1].strip() for line in PAGE.read_text().splitlines() if line.startswith("| ")]
        known = {part for cell in page for part in (cell, *(p.strip() for p in cell.split(",")), cell.split(":")[0])}
        used = {name for name, _ in self.explained} | set(self.said_otherwise)
        return sorted(used - known - MARKS)


def listed(counter):
    return ", ".join(f"{name} {count}" for name, count in counter.most_common()) or "none"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lectern", nargs="?")
    parser.add_argument("--cases", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=0, help="number of the first case")
    parser.add_argument("--kinds", default="", help="only these, with commas between")
    parser.add_argument("--batch", type=int, default=250)
    parser.add_argument("--record", help="a file to write cases into, with polars' results, for Lectern's own tests")
    parser.add_argument("--show", type=int, default=20, help="how many differences to print")
    options = parser.parse_args()
    if options.record:
        return write_cases(options.record, range(options.seed, options.seed + options.cases))
    if not options.lectern:
        parser.error("which lectern?")
    wanted = [name for name in options.kinds.split(",") if name]
    if unknown := set(wanted) - {*KINDS, "pipelines"}:
        parser.error(f"no kinds {', '.join(unknown)}; there are pipelines, {', '.join(KINDS)}")
    lectern, tally, shown, database = Path(options.lectern).resolve(), Tally(), 0, DuckDB()
    with tempfile.TemporaryDirectory() as name:
        for first in range(options.seed, options.seed + options.cases, options.batch):
            seeds = range(first, min(first + options.batch, options.seed + options.cases))
            print(f"from {first}: {sum(tally.differing.values())} differ so far", file=sys.stderr)
            cases = {seed: make_case(seed, wanted) for seed in seeds}
            for seed, verdict in run_all(lectern, Path(name), cases, database, tally.said_otherwise):
                case = cases[seed]
                tally.add(case, verdict)
                if verdict.problems and shown < options.show:
                    shown += 1
                    again = f"--seed {seed} --cases 1" + (f" --kinds {options.kinds}" if wanted else "")
                    print(f"case {seed} ({again}), {case.kind}: {case.pipeline}", *verdict.problems[:3], sep="\n  ", flush=True)
    tally.report(options.seed, options.cases)
    if unknown := tally.unknown_names():
        print(f"not in docs/DIFFERENCES.md: {', '.join(unknown)}")
    sys.exit(1 if sum(tally.differing.values()) or unknown else 0)


if __name__ == "__main__":
    main()
