"""Runs a session with its tables on a Spark Connect server that is started for it, and compares it with a local run.

usage: python Scripts/spark/spark-demo.py LECTERN [SESSION] [--data DIR] [--sail] [--memory 1g] [--keep DIR]

The server is the Spark of the Python that runs this (`pip install pyspark==4.3.0`, and a Java runtime), on a free port of
loopback, with --memory for the driver; with --sail it is Sail (`pip install pysail`). The session's tables (by default
sessions/seminar.en.md's) are given to it as files: `load "train_orders"` becomes `load "DIR/train_orders" on=spark`.

Both runs differ from the session in two ways. Datetimes in nanoseconds, which Spark does not read, are written anew in
microseconds. Rows are sorted where the session draws from them at random (`SORTED`), as Spark has no order to draw from.
Nothing else is left out: hidden cells, which check the prose, are run statement by statement.

All tables that are printed are compared. Those of metrics, tests and losses have to be equal, intervals and p included; only
seconds are not compared. Others may have the same rows in another order. It prints each check and each table that differs.

Ends with status 1 if a cell fails on the server that does not fail here, or if a table of metrics differs. A check that
Lectern refuses to run there, and those that need its result, are listed and do not count.

Written with pyspark 4.3.0, Java 17 and pysail 0.7.2.
"""
import argparse
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

# Where the session draws by the order of rows: the order of groups is another one there.
SORTED = [
    (r"\| sample (\d+) seed=", r"| sort user_id | sample \1 seed="),
    (r"(\| group_by user_id agg ids = unique\(product_id\)) \| recommend", r"\1 | sort user_id | recommend"),
    (r"= ratings \| split", "= ratings | sort user_id, product_id | split"),
]

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Scripts" / "spark"))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def require_java():
    """Ends with a sentence where Spark 4 would end with a trace."""
    java = os.path.join(os.environ["JAVA_HOME"], "bin", "java") if os.environ.get("JAVA_HOME") else "java"
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True).stderr
    except OSError:
        sys.exit(f"no Java at `{java}`: Spark needs 17 or later (Debian: openjdk-17-jre-headless); --sail needs none")
    version = re.search(r'version "(\d+)', said)
    if version and int(version[1]) < 17:
        sys.exit(f"Java {version[1]} at `{java}`: Spark 4 needs 17 or later; JAVA_HOME names another one")


def start_spark(memory, folder):
    """Spark's own server on loopback, and its address."""
    try:
        import pyspark
    except ImportError:
        sys.exit("no Spark in this Python: `pip install pyspark==4.3.0` (0.9 GB), or --sail")
    require_java()
    port = free_port()
    home = os.environ.get("SPARK_HOME") or os.path.dirname(pyspark.__file__)
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1", "spark.connect.grpc.binding.port": port,
        "spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1", "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": 4, "spark.sql.catalogImplementation": "in-memory",
        "spark.local.dir": folder, "spark.sql.warehouse.dir": f"{folder}/warehouse",
    }
    command = [f"{home}/bin/spark-submit", "--master", "local[2]", "--driver-memory", memory, "--class",
               "org.apache.spark.sql.connect.service.SparkConnectServer"]
    for name, value in settings.items():
        command += ["--conf", f"{name}={value}"]
    log = open(f"{folder}/server.log", "w")
    server = subprocess.Popen(
        command + ["spark-internal"], stdout=log, stderr=log, cwd=folder,
        env=dict(os.environ, SPARK_LOCAL_IP="127.0.0.1", SPARK_HOME=home))
    for _ in range(1800):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return server, f"sc://127.0.0.1:{port}"
        if server.poll() is not None:
            break
        time.sleep(0.1)
    stop(server)
    sys.exit("the server does not start:\n" + Path(f"{folder}/server.log").read_text()[-3000:])


def stop(server):
    server.terminate()
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def cells_of(text):
    return list(re.finditer(r"^```lectern(.*)\n((?:.*\n)*?)```\n(?:```output\n(?:.*\n)*?```\n)?", text, re.M))


def statements(code):
    """The statements of a cell: a line that is indented belongs to the one above."""
    found = []
    for line in code.splitlines():
        if line.strip():
            if found and (line[0] in " |" or line.startswith("]")):
                found[-1] += f"\n{line}"
            else:
                found.append(line)
    return found


def prepared(text):
    """The session with rows sorted before `sample`, where no cell ends the run, and each hidden check is a cell of its own."""
    for pattern, replacement in SORTED:
        text = re.sub(pattern, replacement, text)
    for cell in reversed(cells_of(text)):
        options = cell[1].replace(" expect=error", "") + " expect=error"
        parts = statements(cell[2]) if "hide" in cell[1] else [cell[2].rstrip("\n")]
        text = text[: cell.start()] + "".join(f"```lectern{options}\n{part}\n```\n\n" for part in parts) + text[cell.end():]
    return text


def on_server(text, address, data, moments):
    """The session with its tables on the server."""
    def load(found):
        path = moments.get(found[1]) or f"{data}/{found[1]}"
        return f'load "{path}" on=spark'
    text = re.sub(r'load "([^"]+)"', load, text)
    first = cells_of(text)[0]
    return f'{text[:first.start()]}```lectern\nspark = connect "{address}"\n```\n\n{text[first.start():]}'


def results(lectern, text, name, folder, data):
    """A run of a session: what its cells print, by their text; the errors of its statements, by their text; the seconds."""
    path = Path(folder) / f"{name}.md"
    path.write_text(text, encoding="utf-8")
    start = time.monotonic()
    done = subprocess.run([lectern, "run", path, "--no-color", "--data", data], capture_output=True, text=True)
    seconds = time.monotonic() - start
    (Path(folder) / f"{name}.out").write_text(done.stdout + done.stderr)
    if done.returncode not in (0, 1):
        sys.exit(f"{lectern} ended with status {done.returncode}:\n{done.stderr[-2000:]}")
    lines, errors = text.splitlines(), {}
    for found in re.finditer(r"^error: (.*)\n(?:.*\n)*?.*?%s\.md:(\d+)" % name, done.stderr, re.M):
        if "was expected to fail" not in found[1]:  # So every cell is marked, for the run to go on.
            line = int(found[2]) - 1
            while lines[line][0] in " |":
                line -= 1
            errors[lines[line]] = found[1]
    printed = re.split(r"^In \[\d+\]: ", done.stdout, flags=re.M)[1:]
    return [tables(cell) for cell in printed], errors, seconds


def tables(text):
    """The tables that a cell prints: their columns and rows as texts, without seconds."""
    found = []
    for table in re.findall(r"(?:^[┌│╞└].*\n)+", text, re.M):
        rows = [[cell.strip() for cell in line.strip("│\n").split("┆")] for line in table.splitlines() if line.startswith("│")]
        kept = [place for place, name in enumerate(rows[0]) if name != "seconds"]
        found.append([[row[place] for place in kept] for row in rows])
    return found


def is_of_metrics(table):
    """Whether a table has metrics, tests of them, or losses."""
    return any("@" in name or name in ("metric", "rmse", "mae", "loss") for name in table[0])


def same_rows(one, other):
    """Whether two tables have the same rows in some order, as far as they are shown; elements of lists may differ in order."""
    def plain(rows):
        return sorted([re.sub(r"\[.*", "[", cell) for cell in row] for row in rows[2:] if set(row) != {"…"})
    return plain(one) == plain(other)


def compare(here, there):
    """Prints the tables that differ; the counts of tables by how they compare."""
    counts = {"metrics": 0, "metrics equal": 0, "others": 0, "others equal": 0, "in another order": 0, "shown in part": 0}
    for mine, theirs in zip(here, there):
        for one, other in zip(mine, theirs):
            kind = "metrics" if is_of_metrics(one) else "others"
            counts[kind] += 1
            if one == other:
                counts[f"{kind} equal"] += 1
            elif kind == "others" and same_rows(one, other):
                counts["in another order"] += 1
            elif kind == "others" and any(set(row) == {"…"} for row in one + other):
                counts["shown in part"] += 1  # Here the first and the last rows are shown, there the first ones.
            else:
                print("here", *one, "there", *other, sep="\n  ")
        if len(mine) != len(theirs):
            print(f"{len(mine)} tables here, {len(theirs)} there, in a cell:", *(mine or theirs)[0], sep="\n  ")
            counts["metrics"] += 1
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lectern")
    parser.add_argument("session", nargs="?", default=str(ROOT / "sessions" / "seminar.en.md"))
    parser.add_argument("--data", default=str(ROOT / "examples" / "seminar"))
    parser.add_argument("--memory", default="1g")
    parser.add_argument("--sail", action="store_true")
    parser.add_argument("--keep")
    options = parser.parse_args()
    lectern, data = os.path.abspath(options.lectern), os.path.abspath(options.data)
    original = Path(options.session).read_text(encoding="utf-8")
    session = prepared(original)
    with tempfile.TemporaryDirectory() as folder:
        folder = os.path.abspath(options.keep or folder)
        os.makedirs(folder, exist_ok=True)
        moments = {}
        for name in set(re.findall(r'load "([^"]+)"', session)):
            if "actions" in name:
                moments[name] = f"{folder}/{name}.parquet"
                subprocess.run(
                    [lectern, "eval", f'load "{name}" | with timestamp = cast(timestamp, datetime[us]) '
                     f'| save "{moments[name]}" overwrite=true', "--data", data], check=True, stdout=subprocess.DEVNULL)
        here, mine, seconds_here = results(lectern, session, "here", folder, data)
        server, address = import_module("sail_server").start_sail() if options.sail else start_spark(options.memory, folder)
        print(f"the server is at {address}", flush=True)
        try:
            there, theirs, seconds = results(lectern, on_server(session, address, data, moments), "there", folder, data)
        finally:
            stop(server)
    report(original, session, (here, mine, seconds_here), (there[1:], theirs, seconds))


def report(original, session, here, there):
    """Prints what was equal and what was not, and ends with the status."""
    counts = compare(here[0], there[0])
    mine, theirs = here[1], there[1]
    refused, failed = {}, {}
    for statement, message in theirs.items():
        name = re.fullmatch(r"nothing is called `(\w+)`", message)
        because = name and any(left.startswith(f"{name[1]} = ") for left in refused)
        if statement not in mine:
            (refused if because or "cannot run this" in message else failed)[statement] = message
    checks = sum("hide" in cell[1] for cell in cells_of(session))
    shown = len(cells_of(session)) - checks
    for title, statements in (("refused there", refused), ("failed there alone", failed)):
        for statement, message in statements.items():
            print(f"{title}: {statement}\n  {message}")
    for statement, message in mine.items():
        both = "here and there" if statement in theirs else "here alone"
        print(f"failed {both}: {statement}\n  {message}")
    same = len(here[0]) == len(there[0]) == shown
    if not same:
        print(f"{len(here[0])} cells ran here, {len(there[0])} there, of {shown}")
    print(f"\n{len(cells_of(original))} cells, with {checks} hidden statements that check the prose: "
          f"{here[2]:.0f} s here, {there[2]:.0f} s with the tables there")
    print(f"tables of metrics, tests and losses: {counts['metrics equal']} of {counts['metrics']} equal")
    print(f"other tables: {counts['others equal']} of {counts['others']} equal, {counts['in another order']} with the same rows "
          f"in another order, {counts['shown in part']} of which other rows are shown")
    print(f"hidden statements: {len(refused)} refused there, {len(failed)} failed there alone")
    bad = failed or not same or not counts["metrics"] or counts["metrics equal"] < counts["metrics"]
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
