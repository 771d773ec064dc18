#!/usr/bin/env python3
"""Runs sessions that were exported as Python, and compares their tables with what Lectern recorded.

usage: check-python-export.py LECTERN [SESSION…] [--data FOLDER] [--keep FOLDER] [--verbose]

Each session (by default examples/verbs-*.md) is written by `lectern export --to ipynb --language python` and run from
top to bottom by nbclient, as `jupyter nbconvert --execute` does. Cells are identified by the tags of the export. A
table that a cell shows is compared with the table of that cell's recorded output, in order: the shape, the names, and
every value that is recorded, numbers within half a unit of the last recorded digit. Halves of intervals (columns that
end in ±), from, to and p are drawn anew and may differ by three tenths; seconds are not compared. Where the code says
that a model's numbers are nearly, or roughly, the same, or precise in their last digits only in Lectern, numbers that
come from it may differ by a twentieth, a half and a millionth, and whole numbers and lists are not compared.

  equal    every recorded table is shown by Python, with the same values
  near     the same, but for what the code says of the model that the numbers come from
  nothing  the cell's recording holds no table, and it runs
  gap      the code says that something has no equal in Python
  follows  the cell fails because a cell before it is a gap
  differs  another value, another shape, another number of tables
  fails    Python raises an error

Exits with status 1 if a cell differs or fails. Needs polars, numpy, scipy, matplotlib, nbclient, nbformat
and ipykernel; it was written with polars 2.1, numpy 2.4 and nbclient 0.11, and prints the versions it runs with.
"""
import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbclient import NotebookClient

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


def recorded_cells(path):
    """The recorded output of every cell of a session, None where there is none."""
    lines = path.read_text(encoding="utf-8").split("\n")
    outputs, index = [], 0
    while index < len(lines):
        opened = re.match(r"(`{3,})lectern\b", lines[index])
        if not opened:
            index += 1
            continue
        end = lines.index(opened.group(1), index + 1)
        index = end + 1
        start = index
        while start < len(lines) and not lines[start].strip():
            start += 1
        fence = re.match(r"(`{3,})output\b", lines[start]) if start < len(lines) else None
        if fence:
            end = lines.index(fence.group(1), start + 1)
            outputs.append(lines[start + 1:end])
            index = end + 1
        else:
            outputs.append(None)
    return outputs


def recorded_tables(lines):
    """The tables of a recorded output: their shape, their names, and their rows as texts; None stands for what is left out."""
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
    if isinstance(value, dict) and "float" in value:
        value = float(value["float"])
    if isinstance(value, (int, float)):
        try:
            number = float(text.replace("_", ""))
        except ValueError:
            return False
        if number != number or value != value:
            return number != number and value != value
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
    return text == value or text == value.strip() or text == re.sub(r"\.0+$", "", value) \
        or text == value.replace(" ", "T") or text.strip('"') == value


def plain(value):
    return float(value["float"]) if isinstance(value, dict) and "float" in value else value


def near(text, value):
    """Whether the half of an interval is about as recorded: it is drawn anew."""
    try:
        recorded, found = float(text), plain(value)
        return abs(recorded - found) <= 0.3 * recorded + 1e-9
    except (TypeError, ValueError):
        return False


SAID = {"the last digits of scores differ": 2e-6, "nearly the same": 0.05, "roughly the same": 0.5}


def tolerance_of(source, tolerances):
    """How far the numbers of a cell may be off: by what it says, or by what it says of a name that is used here."""
    own = max([SAID[words] for words in SAID for line in source.split("\n")
               if words in line and "drawn anew" not in line], default=0)
    used = [tolerances.get(word, 0) for word in re.findall(r"[A-Za-z_]\w*", source)]
    tolerance = max([own] + used)
    for name in re.findall(r"^([A-Za-z_]\w*(?:, \w+)*) = ", source, re.M):
        for part in name.split(", "):
            tolerances[part] = tolerance
    return tolerance


def is_near(text, value, tolerance):
    """Whether a number is off by no more than some share of it; what is no fraction is not compared."""
    value = plain(value)
    if not isinstance(value, float):
        return True
    try:
        recorded = float(text.replace("_", ""))
    except ValueError:
        return True
    return abs(recorded - value) <= tolerance * max(abs(recorded), abs(value)) + (0.005 if tolerance > 0.01 else 1e-6)


def is_drawn(name, text, value):
    """Whether an end of an interval or a p that is drawn anew is about as recorded."""
    value = plain(value)
    if name in ("p", "p_adjusted"):
        return abs(float(text) - value) <= 0.02 + 0.3 * abs(float(text))
    return abs(float(text) - value) <= 0.2 * abs(float(text)) + 0.003


def difference(recorded, shown, tolerance=0):
    """What a shown table has other than the recorded one; None if nothing."""
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
            if place is None:
                continue
            column, value = shown["columns"][place], shown["rows"][line][place]
            if column == "seconds":
                continue
            if column.endswith("±"):
                is_right = near(cell, value) or tolerance > 0.01
            elif column in ("from", "to", "p", "p_adjusted"):
                is_right = tolerance > 0 or is_drawn(column, cell, value)
            else:
                is_right = matches(cell, value) or tolerance > 0 and is_near(cell, value, tolerance)
            if not is_right:
                return f"row {line}, `{shown['columns'][place]}`: {plain(shown['rows'][line][place])!r} instead of {cell}"
    return None


def check(lectern, session, options):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(options.keep or folder).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / (session.stem + ".ipynb")
        path.unlink(missing_ok=True)
        command = [lectern, "export", str(session), "--to", "ipynb", "--language", "python", "-o", str(path)]
        if options.data:
            command += ["--data", str(Path(options.data).absolute())]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            return [("export", "fails", (done.stderr or done.stdout).strip())]
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        notebook.cells.insert(0, nbformat.v4.new_code_cell(FORMATTER))
        client = NotebookClient(
            notebook, timeout=600, kernel_name="python3", allow_errors=True,
            resources={"metadata": {"path": str(session.parent.absolute())}})
        client.execute()
        if options.keep:
            nbformat.write(notebook, path)
    outputs = recorded_cells(session)
    results, has_gap, tolerances = [], False, {}
    for cell in notebook.cells:
        tag = next((t for t in cell.get("metadata", {}).get("tags", []) if t.startswith("lectern-")), None)
        if cell.cell_type != "code" or tag is None:
            continue
        number = int(tag.split("-")[1])
        tolerance = tolerance_of(cell.source, tolerances)
        error = next((out for out in cell.outputs if out.output_type == "error"), None)
        shown = [out.data["application/json"] for out in cell.outputs
                 if out.output_type in ("display_data", "execute_result") and "application/json" in out.get("data", {})]
        recorded = recorded_tables(outputs[number - 1] or [])
        if "# This fails in Lectern" in cell.source and not any("error:" in line for line in outputs[number - 1] or []):
            results.append((number, "fails", "in Lectern: is its data there? `--data` names the folder"))
        elif "# No equal in Python" in cell.source:
            has_gap = True
            reason = re.search(r"# No equal in Python: (.*)", cell.source).group(1)
            results.append((number, "gap", reason))
        elif error is not None:
            state = "follows" if has_gap and error.ename == "NameError" else "fails"
            results.append((number, state, f"{error.ename}: {error.evalue}".split("\n")[0]))
            has_gap = has_gap or state == "fails"
        elif not recorded:
            results.append((number, "nothing", ""))
        elif len(shown) != len(recorded):
            results.append((number, "differs", f"{len(shown)} tables instead of {len(recorded)}"))
        else:
            found = [difference(*pair, tolerance) for pair in zip(recorded, shown)]
            found = [text for text in found if text]
            results.append(
                (number, "differs", found[0]) if found else (number, "near" if tolerance else "equal", ""))
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lectern")
    parser.add_argument("sessions", nargs="*", type=Path)
    parser.add_argument("--data")
    parser.add_argument("--keep", help="where the notebooks with their outputs are kept")
    parser.add_argument("--verbose", action="store_true", help="list gaps too")
    options = parser.parse_args()
    sessions = options.sessions or sorted(Path("examples").glob("verbs-*.md"))
    print(", ".join(f"{name} {version(name)}" for name in ["polars", "numpy", "nbclient"]))
    total = Counter()
    for session in sessions:
        results = check(options.lectern, session, options)
        counts = Counter(state for _, state, _ in results)
        total += counts
        print(f"{session}: " + ", ".join(f"{count} {state}" for state, count in sorted(counts.items())))
        for number, state, text in results:
            if state in ("differs", "fails") or options.verbose and state in ("gap", "follows"):
                print(f"  cell {number} {state}: {text}")
    print("in all: " + ", ".join(f"{count} {state}" for state, count in sorted(total.items())))
    sys.exit(1 if total["differs"] or total["fails"] else 0)


if __name__ == "__main__":
    main()
