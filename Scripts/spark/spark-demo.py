"""Starts Sail on loopback, runs a session of Lectern on it, and stops it.

usage: python Scripts/spark/spark-demo.py LECTERN SESSION [--data DIR]

The session's `connect` line has the port 50051; it is given the port that was free.

Written with pysail 0.7.2.
"""
import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lectern")
    parser.add_argument("session")
    parser.add_argument("--data", default=".")
    options = parser.parse_args()
    import importlib

    start_sail = importlib.import_module("spark-differential").start_sail
    server, address = start_sail()
    try:
        text = Path(options.session).read_text(encoding="utf-8")
        text = text.replace("sc://127.0.0.1:50051", address).replace("DATA/", os.path.abspath(options.data) + "/")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / Path(options.session).name
            path.write_text(text, encoding="utf-8")
            return subprocess.run([options.lectern, "run", path, "--data", os.path.abspath(options.data)]).returncode
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    sys.exit(main())
