"""Reads files larger than the memory that Lectern may have: results must be those of a process without a limit.

usage: python Scripts/checks/check-limited-memory.py LECTERN [--scale 1.0] [--only TEXT]

`lectern simulate` makes the orders. A process that may have less than half of the memory of the columns (RLIMIT_DATA) reads
four copies of the table as Parquet (a folder of parts), and the table as CSV. What does not fit has to give a diagnostic,
after which the session continues. Prints a line in Markdown for each statement; the exit status is 1 if one differs, ends
the program, or is refused and should not be.

Limits follow the size of the table. Below 4 MB the program itself cannot start, and of 36 to 76 MB (scale 0.15) threads
and buffers, which do not depend on the table, take too much: the script refuses a scale with such limits.
"""
import argparse
import csv
import math
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

BOTH = [
    "filter user_id % 100 == 0",
    "head 10",
    "filter product_id % 2 == 0 | head 1000",
    "filter user_id > 1000 | tail 7",
    "group_by product_id agg n = len(), m = mean(user_id), d = std(user_id), least = min(user_id)",
    "group_by date agg buyers = n_unique(product_id), f = first(user_id), l = last(product_id)",
    "group_by date agg m = median(user_id), q = quantile(product_id, 0.9)",
    "agg n = len(), m = mean(user_id), d = std(user_id), med = median(user_id), q = quantile(product_id, 0.25), o = mode(date)",
    "filter user_id % 10 == 0 | group_by user_id agg m = median(product_id), n = n_unique(date), l = list(product_id)",
    "value_counts date",
    "describe",
    "unique product_id",
    "unique date keep=last | sort date",
    "sort product_id desc, user_id | head 20",
    "sample 1000 seed=0",
    "sample fraction=0.001 by=user_id seed=0",
    "sample 2 by=date seed=5 | filter user_id % 50 == 0",
]
PARQUET = [
    "group_by user_id agg n = n_unique(product_id)",
    "group_by user_id agg m = median(product_id) | sort user_id | head 1000",
]
REFUSED = [
    "filter user_id > 5",
    "sort user_id, product_id",
    "with even = user_id % 2 == 0 | group_by even agg l = list(product_id)",
    "with x = user_id * 2",
]
# Of four tables; of one, 78 MB, it fits.
REFUSED_OF_PARQUET = ["agg l = list(user_id)"]


# Below it, threads and buffers are no small part of the limit.
LEAST_LIMIT = 100 << 20


def run(lectern, cells, limit):
    """Exit status, what was said, seconds and the highest resident size in MB of a session that may have so many bytes."""
    with tempfile.NamedTemporaryFile("w", suffix=".md") as session:
        session.write("\n".join(cells))
        session.flush()
        limited = limit and (lambda: resource.setrlimit(resource.RLIMIT_DATA, (limit, limit)))
        start = time.perf_counter()
        process = subprocess.Popen([lectern, "run", session.name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   preexec_fn=limited, text=True, env=os.environ | {"SWIFT_BACKTRACE": "enable=no"})
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return process.returncode, said, time.perf_counter() - start, usage.ru_maxrss / 1024


def fault(status, said):
    lines = [line for line in said.splitlines() if line.startswith(("error: ", "Fatal error: "))]
    return f"exit {status}: {lines[0] if lines else said[-200:]}"


def cell(code, mark=""):
    return f"```lectern {mark}\n{code}\n```\n"


def difference(expected, found):
    """The first difference of two CSV files; floats may be summed in another order."""
    with open(expected) as one, open(found) as other:
        rows = 0
        for left, right in zip(csv.reader(one), csv.reader(other)):
            rows += 1
            if left == right:
                continue
            for a, b in zip(left, right):
                if a == b:
                    continue
                try:
                    if not math.isclose(float(a), float(b), rel_tol=1e-9):
                        return f"line {rows}: {left} became {right}"
                except ValueError:
                    return f"line {rows}: {left} became {right}"
        return None if next(one, None) is None and next(other, None) is None else "the number of rows"


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("lectern")
    arguments.add_argument("--scale", default="1.0")
    arguments.add_argument("--only", default="")
    options = arguments.parse_args()
    lectern = os.path.abspath(options.lectern)
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([lectern, "simulate", folder, "--scale", options.scale], check=True, stdout=subprocess.DEVNULL)
        orders = next(os.path.join(folder, name) for name in os.listdir(folder) if name.startswith("train_orders"))
        parts = os.path.join(folder, "parts")
        os.mkdir(parts)
        # Links to one file would be read once.
        for part in range(4):
            shutil.copy(orders, os.path.join(parts, f"part-{part}.parquet"))
        text = os.path.join(folder, "orders.csv")
        status, said, _, _ = run(lectern, [cell(f't = load "{orders}"\nt | save "{text}"\nt | shape')], None)
        if status:
            sys.exit(said)
        rows = int(subprocess.run([lectern, "eval", f'load "{orders}" | agg n = len() | value'], capture_output=True,
                                  text=True, check=True).stdout.split()[0].replace("_", ""))
        parquet_limit, text_limit = (int(size) >> 20 << 20 for size in (rows * 4 * 16 * 0.43, rows * 20 * 0.65))
        if min(parquet_limit, text_limit) < LEAST_LIMIT:
            sys.exit(f"limits of {parquet_limit >> 20} and {text_limit >> 20} MB are below {LEAST_LIMIT >> 20} MB, "
                     "where threads and buffers count: choose a greater --scale")
        print("| file | what | limit, MB | seconds | memory, MB | |\n|---|---|---|---|---|---|", flush=True)
        for path, limit, name, statements in [(parts, parquet_limit, "Parquet", BOTH + PARQUET + REFUSED + REFUSED_OF_PARQUET),
                                              (text, text_limit, "CSV", BOTH + REFUSED)]:
            for verbs in statements:
                if options.only not in verbs:
                    continue
                statement = f'r = load "{path}" | {verbs}'
                saved = [os.path.join(folder, f"{kind}.csv") for kind in ("limited", "free")]
                save = [cell(f'r | save "{path}" overwrite=true') for path in saved]
                if verbs in REFUSED + REFUSED_OF_PARQUET:
                    status, said, seconds, megabytes = run(
                        lectern, [cell(statement, "expect=error"), cell("1000 + 1")], limit)
                    error = next((line for line in said.splitlines() if line.startswith("error: ")), None)
                    problem = None if status == 0 and error and "1001" in said else fault(status, said)
                    note = "refused: " + (error or "")[7:]
                else:
                    status, said, seconds, megabytes = run(lectern, [cell(statement), save[0]], limit)
                    problem = fault(status, said) if status else None
                    if not problem:
                        run(lectern, [cell(statement), save[1]], None)
                        problem = difference(saved[1], saved[0])
                    note = "the same"
                failures += problem is not None
                print(f"| {name} | `{verbs}` | {limit >> 20} | {seconds:.2f} | {megabytes:.0f} | "
                      f"{'**differs**: ' + problem if problem else note} |", flush=True)
    sys.exit(failures > 0)


main()
