"""Runs the programs of many cases in one process of Lectern."""
import re
import subprocess
import sys

import polars as pl


def run_all(lectern, folder, cases, database, said_otherwise):
    """The verdict of every case, with its number."""
    cells, written = [], []
    runs = {seed: case.runs() for seed, case in cases.items()}
    for seed, own in runs.items():
        for label, run in own.items():
            run.paths = {name: folder / f"{seed}-{label}-{name}" for name in run.tables}
            run.target = folder / f"{seed}-{label}-result"
            for name, frame in run.tables.items():
                frame.write_parquet(run.paths[name])
            written += [*run.paths.values(), run.target]
            code = [*run.code(run.paths), f'result | save "{run.target}" format=parquet overwrite=true']
            # Cells that are expected to fail do not end the run; whether one did shows in its file.
            cells.append("```lectern expect=error\n" + "\n".join(code) + "\n```\n")
    (folder / "cases.md").write_text("\n".join(cells))
    done = subprocess.run([lectern, "run", folder / "cases.md"], capture_output=True, text=True)
    # 1 says that some cell did not fail as it was expected to.
    if done.returncode not in (0, 1):
        print(f"{lectern} ended with status {done.returncode}:", done.stderr[-2000:], file=sys.stderr)
        sys.exit(2)
    for seed, case in cases.items():
        for run in runs[seed].values():
            if run.target.exists():
                run.result = pl.read_parquet(run.target)
        say = lambda label, own=runs[seed]: message(lectern, own[label])
        yield seed, case.verdict(runs[seed], database, say, said_otherwise)
    for path in written:
        path.unlink(missing_ok=True)


def message(lectern, run):
    """What Lectern says of a program that fails, in one line."""
    *before, last = run.code(run.paths)
    done = subprocess.run(
        [lectern, "eval", "\n".join([*before, last.removeprefix("result = ")]), "--no-color"], capture_output=True, text=True)
    return re.sub(r"\s+", " ", done.stderr.strip()) or f"status {done.returncode}"
