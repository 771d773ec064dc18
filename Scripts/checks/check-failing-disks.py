"""Writes to disks that fail, and checks the messages and the files that remain.

usage: python Scripts/checks/check-failing-disks.py LECTERN

It saves to a disk of 2 MB that fills up, a disk that is mounted read-only, a folder of another user, a folder that does not
exist, and over the file that is being read: each in every format. The program has to exit with status 1 and a message that
names the file and the reason; an existing file has to be unchanged, and no other file may remain next to it. Needs Linux,
and the right to mount: root, or `unshare -rm python Scripts/checks/check-failing-disks.py LECTERN` (permissions are only
checked as root). Prints one line per case; the exit status is 1 if one fails.
"""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

FORMATS = ["parquet", "csv", "tsv", "ndjson", "csv.gz", "csv.zst", "md"]
# 320,000 rows of numbers that do not compress below 2 MB.
LARGE = """a = table x = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
b = a | cross_join (a | rename y = x);
t = b | cross_join (b | rename x2 = x, y2 = y) | select x;
t = t | concat t, t, t;
t = t | concat t, t, t, t, t, t, t;
t = t | row_index | with h = hash(row), g = hash(row + 1000000) | select h, g;
"""
# 120,000 users whose factors take more than a fit keeps twice in memory.
FACTORS = """a = table item = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
u = a | cross_join (a | rename b = item) | cross_join (a | rename c = item) | cross_join (a | rename d = item);
u = u | cross_join (a | head 6 | rename e = item) | select item;
t = u | concat u | row_index | with user = row % 120000, rating = 1.0 + hash(row) % 5 | select user, item, rating;
m = t | fit NMF user=user item=item weight=rating factors=90 epochs=3;
m | history | select iteration, loss
"""
failures = 0


def run(program, code, user=None):
    command = ["setpriv", f"--reuid={user}", "--clear-groups"] if user else []
    done = subprocess.run(command + [program, "eval", code], capture_output=True, text=True, cwd="/")
    return done.returncode, done.stderr


def check_fit(name, program, folder, wanted):
    """A fit that finds no room for a copy of its factors on the disk goes on without."""
    global failures
    done = subprocess.run(
        [program, "eval", FACTORS], capture_output=True, text=True, cwd="/", env=dict(os.environ, TMPDIR=str(folder)))
    problems = [] if done.returncode == 0 and done.stdout == wanted else [done.stdout + done.stderr]
    failures += bool(problems)
    print("FAIL" if problems else "ok  ", name, *problems, flush=True)


def check(name, folder, path, status, said, reason, before):
    global failures
    left = sorted(file.name for file in Path(folder).iterdir()) if Path(folder).is_dir() else []
    wanted = [path.name] if before is not None else []
    problems = []
    if status != 1:
        problems.append(f"status {status}")
    if reason not in said or str(path) not in said:
        problems.append(f"said {said.strip()!r}")
    if left != wanted:
        problems.append(f"left {left}")
    if before is not None and path.exists() and path.read_bytes() != before:
        problems.append("the old file changed")
    failures += bool(problems)
    print("FAIL" if problems else "ok  ", name, *problems, flush=True)


def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as scratch:
        disk = Path(scratch) / "disk"
        disk.mkdir()
        mount("-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk))
        fitted = subprocess.run([program, "eval", FACTORS], capture_output=True, text=True, cwd="/", check=True).stdout
        try:
            check_fit("full disk, a fit", program, disk, fitted)
            for ending in FORMATS:
                path = disk / f"t.{ending}"
                path.write_bytes(b"old\n")
                status, said = run(program, LARGE + f't | save "{path}" overwrite=true')
                check(f"full disk, {ending}", disk, path, status, said, "the disk is full", b"old\n")
                path.unlink()
            mount("-o", "remount,ro", str(disk))
            check_fit("read-only disk, a fit", program, disk, fitted)
            for ending in FORMATS:
                path = disk / f"t.{ending}"
                status, said = run(program, f'table a = [1] | save "{path}"')
                check(f"read-only disk, {ending}", disk, path, status, said, "the disk is read-only", None)
        finally:
            subprocess.run(["umount", str(disk)], check=True)
        for ending in FORMATS:
            path = Path(scratch) / "gone" / f"t.{ending}"
            status, said = run(program, f'table a = [1] | save "{path}"')
            check(f"no folder, {ending}", path.parent, path, status, said, "its folder does not exist", None)
        if os.geteuid() == 0:
            closed = Path(scratch) / "closed"
            closed.mkdir(mode=0o755)
            os.chmod(scratch, 0o755)
            for ending in FORMATS:
                path = closed / f"t.{ending}"
                status, said = run(program, f'table a = [1] | save "{path}"', user=65534)
                check(f"somebody else's folder, {ending}", closed, path, status, said, "permission denied", None)
        for ending in ["parquet", "csv", "tsv", "ndjson"]:
            folder = Path(scratch) / f"own-{ending}"
            folder.mkdir()
            path = folder / f"t.{ending}"
            run(program, LARGE + f't | save "{path}"')
            before = path.read_bytes()
            status, said = run(program, f't = load "{path}"\nt | head 3 | save "{path}" overwrite=true')
            check(f"its own file, {ending}", folder, path, status, said, "still being read", before)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
