#!/usr/bin/env python3
"""Checks that folders refer to each other in one direction, that what a registry's folder declares is registered, and
that docs/UNSAFE.md names every file with unsafe code.

usage: .ci/check-structure.py [--edges TARGET] [--suggest TARGET]

The order of a target's folders is the one of its source map in docs/ARCHITECTURE.md: a table whose first column is
`Folder/`, below a heading that names the target. A file may name types of its own folder and of the folders above it in
that table. A reference is the name of a type that another file of the target declares at its top level and not
privately; comments and strings do not count. Files beside the folders belong to none and may name, and be named by, all.

--edges lists who refers to whom between the folders of a target, with the types; --suggest does so file by file.
"""
import re
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOST_FILES = 25
DECLARATION = re.compile(
    r"^(?:@\w+(?:\([^)]*\))?\s+)*(?:public |package |internal |final |indirect |nonisolated )*"
    r"(?:struct|enum|class|protocol|actor|typealias)\s+([A-Z]\w*)", re.M)
# A registry: the folder whose files are registered, the file with the list.
REGISTRIES = [
    ("Query/Verbs", "Query/Verbs/RelationalVerbs.swift"),
    ("Query/Expressions/Functions", "Query/Expressions/Functions/Functions.swift"),
    ("Notebook/Verbs", "Notebook/Verbs/NotebookVerbs.swift"),
    ("Experiments/Metrics/Definitions", "Experiments/Metrics/Metrics.swift"),
    ("Experiments/Splits/Definitions", "Experiments/Splits/Splits.swift"),
    ("Notebook/Exports", "Notebook/Exports/ExportFormat.swift"),
    ("Notebook", "Notebook/Commands/Commands.swift"),
    ("Notebook/Settings", "Notebook/Settings/Settings.swift"),
    ("Formats", "Formats/FileFormat.swift"),
]


def code(path):
    """The text of a file without comments and strings; expressions within strings count as strings."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r'#*"""(?:.|\n)*?"""#*', '""', text)
    text = re.sub(r'"(?:\\.|[^"\\\n])*"', '""', text)
    text = re.sub(r"/\*(?:.|\n)*?\*/", "", text)
    return re.sub(r"//.*", "", text)


def folder_of(path, target):
    parts = path.relative_to(target).parts
    return parts[0] if len(parts) > 1 else None


def references(target):
    """For every file of a target, the types it names with the files that declare them."""
    files = sorted(target.rglob("*.swift"))
    texts = {path: code(path) for path in files}
    declared = {}
    for path in files:
        for name in DECLARATION.findall(texts[path]):
            declared.setdefault(name, path)
    found = {}
    for path in files:
        words = set(re.findall(r"(?<![.\w])[A-Z]\w*", texts[path]))
        found[path] = {name: declared[name] for name in words if name in declared and declared[name] != path}
    return found


def orders():
    """The folders of every target in the order of its source map."""
    result, target = {}, None
    for line in (ROOT / "docs/ARCHITECTURE.md").read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"#+ .*`(\w+)`", line):
            target = heading[1]
        elif line.startswith("#"):
            target = None
        elif target and (row := re.match(r"\| `(\w+)/` \|", line)):
            result.setdefault(target, []).append(row[1])
    return result


def check_order(name, order):
    target = ROOT / "Sources" / name
    problems = []
    there = sorted(path.name for path in target.iterdir() if path.is_dir())
    for folder in there:
        if folder not in order:
            problems.append(f"{name}/{folder} is not in the source map of docs/ARCHITECTURE.md")
    for folder in order:
        if folder not in there:
            problems.append(f"{name}/{folder} is in the source map of docs/ARCHITECTURE.md, but there is no such folder")
    places = {folder: place for place, folder in enumerate(order)}
    for path, named in references(target).items():
        own = folder_of(path, target)
        if own not in places:
            continue
        for kind, other in sorted(named.items()):
            theirs = folder_of(other, target)
            if theirs in places and places[theirs] > places[own]:
                problems.append(
                    f"{path.relative_to(ROOT)}: {kind} is declared in {name}/{theirs}, which comes after {name}/{own}")
    return problems


def check_sizes():
    problems = []
    for folder in [path for top in ("Sources", "Tests") for path in (ROOT / top).rglob("*") if path.is_dir()]:
        count = len(list(folder.glob("*.swift")))
        if count > MOST_FILES:
            problems.append(f"{folder.relative_to(ROOT)} holds {count} files; more than {MOST_FILES} need folders")
    return problems


def check_registries():
    """Every static declaration of a registry's kind is named in its list."""
    problems = []
    for folder, registry in REGISTRIES:
        listed = ROOT / "Sources" / registry
        if not listed.exists():
            continue
        text = code(listed)
        kind = re.search(r"(?:static let|let|var) \w+\s*:\s*\[(?:any )?(\w+)\]\s*=\s*\[", text)
        if not kind:
            problems.append(f"{registry}: no list of declarations was found")
            continue
        named = set(re.findall(r"\.(\w+)", text))
        pattern = re.compile(
            r"^(?:public )?extension " + kind[1] + r"\b[^{\n]*\{(.*?)^\}", re.M | re.S)
        for path in sorted((ROOT / "Sources" / folder).rglob("*.swift")):
            for body in pattern.findall(code(path)):
                # Made by the kind's initialiser or by a function that returns one: `onTable(…)`, `real(…)`.
                for name, annotated, maker in re.findall(
                        r"^  (?:public )?static let `?(\w+)`?\s*(?::\s*([^=\n]+?)\s*)?=\s*(\w+)?\(?", body, re.M):
                    is_declaration = annotated == kind[1] or not annotated and (
                        maker == kind[1] or maker[:1].islower() and maker not in ("true", "false"))
                    if is_declaration and name not in named:
                        problems.append(f"{path.relative_to(ROOT)}: {name} is not registered in Sources/{registry}")
    return problems


def check_models():
    """Every model of a folder of its own is listed in the registry of models."""
    listed = code(ROOT / "Sources/Recommenders/Models.swift")
    problems = []
    for path in sorted((ROOT / "Sources/Recommenders/Models").rglob("*.swift")):
        for name in re.findall(r"^public struct (\w+): Model\b", code(path), re.M):
            if f"{name}.self" not in listed:
                problems.append(f"{path.relative_to(ROOT)}: {name} is not registered in Sources/Recommenders/Models.swift")
    return problems


def check_unsafe():
    """Every file with unsafe code is in the first column of UNSAFE.md: by its folder, or `Target`: `File`, `File`."""
    folders, files = set(), set()
    for row in re.findall(r"^\| (`.*?) \|", (ROOT / "docs/UNSAFE.md").read_text(encoding="utf-8"), re.M):
        for place in row.split("; "):
            names = re.findall(r"`([^`]+)`", place)
            if "`: " in place:
                files.update((names[0], name) for name in names[1:])
            else:
                folders.update(names)
    problems = []
    for path in sorted((ROOT / "Sources").rglob("*.swift")):
        if not re.search(r"\b(?:with|_)?[uU]nsafe[A-Z]?", code(path)):
            continue
        own = path.relative_to(ROOT / "Sources")
        above = [str(folder) for folder in own.parents]
        names = {own.stem, own.stem.split("+")[0]}
        if not any(place in folders or any((place, name) in files for name in names) for place in above):
            problems.append(f"Sources/{own} has unsafe code and is not in docs/UNSAFE.md")
    return problems


def show_edges(name, by_file):
    target = ROOT / "Sources" / name
    edges = defaultdict(set)
    for path, named in references(target).items():
        own = str(path.relative_to(target)) if by_file else folder_of(path, target)
        for kind, other in named.items():
            theirs = str(other.relative_to(target)) if by_file else folder_of(other, target)
            if theirs != own:
                edges[own or "."].add(f"{theirs or '.'}" if by_file else f"{theirs or '.'}: {kind} ({path.name})")
    for own in sorted(edges):
        print(own)
        for other in sorted(edges[own]):
            print("   ", other)


def main():
    if len(sys.argv) == 3 and sys.argv[1] in ("--edges", "--suggest"):
        return show_edges(sys.argv[2], sys.argv[1] == "--suggest")
    if len(sys.argv) > 1:
        sys.exit(__doc__)
    problems = [problem for name, order in orders().items() for problem in check_order(name, order)]
    problems += check_sizes() + check_registries() + check_models() + check_unsafe()
    print("\n".join(problems) if problems else "The folders refer to each other in one direction; all that is declared is registered.")
    sys.exit(1 if problems else 0)


main()
