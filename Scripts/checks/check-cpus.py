"""Checks that the program gives the same bits on every kind of CPU that is available here.

usage: python Scripts/checks/check-cpus.py LECTERN [--emulated CPU]… [--sessions]

Fits every model on a small simulated shop, draws random numbers, computes with every elementary function and saves it all:
once with every set of kernels that this CPU has, on one core and on two, and once under `qemu-x86_64 -cpu CPU` for every CPU
named (Haswell by default, where qemu is installed). Every file and every line of output has to be the same. On a CPU that is
too old (Nehalem) the program has to print a message. With `--sessions` the recorded sessions and examples are checked too,
with every set of kernels, on one core and on two; that of MovieLens only if its data is there.

The emulated part needs Debian's `qemu-user`; without it, that part is skipped, with a message.
"""
import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# MovieLens 100K, which may not be handed out: its session is left out where it is missing.
RATINGS = "../shared/data/ml-100k"
MODELS = [
    "Random seed=1", "TopPopular", "PersonalTopPopular", "EASE regularization=5", "EASE regularization=5 form=primal",
    "iALS factors=20 iterations=2", "iALS factors=20 iterations=1 solver=cholesky",
    "iALS factors=20 iterations=1 solver=block block=8", "ALS factors=8 iterations=2", "BPR factors=16 epochs=2",
    "MatrixFactorization factors=8 epochs=1",
    "MatrixFactorization factors=8 epochs=1 variant=sampled", "SVD factors=20 epochs=2",
    "SVDpp factors=8 epochs=1", "NMF epochs=2", "CoClustering epochs=2", "SlopeOne", "Baseline", "ItemKNN",
    "ItemKNN similarity=tfidf", "UserKNN similarity=bm25",
]
FUNCTIONS = "e = exp(x), l = log(abs(x)), l1 = log1p(abs(x)), p = abs(x) ** 1.7, q = x / 3 + sqrt(abs(x))"


def cells(folder):
    # Few items: an emulated CPU multiplies a thousand times as slowly.
    yield 'train = load "train_orders" | filter product_id % 7 == 0'
    for place, model in enumerate(MODELS):
        yield f"m{place} = train | fit {model}"
        yield f'm{place} | save "{folder}/m{place}.lectern" overwrite=true'
        if "factors=20 iterations=2" not in model:
            yield f"train | head 5 | select user_id | recommend m{place} top=5"
    yield f'train | with x = user_id / 1000.0 - product_id / 1e6 | select {FUNCTIONS}'
    yield f'train | with x = user_id / 1000.0 - product_id / 1e6 | select {FUNCTIONS} | save "{folder}/f.parquet"'
    yield "train | sample 20 seed=7"


def run(command, **environment):
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment}, cwd=ROOT)


def outcome(lectern, data, prefix=(), threads=2, **environment):
    """What one run prints and writes: lines, and files by name."""
    with tempfile.TemporaryDirectory() as folder:
        command = [*prefix, lectern, "eval", "\n".join(cells("OUT")).replace("OUT", folder), "--data", str(data),
                   "--threads", str(threads)]
        result = run(command, **environment)
        if result.returncode != 0:
            sys.exit(f"{prefix} {environment}: status {result.returncode}\n{result.stdout[-2000:]}{result.stderr[-2000:]}")
        # A dim line that says how long a statement took is about the machine.
        lines = [line.replace(folder, "OUT") for line in result.stdout.splitlines() if not is_time(line)]
        files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(Path(folder).iterdir())}
        return lines, files


def is_time(line):
    return re.fullmatch(r"[\d.]+ (µs|ms|s|min( \d+ s)?|h( \d+ min)?)", line.strip()) is not None


def differences(expected, found):
    lines = [f"  {a!r}\n  {b!r}" for a, b in zip(expected[0], found[0]) if a != b]
    files = [name for name in expected[1] if expected[1][name] != found[1].get(name)]
    if len(expected[0]) != len(found[0]):
        lines.append(f"  {len(expected[0])} lines, {len(found[0])} lines")
    return lines[:5] + files


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lectern")
    parser.add_argument("--emulated", action="append", metavar="CPU")
    parser.add_argument("--sessions", action="store_true", help="check the recorded sessions too")
    options = parser.parse_args()
    lectern = str(Path(options.lectern).resolve())
    said = run([lectern, "--version", "--verbose"]).stdout
    sets = said.split("can run ")[1].split(")")[0].split(", ")
    failed = False
    with tempfile.TemporaryDirectory() as data:
        run([lectern, "simulate", data, "--scale", "0.0002", "--seed", "0"])
        first = None
        for name in sets:
            for threads in (1, 2):
                found = outcome(lectern, data, threads=threads, LECTERN_KERNELS=name)
                first = first or found
                wrong = differences(first, found)
                failed |= bool(wrong)
                print(f"{name}, {threads} threads: {len(found[1])} files, {len(found[0])} lines,",
                      "the same" if not wrong else "DIFFERENT\n" + "\n".join(wrong), flush=True)
        if shutil.which("qemu-x86_64") is None:
            print("emulated CPUs: left out, qemu-x86_64 is not installed")
        else:
            for cpu in options.emulated or ["Haswell"]:
                wrong = differences(first, outcome(lectern, data, ("qemu-x86_64", "-cpu", cpu)))
                failed |= bool(wrong)
                print(f"emulated {cpu}:", "the same" if not wrong else "DIFFERENT\n" + "\n".join(wrong), flush=True)
            old = run(["qemu-x86_64", "-cpu", "Nehalem", lectern, "--version"])
            fine = old.returncode == 1 and "too old" in old.stderr
            failed |= not fine
            print("emulated Nehalem:", "gets a sentence" if fine else f"status {old.returncode}: {old.stderr[-300:]}")
    if options.sessions:
        # Relative, as the examples record paths.
        shop = "examples/seminar"
        if not (ROOT / shop / "train_orders").exists():
            run([lectern, "simulate", shop, "--scale", "0.01", "--seed", "0"])
        for name in sets:
            for threads in ("1", "2"):
                for session in sorted(f"{path.parent.name}/{path.name}" for path in ROOT.glob("[es]*s/*.md")):
                    folder = RATINGS if session.endswith("/movielens.md") else shop
                    if not (ROOT / folder).exists():
                        continue
                    checked = run([lectern, "check", session, "--data", folder, "--trust", "--threads", threads],
                                  LECTERN_KERNELS=name)
                    failed |= checked.returncode != 0
                    print(f"{name}, {threads} threads, {session}: {checked.stdout.strip().splitlines()[-1]}",
                          flush=True)
    sys.exit(1 if failed else 0)


main()
