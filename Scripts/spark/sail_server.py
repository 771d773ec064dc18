"""Starts Sail, a Spark Connect server without Java, for the programs beside this."""
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path


def start_sail():
    """Sail on a free port of loopback, and its address."""
    program = shutil.which("sail", path=str(Path(sys.executable).parent)) or shutil.which("sail")
    if not program:
        sys.exit("no sail: pip install pysail")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([program, "spark", "server", "--ip", "127.0.0.1", "--port", str(port)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return server, f"sc://127.0.0.1:{port}"
        if server.poll() is not None:
            sys.exit(2)
        time.sleep(0.1)
    server.kill()
    sys.exit(2)
