"""Times reading and writing files in Lectern and polars, on the seminar's full tables, in one run.

usage: python Scripts/benchmarks/time-files.py LECTERN FOLDER [--times 5] [--scratch FOLDER] [--only TEXT]

FOLDER holds `train_orders` in its full size. Lectern and polars take turns, each task in processes of its own. Seconds are
those of the statement (`--timings`) and of polars' call:

- "first" is the first time in a process, when the kernel has to clear fresh memory: the best of --times processes;
- "again" is the best of four more times in one process, each result freed before the next (a session keeps its last
  two results, so two small ones are computed in between);
- "process" is a whole Lectern process, from start to exit.

Then a process that may have 512 MB (RLIMIT_DATA) reads four copies of the table, a folder of parts, whose columns do not
fit into that memory.

Memory is the highest resident size of a process that ran the task once, minus that of an idle process; "columns" is the
memory of the columns read. Prints a table in Markdown.

Written with polars 2.1.0.
"""
import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

# name, Lectern's statement, what polars calls the same thing, bytes a row of what is read.
ROWS = 16  # user_id i32, product_id i64, date i32
TASKS = [
    ("all of train_orders", 'r = load "train_orders" | collect',
     'pl.read_parquet(f"{folder}/train_orders")', ROWS),
    ("`filter user_id % 100 == 0` straight from the file", 'r = load "train_orders" | filter user_id % 100 == 0',
     'pl.scan_parquet(f"{folder}/train_orders").filter(pl.col("user_id") % 100 == 0).collect()', None),
    ("one column of three: user_id", 'r = load "train_orders" | select user_id',
     'pl.scan_parquet(f"{folder}/train_orders").select("user_id").collect()', 4),
    ("one column of three: product_id", 'r = load "train_orders" | select product_id',
     'pl.scan_parquet(f"{folder}/train_orders").select("product_id").collect()', 8),
    ("one column of three: date", 'r = load "train_orders" | select date',
     'pl.scan_parquet(f"{folder}/train_orders").select("date").collect()', 4),
    # Numbers from text are as wide as can be: i64, i64 and dates.
    ("read the same table as CSV", 'r = load "{scratch}/train.csv" | collect',
     'pl.read_csv(f"{scratch}/train.csv", try_parse_dates=True)', 20),
    # polars maps an uncompressed file and touches nothing: here it gets the bytes, and a sum of every column is asked for of
    # the mapped file as well.
    ("read the same table as Arrow", 'r = load "{scratch}/train.arrow" | collect',
     'pl.read_ipc(open(f"{scratch}/train.arrow", "rb").read())', ROWS),
    ("sum its columns from Arrow", 'r = load "{scratch}/train.arrow" | agg u = sum(user_id), p = sum(product_id), d = max(date)',
     'pl.read_ipc(f"{scratch}/train.arrow").select(pl.col("user_id").sum(), pl.col("product_id").sum(), pl.col("date").max())',
     None),
    ("read the same table as Arrow, LZ4", 'r = load "{scratch}/train-lz4.arrow" | collect',
     'pl.read_ipc(f"{scratch}/train-lz4.arrow")', ROWS),
    ("write it as Arrow", 't | save "{scratch}/out.arrow" overwrite=true',
     't.write_ipc(f"{scratch}/out.arrow")', None),
    ("write it as CSV", 't | save "{scratch}/out.csv" overwrite=true',
     't.write_csv(f"{scratch}/out.csv")', None),
    ("write it as Parquet, zstd", 't | save "{scratch}/out.parquet" overwrite=true',
     't.write_parquet(f"{scratch}/out.parquet", compression="zstd")', None),
    ("write it as Parquet, snappy", 't | save "{scratch}/out.parquet" compression="snappy" overwrite=true',
     't.write_parquet(f"{scratch}/out.parquet", compression="snappy")', None),
    ("`sample 1000` straight from the file", 'r = load "train_orders" | sample 1000 seed=0', None, None),
    ("`sample 1000` of the CSV", 'r = load "{scratch}/train.csv" | sample 1000 seed=0', None, None),
    ("`describe` straight from the file", 'r = load "train_orders" | describe', None, None),
]
# Of four times the table, 1.25 GB in memory.
LIMIT = 512 << 20
LIMITED = [
    "filter user_id % 100 == 0",
    "group_by product_id agg n = len(), m = mean(user_id)",
    "group_by date agg buyers = n_unique(product_id)",
    "unique product_id",
    "sort product_id, user_id | head 10",
    "sample 1000 seed=0",
]
FIRST_ROWS = 'load "train_orders" | head 10'


def measured(command, limit=None):
    """Seconds from start to exit, the highest resident size in MB, and the exit status."""
    start = time.perf_counter()
    limited = limit and (lambda: resource.setrlimit(resource.RLIMIT_DATA, (limit, limit)))
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, preexec_fn=limited)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command} ended with {process.returncode}")
    return seconds, usage.ru_maxrss / 1024


def by_lectern(options, preparation, statement):
    """Seconds of the statement, first and again, and of the process that ran it once, and megabytes of that."""
    with tempfile.NamedTemporaryFile(suffix=".json") as timings:
        def run(lines):
            process, megabytes = measured(
                [options.lectern, "eval", "\n".join(lines), "--data", options.folder, "--timings", timings.name])
            told = [json.loads(line) for line in open(timings.name)]
            return process, megabytes, [one for one in told if one["statement"].startswith(statement[:8])]

        process, megabytes, told = run(preparation + [statement + ";"])
        again = run(preparation + [statement + ";", "r = 0;", "r = 0;"] * 5)[2]
        return told[-1]["seconds"], min(one["seconds"] for one in again[1:]), process, megabytes


def by_polars(options, preparation, call):
    """Seconds of the call inside a Python that has polars loaded, first and again, and megabytes of the first."""
    code = f"""
import time, polars as pl
folder, scratch = {options.folder!r}, {options.scratch!r}
{preparation}
for number in range(5):
    start = time.perf_counter()
    result = {call}
    print(time.perf_counter() - start)
    del result
    if number == 0:
        print([line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")][0])
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    return float(said[0]), min(map(float, said[2:])), int(said[1]) / 1024


def best(results):
    """The least of every figure of several runs."""
    return [min(figures) for figures in zip(*results)]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("lectern")
    arguments.add_argument("folder")
    arguments.add_argument("--times", type=int, default=5)
    arguments.add_argument("--scratch")
    arguments.add_argument("--only", default="")
    options = arguments.parse_args()
    options.lectern, options.folder = os.path.abspath(options.lectern), os.path.abspath(options.folder)
    with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
        options.scratch = scratch
        compare(options)


def compare(options):
    idle = best([by_lectern(options, [], "r = 1") for _ in range(options.times)])[3]
    idle_polars = best([by_polars(options, "", "1") for _ in range(options.times)])[2]
    rows = by_lectern_rows(options)
    tasks = [task for task in TASKS if options.only in task[0]]
    if any("csv" in statement for _, statement, _, _ in tasks):
        measured([options.lectern, "eval", f'r = load "train_orders"; r | save "{options.scratch}/train.csv"',
                  "--data", options.folder])
    if any("arrow" in statement for _, statement, _, _ in tasks):
        measured([options.lectern, "eval", f'r = load "train_orders"; r | save "{options.scratch}/train.arrow"; '
                  f'r | save "{options.scratch}/train-lz4.arrow" compression="lz4"', "--data", options.folder])
    print("| what | Lectern, first, s | polars, first, s | ratio | Lectern, again, s | polars, again, s | ratio | process, s "
          "| memory, MB | of the columns | polars' memory, MB |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for name, statement, call, width in tasks:
        statement = statement.replace("{scratch}", options.scratch)
        is_written = statement.startswith("t |")
        ours, theirs = [], []
        for _ in range(options.times):
            ours.append(by_lectern(options, ['t = load "train_orders" | collect;'] if is_written else [], statement))
            if call:
                theirs.append(
                    by_polars(options, 't = pl.read_parquet(f"{folder}/train_orders")' if is_written else "", call))
        first, again, process, megabytes = best(ours)
        cells = [name, f"{first:.3f}", "", "", f"{again:.3f}", "", "", f"{process:.3f}", f"{megabytes - idle:.0f}", "", ""]
        if theirs:
            peer_first, peer_again, peer_megabytes = best(theirs)
            cells[2:4] = f"{peer_first:.3f}", f"{peer_first / first:.1f}×"
            cells[5:7] = f"{peer_again:.3f}", f"{peer_again / again:.1f}×"
            cells[10] = f"{peer_megabytes - idle_polars:.0f}"
        if width:
            cells[9] = f"{(megabytes - idle) * 2**20 / (rows * width):.2f}×"
        print("| " + " | ".join(cells) + " |", flush=True)
    parts = os.path.join(options.scratch, "parts")
    os.mkdir(parts)
    for part in range(4):
        os.symlink(os.path.join(options.folder, "train_orders"), os.path.join(parts, f"part-{part}.parquet"))
    print(f"\n| of four times the table, with {LIMIT >> 20} MB | process, s | memory, MB |\n|---|---|---|")
    for verbs in LIMITED:
        if options.only not in verbs:
            continue
        seconds, megabytes = measured([options.lectern, "eval", f'load "{parts}" | {verbs}'], LIMIT)
        print(f"| `{verbs}` | {seconds:.2f} | {megabytes:.0f} |", flush=True)
    command = [options.lectern, "eval", FIRST_ROWS, "--data", options.folder]
    runs = sorted(measured(command) for _ in range(4 * options.times))
    print(f"\n`{FIRST_ROWS}`, {len(runs)} times, from process start to exit: {runs[0][0] * 1000:.0f} to "
          f"{runs[-1][0] * 1000:.0f} ms, median {runs[len(runs) // 2][0] * 1000:.0f} ms, {min(run[1] for run in runs):.0f} MB "
          f"resident ({idle:.0f} MB without a file)")


def by_lectern_rows(options):
    with tempfile.NamedTemporaryFile(suffix=".json") as timings:
        measured([options.lectern, "eval", 'r = load "train_orders"', "--data", options.folder, "--timings", timings.name])
        return json.loads(open(timings.name).read().splitlines()[-1])["rows"]


if __name__ == "__main__":
    main()
