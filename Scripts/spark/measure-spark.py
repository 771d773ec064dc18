"""Measures what Lectern transfers from a Spark server, and how long it takes beside PySpark.

usage: python Scripts/spark/measure-spark.py LECTERN [--rows 30000000] [--pulled 3000000] [--rounds 5] [--memory 1g] [--sail]

A server is started on loopback, as spark-demo.py does, and makes a table of --rows rows and one of --pulled rows: two
columns of i64, one of f64 and one of i32, which Arrow, pandas and Lectern all store alike.

First the large table is grouped, by 17,000 and by 1,000,000 keys, sorted, and `head 10` is printed; a proxy between Lectern
and the server counts the bytes. Then the smaller table is pulled as a whole, in turns: by `collect` in Lectern, which counts
the rows first, and by `toPandas` in PySpark (`pip install 'pyspark[connect]==4.3.0'`), which transfers Arrow as well. Both
are processes of their own that are connected and know the columns when the clock starts.

Prints the figures as tables in Markdown. Ends with status 1 if more than 100 kB were pulled for ten rows, or if the median
of Lectern's seconds is more than 1.3 times that of PySpark's.

Written with pyspark 4.3.0, pandas 3.1, Java 17 and pysail 0.7.2.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "checks"))
from counting_proxy import Proxy  # noqa: E402

demo = import_module("spark-demo")

MOST_BYTES = 100_000
MOST_RATIO = 1.3
# Spread by odd factors, so that neighbours in the file have different keys.
COLUMNS = ["(id * 7919) % 1000000 as user_id", "(id * 104729) % 17000 as product_id",
           "cast(id % 10007 as double) / 16 as price", "cast(id % 122 as int) as day"]
PEER = """
import sys, time
from pyspark.sql import SparkSession
spark = SparkSession.builder.remote(sys.argv[1]).getOrCreate()
table = spark.read.parquet(sys.argv[2])
table.schema
start = time.perf_counter()
frame = table.toPandas()
print(time.perf_counter() - start, len(frame), int(frame["user_id"].sum()), flush=True)
"""
MAKE = """
import sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.remote(sys.argv[1]).getOrCreate()
for path, rows in zip(sys.argv[2::2], sys.argv[3::2]):
    spark.range(0, int(rows), 1, 4).selectExpr(*%r).write.mode("overwrite").parquet(path)
""" % COLUMNS


def run(lectern, folder, *cells):
    """What a session prints, the seconds of each statement, and those of the whole process."""
    session, timings = Path(folder) / "measured.md", Path(folder) / "timings.json"
    session.write_text("".join(f"```lectern\n{cell}\n```\n\n" for cell in cells))
    start = time.monotonic()
    done = subprocess.run([lectern, "run", session, "--no-color", "--timings", timings], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{lectern} ended with status {done.returncode}:\n{done.stdout}{done.stderr}")
    seconds = time.monotonic() - start
    return done.stdout, [json.loads(line) for line in timings.read_text().splitlines()], seconds


def python(code, *arguments):
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code, *arguments], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    return done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lectern")
    parser.add_argument("--rows", type=int, default=30_000_000)
    parser.add_argument("--pulled", type=int, default=3_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory", default="1g")
    parser.add_argument("--sail", action="store_true")
    options = parser.parse_args()
    lectern = os.path.abspath(options.lectern)
    bad = False
    with tempfile.TemporaryDirectory() as folder:
        server, address = import_module("sail_server").start_sail() if options.sail else demo.start_spark(options.memory, folder)
        try:
            large, small = f"{folder}/large", f"{folder}/small"
            python(MAKE, address, large, str(options.rows), small, str(options.pulled))
            bad |= not heads(lectern, folder, address, large, options.rows)
            bad |= not pulls(lectern, folder, address, small, options)
        finally:
            demo.stop(server)
    sys.exit(1 if bad else 0)


def heads(lectern, folder, address, path, rows):
    """Prints what is pulled for ten rows of groups; whether it is little enough."""
    print(f"`head 10` of {rows:,} rows that are grouped and sorted on the server:\n")
    print("| grouped by | seconds of the process | bytes received | bytes sent | bytes received, connection and columns alone |")
    print("|---|---|---|---|---|")
    least = 0
    for keys in ("", "product_id", "user_id"):
        proxy = Proxy(int(address.rsplit(":", 1)[1]))
        cells = [f'spark = connect "sc://127.0.0.1:{proxy.port}"', f't = load "{path}" on=spark']
        if keys:
            cells.append(f"t | group_by {keys} agg n = len(), mean = mean(price) | sort n desc, {keys} | head 10")
        text, _, seconds = run(lectern, folder, *cells)
        if not keys:
            least = proxy.received
            continue
        if "shape: (10, 3)" not in text:
            sys.exit(f"not ten rows:\n{text}")
        print(f"| {keys} | {seconds:.1f} | {proxy.received:,} | {proxy.sent:,} | {least:,} |", flush=True)
        if proxy.received > MOST_BYTES:
            print(f"\nmore than {MOST_BYTES:,} bytes\n")
            return False
    return True


def pulls(lectern, folder, address, path, options):
    """Prints how long pulling all rows takes here and in PySpark; whether Lectern is fast enough."""
    here, there, facts = [], [], set()
    for _ in range(options.rounds):
        cells = [f'spark = connect "{address}"', f't = load "{path}" on=spark', "own = t | collect",
                 f'own | agg n = len(), s = sum(user_id) | save "{folder}/fact.csv" header=false overwrite=true']
        timings = run(lectern, folder, *cells)[1]
        here.append(next(timing["seconds"] for timing in timings if timing["statement"].startswith("own =")))
        facts.add(tuple(Path(f"{folder}/fact.csv").read_text().strip().split(",")))
        taken, *fact = python(PEER, address, path).split()
        there.append(float(taken))
        facts.add(tuple(fact))
    if len(facts) != 1 or next(iter(facts))[0] != str(options.pulled):
        sys.exit(f"the numbers of rows and the sums of a column: {facts}")
    print(f"\nAll of {options.pulled:,} rows of four columns, {options.rounds} times in turns:\n")
    print("| | median, s | best, s | all, s |")
    print("|---|---|---|---|")
    for name, values in (("Lectern, `collect`", here), ("PySpark, `toPandas`", there)):
        print(f"| {name} | {statistics.median(values):.2f} | {min(values):.2f} | {', '.join(f'{value:.2f}' for value in values)} |")
    ratio = statistics.median(here) / statistics.median(there)
    print(f"\nLectern takes {ratio:.2f} times as long as PySpark by medians, {min(here) / min(there):.2f} times by the best.")
    return ratio <= MOST_RATIO


if __name__ == "__main__":
    main()
