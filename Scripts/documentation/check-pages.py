#!/usr/bin/env python3
"""Checks the documentation's pages: every link leads to a file and heading, and every path that they name exists.

usage: python Scripts/documentation/check-pages.py

Also checks that the first lines of each script say what it is for. Needs only Python's standard library. Prints one line per
fault; the exit status is 1 if there is one.
"""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Paths are checked where they stand in backticks and begin with one of these.
FOLDERS = ("Sources/", "Tests/", "Scripts/", "docs/", "sessions/", "examples/", ".ci/")
MADE = ("examples/seminar",)


def anchor(heading):
    """What GitHub calls a heading in an address."""
    text = re.sub(r"[`*]|\[([^]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def without_cells(text):
    return re.sub(r"(?ms)^(```+).*?^\1$", "", text)


def faults(page):
    text = without_cells((ROOT / page).read_text())
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, heading = target.partition("#")
        file = (ROOT / page).parent / path if path else ROOT / page
        if not file.exists():
            yield f"the link to {target} leads nowhere"
        elif heading:
            headings = re.findall(r"(?m)^#+ (.*)$", without_cells(file.read_text()))
            if heading not in map(anchor, headings):
                yield f"no heading for the link to {target}"
    # A day's measurements name the paths of their day.
    if page.startswith("docs/benchmarks/"):
        return
    for named in re.findall(r"`([^`\s]+)", text):
        path = named.rstrip(".,:;…").split(":")[0]
        is_pattern = re.search(r"[*…<]|NAME|YYYY", path)
        if path.startswith(FOLDERS) and not is_pattern and not path.startswith(MADE) and not (ROOT / path).exists():
            yield f"{path} is not there"


def has_purpose(script):
    lines = (ROOT / script).read_text().split("\n")
    first = lines[1] if lines[0].startswith("#!") else lines[0]
    return bool(re.match(r'("""|# )\S', first))


def main():
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    found = []
    for page in [name for name in files if name.endswith(".md")]:
        found += [f"{page}: {fault}" for fault in faults(page)]
    for script in [name for name in files if re.fullmatch(r"(Scripts|\.ci)/(.*\.py|.*/[a-z-]+|run)", name)]:
        if not has_purpose(script) and not script.endswith(("copyright", "suppressions")):
            found.append(f"{script}: its first line does not say what it is for")
    print("\n".join(found) or f"{sum(name.endswith('.md') for name in files)} pages, no fault")
    sys.exit(1 if found else 0)


main()
