"""Runs Lectern without permission to start threads: it must finish, with the results of a process without a limit.

usage: python Scripts/checks/check-limited-threads.py LECTERN

Limits on processes (RLIMIT_NPROC) do not count for root, so as root the program runs as nobody. Prints one line per
case; the exit status is 1 if one does not end within a minute, fails, or prints something else.
"""
import os
import resource
import subprocess
import sys
import tempfile

NOBODY = 65534
CELLS = {
    "a group": "b | group_by a agg n = len(), m = mean(c) | sort a",
    "a sort": "b | sort c desc, a | head 5",
    "a file": 'b | save "FILE.parquet"\nload "FILE.parquet" | agg n = len(), s = sum(c)',
    "a factorization": "b | select user_id = a, product_id = c | fit iALS factors=8 iterations=2 seed=0 | recommend user=3 top=2",
    "an inversion": "b | select user_id = a, product_id = c | fit EASE | recommend user=3 top=2",
}
SETUP = """a = table a = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
b = a | cross_join (a | rename c = a) | cross_join (a | rename d = a) | cross_join (a | rename e = a);
"""


def run(program, code, folder, processes):
    def limit():
        os.umask(0)
        if processes:
            resource.setrlimit(resource.RLIMIT_NPROC, (processes, processes))
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
    try:
        done = subprocess.run([program, "eval", SETUP + code], capture_output=True, text=True, cwd=folder, timeout=60,
                              preexec_fn=limit, env={"PATH": "/usr/bin:/bin", "HOME": folder})
    except subprocess.TimeoutExpired:
        return None, "it did not end"
    text = "\n".join(line for line in done.stdout.splitlines() if not line.endswith((" ms", " s")))
    return done.returncode, text + done.stderr


def main():
    failures = 0
    with tempfile.TemporaryDirectory() as scratch:
        os.chmod(scratch, 0o777)
        # Nobody may not reach a program in somebody's home.
        program = os.path.join(scratch, "lectern")
        subprocess.run(["cp", os.path.abspath(sys.argv[1]), program], check=True)
        os.chmod(program, 0o755)
        for name, code in CELLS.items():
            found = {}
            for processes in [None, 1, 2, 3]:
                path = os.path.join(scratch, f"{name.split()[-1]}-{processes}")
                status, said = run(program, code.replace("FILE", path), scratch, processes)
                found[processes] = (status, said.replace(path, "FILE"))
            for processes in [1, 2, 3]:
                problem = None if found[processes] == found[None] and found[None][0] == 0 else found[processes]
                failures += problem is not None
                print("FAIL" if problem else "ok  ", f"{name}, {processes} processes", problem or "", flush=True)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
