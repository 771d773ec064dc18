#!/usr/bin/env python3
"""Runs sessions that were exported as Python, and compares their tables with those of Lectern.

usage: check-python-export.py LECTERN [SESSION…] [--data FOLDER | --scale SCALE] [--without-claims] [--keep FOLDER]
       [--verbose]

Each session (by default all of examples/ and sessions/tour.md) is copied to a folder of its own and run there by
`lectern promote`, on the tables of --data or on those that `lectern simulate --scale` makes up. Then it is written by
`lectern export --to ipynb --language python`, and the notebook runs from top to bottom as `jupyter nbconvert --execute`
runs it. Cells are identified by the tags of the export. Tables that a cell shows are compared in order: the shape, the
names, and all printed values, numbers within half a unit of the last printed digit. The last table of a cell is
compared in full: `_ | save` writes it as Parquet, and its numbers have to agree to 1e-9 (of f32: to 1e-6). Seconds are
not compared. Where the code says of a model that the last digits of its scores differ, that items may change places,
or that metrics are nearly the same, numbers that come from it may differ by a millionth, a hundredth or a twentieth,
and whole numbers and lists are not compared; where it says that metrics are others, no numbers are.
`--without-claims` leaves out the `assert` of hidden cells, which are true of the data that a session was recorded on:
with it, long sessions can run on smaller tables.

  equal    every table of the cell is shown by Python, with the same values
  near     the same, but for what the code says of the model that the numbers come from
  nothing  the cell shows no table, and it runs
  gap      the code says that something has no equal in Python
  fails*   the cell fails in Lectern too, as it should
  follows  the cell fails because a cell before it is a gap
  differs  another value, another shape, another number of tables
  fails    Python raises an error

Exits with status 1 if a cell differs or fails. Written with polars 2.1.0, numpy 2.4.6, scipy 1.17.1, pandas 3.1.1,
scikit-learn 1.9.1, implicit 0.7.3, scikit-surprise 1.1.5, torch 2.15.0, matplotlib 3.11.2, nbconvert 7.17.2 and Python
3.11; it prints the versions that it runs with.
"""
import argparse
import math
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from decimal import Decimal, InvalidOperation
from importlib.metadata import version
from pathlib import Path

import nbformat
import polars as pl
from nbconvert.preprocessors import ExecutePreprocessor

PACKAGES = [
    "polars", "numpy", "scipy", "pandas", "scikit-learn", "implicit", "scikit-surprise", "torch", "matplotlib",
    "nbconvert"]

# Tables become JSON beside what a notebook shows of them.
FORMATTER = """
import polars as _pl
import matplotlib as _mpl
from datetime import timedelta as _timedelta
_mpl.use("agg")
def _value(value):
    if isinstance(value, (list, _pl.Series)):
        return [_value(part) for part in value]
    if isinstance(value, dict):
        return {name: _value(part) for name, part in value.items()}
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return {"float": repr(value)}
    if isinstance(value, _timedelta):
        return {"seconds": value.total_seconds()}
    return str(value)
def _json(table):
    return {"lectern": True, "columns": table.columns, "height": table.height,
            "rows": [[_value(value) for value in row] for row in table.rows()][:20000]}
get_ipython().display_formatter.formatters["application/json"].for_type(_pl.DataFrame, _json)
"""


# --- What Lectern says


def cells_of(lines):
    """The cells of a session: the lines of their fences, their options, and their recorded output or None."""
    cells, index = [], 0
    while index < len(lines):
        opened = re.match(r"(`{3,})lectern\b(.*)", lines[index])
        if not opened:
            index += 1
            continue
        first, end = index, lines.index(opened.group(1), index + 1)
        index = end + 1
        start = index
        while start < len(lines) and not lines[start].strip():
            start += 1
        fence = re.match(r"(`{3,})output\b", lines[start]) if start < len(lines) else None
        output = None
        if fence:
            index = lines.index(fence.group(1), start + 1)
            output = lines[start + 1:index]
            index += 1
        cells.append((first, end, opened.group(2), output))
    return cells


def shows_a_table(code):
    """Whether the last statement of a cell shows its result, and this is a table, as far as its text says."""
    starts = [i for i, line in enumerate(code) if line.strip() and not re.match(r"[\s|)\]#]", line)]
    if not starts:
        return False
    last = "\n".join(code[starts[-1]:]).strip()
    if last.endswith(";") or re.match(r"[:?]|help\b|define\b|\w+(, \w+)*\s*=(?!=)", last):
        return False
    stage = re.split(r"\|(?![^(]*\))", last)[-1].split()
    return bool(stage) and stage[0] not in {
        "links", "plot", "save", "value", "values", "fit", "walk", "step", "view", "explain"} or " explain user" in last


def with_saves(lines):
    """The session with `_ | save` at the end of each cell whose last result is a table."""
    lines = list(lines)
    for number, (first, end, options, output) in reversed(list(enumerate(cells_of(lines), start=1))):
        tabled = output is not None and any(line.startswith("└") for line in output)
        if tabled and "expect" not in options and "skip" not in options and shows_a_table(lines[first + 1:end]):
            lines.insert(end, f'_ | save "exact-{number}.parquet" overwrite=true')
    return lines


def without_claims(lines):
    """The session without `| assert …` in its hidden cells."""
    lines = list(lines)
    for first, end, options, _ in cells_of(lines):
        if "hide" in options.split():
            for place in range(first + 1, end):
                if (kept := re.sub(r"\s*\| assert .*$", "", lines[place])) != lines[place]:
                    # A claim shows nothing. On a line of its own it ends the statement of the line before.
                    lines[place] = kept and kept + ";"
                    if not kept and not lines[place - 1].endswith(";"):
                        lines[place - 1] += ";"
    return lines


def recorded_tables(lines):
    """The tables of an output: shape, names, rows as texts; None stands for what is left out."""
    tables, shape, index = [], None, 0
    while index < len(lines):
        line = lines[index]
        found = re.match(r"shape: \((\S+), (\S+)\)", line)
        if found:
            shape = tuple(int(part.replace("_", "").rstrip(",")) for part in found.groups())
        if line.startswith("┌") and shape:
            names, rows, index = None, [], index + 1
            while not lines[index].startswith("└"):
                row = lines[index]
                if row.startswith("│"):
                    cells = [cell.strip() for cell in row.strip("│").split("┆")]
                    if names is None:
                        names = cells
                    else:
                        rows.append(cells)
                index += 1
            # The first row below the names are the types.
            tables.append((shape, names, rows[1:]))
            shape = None
        index += 1
    return tables


# --- Comparing


def plain(value):
    return float(value["float"]) if isinstance(value, dict) and "float" in value else value


def is_decimal(text, value):
    """Whether both are the same decimal, whatever its scale."""
    try:
        return Decimal(text.replace("_", "")) == Decimal(value)
    except InvalidOperation:
        return False


def moment(text):
    """A clock time without zeros at its end: `.981` and `.981000` are the same."""
    return re.sub(r"(:\d\d\.\d*?)0+$", r"\1", text)


def matches(text, value):
    """Whether a recorded text is what a value would be printed as."""
    if text.endswith("…"):
        return str(plain(value)).startswith(text[:-1]) or isinstance(value, (list, dict))
    if value is None:
        return text == "null"
    if isinstance(value, bool):
        return text == str(value).lower()
    if isinstance(value, dict) and "seconds" in value:
        units = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
        parts = re.findall(r"(-?[0-9.]+)(ms|us|ns|[wdhms])", text)
        return bool(parts) and abs(sum(float(n) * units[u] for n, u in parts) - value["seconds"]) < 1e-6
    value = plain(value)
    if isinstance(value, (int, float)):
        try:
            number = float(text.replace("_", ""))
        except ValueError:
            return False
        if number != number or value != value:
            return number != number and value != value
        if number == value:
            return True
        digits = re.sub(r"e.*", "", text.replace("_", "").lstrip("-")).partition(".")[2]
        exponent = int(re.search(r"e([+-]?\d+)", text).group(1)) if "e" in text else 0
        return abs(number - value) <= 0.51 * 10.0 ** (exponent - len(digits)) + 1e-9 * abs(value)
    if isinstance(value, list):
        inner = text.strip("[]")
        if "…" in inner:
            return True
        parts = [part.strip() for part in inner.split(",")] if inner else []
        return len(parts) == len(value) and all(matches(a.strip('"'), b) for a, b in zip(parts, value))
    if isinstance(value, dict):
        return True
    escaped = value.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return text in (value, value.strip(), escaped, re.sub(r"\.0+$", "", value), value.replace(" ", "T")) \
        or text.strip('"') == value or is_decimal(text, value) or moment(text) == moment(value)


SAID = {
    "the last digits of scores differ": 2e-6, "may change places": 0.01, "nearly the same": 0.05,
    "metrics are others": math.inf}


def tolerance_of(source, tolerances):
    """How far the numbers of a cell may be off: by what it says, or by what it says of a name that is used here."""
    own = max([SAID[words] for words in SAID for line in source.split("\n") if words in line], default=0)
    used = [tolerances.get(word, 0) for word in re.findall(r"[A-Za-z_]\w*", source)]
    tolerance = max([own] + used)
    for name in re.findall(r"^([A-Za-z_]\w*(?:, \w+)*) = ", source, re.M):
        for part in name.split(", "):
            tolerances[part] = tolerance
    return tolerance


def is_near(recorded, value, tolerance):
    """Whether a number is off by no more than some share of it; what is no fraction is not compared."""
    value = plain(value)
    if not isinstance(value, float) or not isinstance(recorded, float):
        return True
    if math.isinf(tolerance):
        return True
    slack = 0.005 if tolerance > 0.01 else 0.001 if tolerance == 0.01 else 1e-6
    return abs(recorded - value) <= tolerance * max(abs(recorded), abs(value)) + slack


def number(text):
    try:
        return float(text.replace("_", ""))
    except ValueError:
        return text


def difference(recorded, shown, tolerance=0):
    """What a shown table has other than the printed one; None if nothing."""
    (height, width), names, rows = recorded
    if "seconds" in names and "seconds" not in shown["columns"]:
        place = names.index("seconds")
        names, width = names[:place] + names[place + 1:], width - 1
        rows = [row[:place] + row[place + 1:] for row in rows]
    if tolerance > 0.01 and shown["height"] != height:
        return None
    if (shown["height"], len(shown["columns"])) != (height, width):
        return f"shape {(shown['height'], len(shown['columns']))} instead of {(height, width)}"
    # Columns that are left out in the middle are one `…`.
    places = list(range(len(names)))
    if "…" in names:
        gap = names.index("…")
        places = list(range(gap)) + [None] + list(range(width - (len(names) - gap - 1), width))
    for name, place in zip(names, places):
        if place is not None and not matches(name, shown["columns"][place]):
            return f"column `{shown['columns'][place]}` instead of `{name}`"
    lines = list(range(len(rows)))
    left_out = next((i for i, row in enumerate(rows) if all(cell == "…" for cell in row)), None)
    if left_out is not None:
        lines = list(range(left_out)) + [None] + list(range(height - (len(rows) - left_out - 1), height))
    for row, line in zip(rows, lines):
        if line is None or line >= len(shown["rows"]):
            continue
        for cell, place in zip(row, places):
            # Scores of models that learn at another pace are on no common scale.
            if place is None or shown["columns"][place] in ("seconds", "score" if tolerance > 0.1 else ""):
                continue
            value = shown["rows"][line][place]
            if not matches(cell, value) and not (tolerance > 0 and is_near(number(cell), value, tolerance)):
                return f"row {line}, `{shown['columns'][place]}`: {plain(value)!r} instead of {cell}"
    return None


def exact_difference(table, shown):
    """What the numbers of a shown table have other than those of the saved one; None if nothing."""
    for name in table.columns:
        if name == "seconds" or name not in shown["columns"] or not table[name].dtype.is_numeric():
            continue
        place = shown["columns"].index(name)
        precision = 1e-6 if table[name].dtype == pl.Float32 else 1e-9
        for line, (recorded, row) in enumerate(zip(table[name].to_list(), shown["rows"])):
            value = plain(row[place])
            if isinstance(value, (dict, str)):
                # A length of time or a decimal: what is printed of it was compared.
                same = True
            elif recorded is None or value is None:
                same = recorded is None and (value is None or value != value)
            else:
                recorded, value = float(recorded), float(value)
                same = recorded == value or math.isnan(recorded) and math.isnan(value) \
                    or abs(recorded - value) <= precision * max(1, abs(recorded))
            if not same:
                return f"row {line}, `{name}`: {value!r} instead of {recorded!r}"
    return None


# --- Running


def ran(command, folder):
    done = subprocess.run(command, capture_output=True, text=True, timeout=1200, cwd=folder)
    return None if done.returncode == 0 else (done.stderr or done.stdout).strip()


def check(lectern, session, data, folder, keeps_claims=True):
    """The state of each cell, and what is said of it."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = session.read_text(encoding="utf-8").split("\n")
    if not keeps_claims:
        lines = without_claims(lines)
    copy, saving = folder / session.name, folder / ("saving-" + session.name)
    copy.write_text("\n".join(lines), encoding="utf-8")
    saving.write_text("\n".join(with_saves(lines)), encoding="utf-8")
    path = folder / (session.stem + ".ipynb")
    problem = ran([lectern, "promote", saving.name, "--data", str(data)], folder) or ran(
        [lectern, "export", copy.name, "--to", "ipynb", "--language", "python", "-o", path.name, "--data", str(data)],
        folder)
    if problem:
        return [("session", "fails", problem.split("\n")[0])]
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(FORMATTER))
    ExecutePreprocessor(
        timeout=1800, kernel_name="python3", allow_errors=True, extra_arguments=["--log-level=ERROR"]).preprocess(
        notebook, {"metadata": {"path": str(folder)}})
    nbformat.write(notebook, folder / (session.stem + "-run.ipynb"))
    outputs = [output for _, _, _, output in cells_of(saving.read_text(encoding="utf-8").split("\n"))]
    results, has_gap, tolerances = [], False, {}
    for cell in notebook.cells:
        tag = next((t for t in cell.get("metadata", {}).get("tags", []) if t.startswith("lectern-")), None)
        if cell.cell_type != "code" or tag is None:
            continue
        place = int(tag.split("-")[1])
        state, text = state_of(
            cell, outputs[place - 1] or [], folder / f"exact-{place}.parquet", tolerance_of(cell.source, tolerances))
        if state == "fails" and has_gap and text.startswith("NameError"):
            state = "follows"
        has_gap = has_gap or state in ("gap", "fails")
        results.append((place, state, text))
    return results


def state_of(cell, output, saved, tolerance):
    error = next((out for out in cell.outputs if out.output_type == "error"), None)
    if error is not None:
        return "fails", f"{error.ename}: {error.evalue}".split("\n")[0]
    if "# This fails in Lectern" in cell.source:
        said = any("error:" in line for line in output)
        return ("fails*", "") if said else ("fails", "in Lectern, where it should not")
    if "# No equal in Python" in cell.source:
        return "gap", re.search(r"# No equal in Python: (.*)", cell.source).group(1)
    shown = [out.data["application/json"] for out in cell.outputs
             if out.output_type in ("display_data", "execute_result") and "application/json" in out.get("data", {})]
    recorded = recorded_tables(output)
    if not recorded:
        return "nothing", ""
    if len(shown) != len(recorded):
        return "differs", f"{len(shown)} tables instead of {len(recorded)}"
    found = [difference(*pair, tolerance) for pair in zip(recorded, shown)]
    if tolerance == 0 and saved.exists():
        found.append(exact_difference(pl.read_parquet(saved), shown[-1]))
    found = [text for text in found if text]
    return ("differs", found[0]) if found else ("near" if tolerance else "equal", "")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lectern")
    parser.add_argument("sessions", nargs="*", type=Path)
    parser.add_argument("--data", type=Path, help="the folder of the tables")
    parser.add_argument("--scale", default="0.01", help="without --data: how large the made-up tables are")
    parser.add_argument("--without-claims", action="store_true", help="leave out what hidden cells assert")
    parser.add_argument("--keep", type=Path, help="where the notebooks with their outputs are kept")
    parser.add_argument("--verbose", action="store_true", help="list gaps too")
    options = parser.parse_intermixed_args()
    lectern = str(Path(options.lectern).resolve())
    sessions = options.sessions or sorted(Path("examples").glob("*.md")) + [Path("sessions/tour.md")]
    print("Python " + sys.version.split()[0] + ", " + ", ".join(f"{name} {version(name)}" for name in PACKAGES))
    states = ["equal", "near", "nothing", "gap", "fails*", "follows", "differs", "fails"]
    print(f"{'session':<24}" + "".join(f"{state:>9}" for state in states) + f"{'seconds':>9}")
    total, began = Counter(), time.time()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (options.keep or Path(temporary)).resolve()
        data = options.data.resolve() if options.data else folder / "data"
        if not options.data and (problem := ran([lectern, "simulate", str(data), "--scale", options.scale], None)):
            sys.exit(problem)
        for session in sessions:
            start = time.time()
            results = check(lectern, session, data, folder / session.stem, not options.without_claims)
            counts = Counter(state for _, state, _ in results)
            total += counts
            row = "".join(f"{counts[state]:>9}" for state in states)
            print(f"{session.name:<24}{row}{time.time() - start:>9.0f}", flush=True)
            for place, state, text in results:
                if state in ("differs", "fails") or options.verbose and state in ("gap", "follows"):
                    print(f"  cell {place} {state}: {text}", flush=True)
    print(f"{'in all':<24}" + "".join(f"{total[state]:>9}" for state in states) + f"{time.time() - began:>9.0f}")
    sys.exit(1 if total["differs"] or total["fails"] else 0)


if __name__ == "__main__":
    main()
