"""Runs a session with its tables on a Spark Connect server that is started for it, and compares its metrics with a local run.

usage: python Scripts/spark/spark-demo.py LECTERN [SESSION] [--data DIR] [--sail] [--memory 1g] [--keep DIR]

The server is the Spark of the Python that runs this (`pip install pyspark==4.3.0`, and a Java runtime), on a free port of
loopback, with --memory for the driver; with --sail it is Sail (`pip install pysail`). The session's tables (by default
sessions/seminar.en.md's) are given to it as files: `load "train_orders"` becomes `load "DIR/train_orders" on=spark`. Three
things of the session are told to the server in another way, in both runs alike: moments in nanoseconds, which Spark does
not read, are written anew in microseconds; rows are sorted before `sample`, as Spark has no order to draw from; hidden
cells, which check the prose, are left out where they number rows that are in no order, or read the loss of a model that
learns row by row. Intervals of metrics are not compared: their bootstrap draws by the order of rows.

Ends with status 1 if a cell fails on the server that does not fail here, or if a table of metrics differs.

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


def prepared(text):
    """The session without what depends on the order of rows."""
    text = re.sub(r"\| sample (\d+) seed=", r"| sort user_id | sample \1 seed=", text)
    numbering = re.compile(r"row_index|first\(|last\(|\| history")
    for cell in reversed(cells_of(text)):
        if "hide" in cell[1] and (numbering.search(cell[2]) or "counted" in cell[2]):
            text = text[: cell.start()] + text[cell.end():]
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
    """What a session prints, and the seconds."""
    path = Path(folder) / f"{name}.md"
    path.write_text(text, encoding="utf-8")
    start = time.monotonic()
    done = subprocess.run([lectern, "run", path, "--no-color", "--data", data], capture_output=True, text=True)
    return done.stdout, done.stderr, done.returncode, time.monotonic() - start


def metrics(text):
    """The tables of metrics: their rows as texts."""
    tables = []
    for table in re.findall(r"(?:^[┌│╞└].*\n)+", text, re.M):
        rows = [[cell.strip() for cell in line.strip("│\n").split("┆")] for line in table.splitlines() if line.startswith("│")]
        if any("@" in cell for cell in rows[0]):
            # The bootstrap of an interval draws users by their rows, which are in another order there.
            kept = [place for place, name in enumerate(rows[0]) if not name.endswith("±")]
            tables.append([[row[place] for place in kept] for row in rows])
    return tables


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
    session = prepared(Path(options.session).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        folder = options.keep or folder
        os.makedirs(folder, exist_ok=True)
        moments = {}
        for name in set(re.findall(r'load "([^"]+)"', session)):
            if "actions" in name:
                moments[name] = f"{folder}/{name}.parquet"
                subprocess.run(
                    [lectern, "eval", f'load "{name}" | with timestamp = cast(timestamp, datetime[us]) '
                     f'| save "{moments[name]}" overwrite=true', "--data", data], check=True, stdout=subprocess.DEVNULL)
        server, address = import_module("sail_server").start_sail() if options.sail else start_spark(options.memory, folder)
        print(f"the server is at {address}", flush=True)
        try:
            there = on_server(session, address, data, moments)
            here, here_said, _, seconds_here = results(lectern, session, "here", folder, data)
            text, said, status, seconds = results(lectern, there, "there", folder, data)
        finally:
            stop(server)
    print(text)
    print(said, file=sys.stderr)
    errors = re.findall(r"^error: .*", said + text, re.M)
    expected = re.findall(r"^error: .*", here_said + here, re.M)
    mine, theirs = metrics(here), metrics(text)
    equal = sum(one == other for one, other in zip(mine, theirs))
    print(f"\n{len(cells_of(session))} cells: {seconds_here:.0f} s here, {seconds:.0f} s with the tables there; "
          f"{equal} of {len(mine)} tables of metrics are equal; {len(errors) - len(expected)} errors there alone")
    for one, other in zip(mine, theirs):
        if one != other:
            print("here", *one, "there", *other, sep="\n  ")
    sys.exit(1 if equal < len(mine) or not mine or len(errors) > len(expected) else 0)


if __name__ == "__main__":
    main()
