"""Drives Lectern's prompt from a script: types text, and waits for output. Standard library only."""
import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time

PROMPT = re.compile(rb"In \[(\d+)\]: ")


class Prompt:
    """Lectern at a terminal of its own, driven by what is typed and by what is seen."""

    def __init__(self, program, arguments=(), home="/nonexistent", folder=None):
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
                os.environ.pop(name, None)
            os.environ.update(TERM="xterm", HOME=home, INPUTRC="/dev/null", LANG="C.UTF-8")
            if folder:
                os.chdir(folder)
            os.execv(program, [program, *arguments, "--no-color"])
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
        self.seen = b""
        self.typed = ""

    def read(self):
        """What the terminal holds by now; ends the run, saying how, where the program is gone."""
        try:
            self.seen += os.read(self.terminal, 65536)
        except OSError:
            status = os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1])
            how = f"by signal {-status}" if status < 0 else f"with status {status}"
            sys.exit(f"the program ended {how} after `{self.typed}`:\n{self.seen.decode(errors='replace')}")

    def prompt(self, number, seconds):
        """Waits for the prompt of that number; its time, or None."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            ready, _, _ = select.select([self.terminal], [], [], 0.05)
            if ready:
                self.read()
            if any(int(found) >= number for found in PROMPT.findall(self.seen)):
                return time.monotonic()
        return None

    def taken(self, seconds):
        """Waits until the line has been taken."""
        end = time.monotonic() + seconds
        while b"\n" not in self.seen and time.monotonic() < end:
            if select.select([self.terminal], [], [], 0.05)[0]:
                self.read()

    def type(self, text):
        self.seen = b""
        self.typed = text.strip()
        os.write(self.terminal, text.encode())

    def run(self, cell, number, seconds=120):
        """Types a cell and waits for the prompt of that number; what was printed meanwhile."""
        self.type(cell + "\r")
        if self.prompt(number, seconds) is None:
            sys.exit(f"no prompt after `{cell}`:\n{self.seen.decode(errors='replace')}")
        return self.seen.decode(errors="replace")

    def kill(self, signal):
        """Ends the program at once and waits until it is gone."""
        os.kill(self.child, signal)
        os.waitpid(self.child, 0)
        os.close(self.terminal)
