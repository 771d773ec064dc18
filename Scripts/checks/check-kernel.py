#!/usr/bin/env python3
"""Tries Lectern as a kernel of Jupyter: the protocol's own tests, then a notebook with an interrupt in a fit.

usage: check-kernel.py LECTERN

`lectern kernel install` writes into a folder of its own, where Jupyter finds it. Then

- `jupyter_kernel_test` runs: execute, results, pictures, streams, errors, completion, inspection, completeness, history,
  help as a page;
- nbclient runs a notebook from top to bottom, interrupts a fit that would take hours, and goes on; its outputs are
  looked at, and the notebook is valid;
- cells that wait behind one that fails are not run; SIGINT interrupts as the message does; the heartbeat answers while a
  fit runs; the kernel starts anew and forgets its names, and ends when it is told to, and when the one who started it
  is gone; a message with a wrong signature is not answered;
- JupyterLab starts without a browser, offers the kernel, and a notebook's session goes through its REST interface and
  its WebSocket, as the page does it: start, execute, complete, inspect, an interrupt in a fit, start anew, end.

Ends with status 1 where one of them fails. Needs jupyter_kernel_test, jupyter_client, nbclient, nbformat, jupyterlab,
websocket-client, and the library libzmq.so.5; it was written with jupyter_kernel_test 0.7.0, jupyter_client 8.10,
nbclient 0.11, jupyterlab 4.6.6 and websocket-client 1.9.2.
"""
import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
import uuid
from importlib.metadata import version
from pathlib import Path

TABLE = "t = table user=[1, 1, 2, 2, 3, 3], item=[1, 2, 2, 3, 3, 1]"
LONG_FIT = "slow = t | fit iALS user=user item=item factors=1000 iterations=100000 seed=1"


def protocol_tests():
    """The suite of jupyter_kernel_test, told what Lectern's cells look like."""
    import jupyter_kernel_test

    class LecternTests(jupyter_kernel_test.KernelTests):
        kernel_name = "lectern"
        language_name = "lectern"
        file_extension = ".lectern"
        code_hello_world = 'table greeting=["hello, world"] | save "-" format=csv'
        completion_samples = [
            {"text": "tab", "matches": ["table"]},
            {"text": "table a=[1] | head", "matches": ["head"]},
            {"text": ":he", "matches": [":help"]},
        ]
        complete_code_samples = ["1 + 1", "table a=[1, 2] | head 1", "x = 3", ":help"]
        incomplete_code_samples = ["table a=[1, 2] |", "(1 +", "table a=["]
        invalid_code_samples = ["table a=[1] | | 3", "1 +* 2", '"open']
        code_page_something = "?filter"
        code_generate_error = "nothing_of_that_name | head 3"
        code_execute_result = [
            {"code": "1 + 1", "result": "2"},
            {"code": "6 * 7", "result": "42"},
            {"code": "table a=[1, 2]", "mime": "text/html"},
        ]
        code_display_data = [
            {"code": 'table a=["x", "y"], b=[1, 2] | plot bar x=a y=b', "mime": "image/svg+xml"},
        ]
        code_history_pattern = "1?+?1*"
        supported_history_operations = ("tail", "range", "search")
        code_inspect_sample = "filter"

    suite = unittest.defaultTestLoader.loadTestsFromTestCase(LecternTests)
    result = unittest.TextTestRunner(verbosity=2).run(suite)
    return result.wasSuccessful()


class Checks:
    """What was expected, and whether it was so."""

    def __init__(self):
        self.failures = 0

    def expect(self, what, is_so, found=""):
        print(f"  {'ok   ' if is_so else 'FAILS'} {what}" + (f": {found}" if not is_so and found != "" else ""))
        self.failures += not is_so


def data(cell, kind):
    return [out.data[kind] for out in cell.outputs if kind in out.get("data", {})]


def notebook(checks):
    """A notebook as nbclient runs it, with an interrupt in a fit."""
    import nbformat
    from nbclient import NotebookClient

    sources = [
        TABLE, "t | group_by user", 't | group_by item | plot bar x=item y=len', LONG_FIT, "t | head 1",
        "small = t | fit iALS user=user item=item seed=1", "small | recommend user=1 top=2 seen=keep",
        "t | filter nowhere > 1", "t | filter `user` > 2",
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    client = NotebookClient(book, kernel_name="lectern", timeout=120, allow_errors=True)

    async def run():
        async with client.async_setup_kernel():
            client.nb.metadata.language_info = (await client.async_wait_for_reply(client.kc.kernel_info()))["content"]["language_info"]
            for index, cell in enumerate(book.cells):
                if cell.source == LONG_FIT:
                    async def interrupt():
                        await asyncio.sleep(3)
                        await client.km.interrupt_kernel()
                    asyncio.get_running_loop().create_task(interrupt())
                    begin = time.monotonic()
                    await client.async_execute_cell(cell, index)
                    checks.expect("a fit ends when it is interrupted", time.monotonic() - begin < 20)
                else:
                    await client.async_execute_cell(cell, index)

    asyncio.run(run())
    nbformat.validate(book)
    table, group, plot, fit, after, _, lists, error, last = book.cells
    checks.expect("a name is said in a stream", table.outputs[0].text == "t: 6 rows × 2 columns\n", table.outputs)
    checks.expect("a table is HTML", any("<table" in html for html in data(group, "text/html")), group.outputs)
    checks.expect("and text", any("┌" in text for text in data(group, "text/plain")))
    checks.expect("a plot is a picture", any(svg.startswith("<svg") for svg in data(plot, "image/svg+xml")), plot.outputs)
    # A fit keeps the iterations that it has finished; before the first, the interrupt is an error.
    said = " ".join(out.get("text", "") + out.get("ename", "") for out in fit.outputs)
    checks.expect("and says so", "interrupted: the model is as of" in said or "Interrupted" in said, fit.outputs)
    checks.expect("progress leaves no output", all(out.output_type in ("stream", "error") for out in fit.outputs),
                  fit.outputs)
    checks.expect("the session goes on", len(data(after, "text/html")) == 1, after.outputs)
    checks.expect("a model recommends", len(data(lists, "text/html")) == 1, lists.outputs)
    checks.expect("a mistake says what it is", "nowhere" in error.outputs[0].evalue, error.outputs)
    checks.expect("and where", any("filter" in line for line in error.outputs[0].traceback))
    checks.expect("cells are counted", [c.execution_count for c in book.cells] == list(range(1, 10)),
                  [c.execution_count for c in book.cells])
    checks.expect("the notebook ends", len(last.outputs) == 1, last.outputs)


def replies(client, ids, timeout=60):
    found = {}
    while len(found) < len(ids):
        message = client.get_shell_msg(timeout=timeout)
        if message["parent_header"].get("msg_id") in ids:
            found[message["parent_header"]["msg_id"]] = message["content"]
    return [found[i] for i in ids]


def conversation(checks):
    """What a client sees beside a notebook."""
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="lectern")
    try:
        ids = [client.execute(code) for code in [TABLE, LONG_FIT, "1 + 1", "2 + 2"]]
        replies(client, ids[:1])
        time.sleep(1)
        checks.expect("the heart beats while a fit runs", client.hb_channel.is_beating() and client.is_alive())
        os.kill(manager.provisioner.pid, signal.SIGINT)
        rest = [reply["status"] for reply in replies(client, ids[1:])]
        checks.expect("a signal interrupts, and what waits behind does not run", rest[1:] == ["aborted", "aborted"], rest)
        ids = [client.execute(code) for code in ["t | fit iALS user=user item=item factors=200 iterations=300 seed=1", "nowhere", "1 + 1", "2 + 2"]]
        rest = [reply["status"] for reply in replies(client, ids)]
        checks.expect("nor behind a mistake", rest == ["ok", "error", "aborted", "aborted"], rest)
        ids = [client.execute("nowhere", stop_on_error=False), client.execute("1 + 1")]
        checks.expect("unless the client says so", [r["status"] for r in replies(client, ids)] == ["error", "ok"])

        key, client.session.key = client.session.key, b"another"
        client.kernel_info()
        client.session.key = key
        ids = [client.kernel_info()]
        answers = []
        while not answers or answers[-1] != ids[0]:
            answers.append(client.get_shell_msg(timeout=20)["parent_header"]["msg_id"])
        checks.expect("a wrong signature is not answered", answers == ids, answers)

        manager.restart_kernel()
        client.wait_for_ready(timeout=60)
        reply = replies(client, [client.execute("t | head 1")])[0]
        checks.expect("a new start forgets names", reply["status"] == "error")
        reply = replies(client, [client.execute('5 | assert it > 6', silent=True), client.execute("3 + 4")])[1]
        checks.expect("a silent cell takes no number", reply["execution_count"] == 2, reply)
        process = manager.provisioner.process
        client.shutdown()
        try:
            status = process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            status = "none"
        checks.expect("the kernel ends when it is told to", status == 0, status)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def orphan(checks):
    """A kernel whose Jupyter was killed does not stay."""
    code = ("import time\nfrom jupyter_client.manager import start_new_kernel\n"
            "manager, client = start_new_kernel(kernel_name='lectern')\n"
            "print(manager.provisioner.pid, flush=True)\ntime.sleep(600)\n")
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    end = time.monotonic() + 20
    while time.monotonic() < end and Path(f"/proc/{pid}").exists() and is_running(pid):
        time.sleep(0.2)
    checks.expect("the kernel ends with the one who started it", not is_running(pid))
    if is_running(pid):
        os.kill(pid, signal.SIGKILL)


class Lab:
    """JupyterLab without a browser, asked as its page asks it."""

    def __init__(self, folder):
        self.log = open(Path(folder) / "lab.log", "w")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.port=0",
             f"--ServerApp.root_dir={folder}"], stdout=self.log, stderr=self.log)
        runtime = Path(os.environ["JUPYTER_RUNTIME_DIR"]) / f"jpserver-{self.process.pid}.json"
        end = time.monotonic() + 60
        while not runtime.exists() and time.monotonic() < end and self.process.poll() is None:
            time.sleep(0.2)
        found = json.loads(runtime.read_text())
        self.url, self.token = found["url"].rstrip("/"), found["token"]

    def ask(self, method, path, content=None):
        request = urllib.request.Request(
            self.url + path, method=method, data=None if content is None else json.dumps(content).encode(),
            headers={"Authorization": f"token {self.token}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as response:
            body = response.read()
        return json.loads(body) if body and "json" in response.headers.get("Content-Type", "") else body.decode()

    def end(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()


class LabKernel:
    """The WebSocket of a kernel in JupyterLab."""

    def __init__(self, lab, kernel):
        import websocket

        address = lab.url.replace("http", "ws", 1) + f"/api/kernels/{kernel}/channels?token={lab.token}"
        self.socket = websocket.create_connection(address, timeout=60)

    def send(self, kind, content, channel="shell"):
        identity = uuid.uuid4().hex
        self.socket.send(json.dumps({
            "channel": channel, "content": content, "metadata": {}, "parent_header": {}, "buffers": [],
            "header": {"msg_id": identity, "msg_type": kind, "session": "check", "username": "", "version": "5.3",
                       "date": ""}}))
        return identity

    def answers(self, identity):
        """The reply to a request, and what was said on the way until the kernel is idle again."""
        reply, said, is_idle = None, [], False
        while reply is None or not is_idle:
            message = json.loads(self.socket.recv())
            if message["parent_header"].get("msg_id") != identity:
                continue
            kind, content = message["header"]["msg_type"], message["content"]
            if kind == "status":
                is_idle = content["execution_state"] == "idle"
            elif message["channel"] == "iopub":
                said.append((kind, content))
            else:
                reply = content
        return reply, said

    def ask(self, kind, content):
        return self.answers(self.send(kind, content))

    def execute(self, code):
        return self.ask("execute_request", {"code": code, "silent": False, "store_history": True, "allow_stdin": False})


def lab_session(checks):
    """A notebook's session in JupyterLab, through its REST interface and its WebSocket."""
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(folder)
        try:
            checks.expect("the page is there", "JupyterLab" in lab.ask("GET", "/lab"))
            specs = lab.ask("GET", "/api/kernelspecs")["kernelspecs"]
            checks.expect("it offers the kernel", specs.get("lectern", {}).get("spec", {}).get("language") == "lectern", specs)
            book = {"cells": [], "metadata": {"kernelspec": {"name": "lectern", "display_name": "Lectern"}},
                    "nbformat": 4, "nbformat_minor": 5}
            lab.ask("PUT", "/api/contents/a.ipynb", {"type": "notebook", "format": "json", "content": book})
            session = lab.ask("POST", "/api/sessions", {
                "path": "a.ipynb", "name": "a.ipynb", "type": "notebook", "kernel": {"name": "lectern"}})
            path = f"/api/kernels/{session['kernel']['id']}"
            kernel = LabKernel(lab, session["kernel"]["id"])
            info, _ = kernel.ask("kernel_info_request", {})
            checks.expect("the kernel says what it is", info["language_info"]["name"] == "lectern", info)
            reply, _ = kernel.execute(TABLE)
            checks.expect("a cell runs", reply["status"] == "ok", reply)
            _, said = kernel.execute("t | group_by user")
            html = [content["data"].get("text/html", "") for kind, content in said if kind == "execute_result"]
            checks.expect("a table is HTML", len(html) == 1 and "<table" in html[0], said)
            _, said = kernel.execute("t | group_by item | plot bar x=item y=len")
            checks.expect("a plot is a picture", any("image/svg+xml" in content.get("data", {}) for _, content in said), said)
            reply, _ = kernel.ask("complete_request", {"code": "t | filter us", "cursor_pos": 13})
            checks.expect("words are completed", reply["matches"] == ["user"], reply)
            reply, _ = kernel.ask("inspect_request", {"code": "t | filter", "cursor_pos": 9, "detail_level": 0})
            checks.expect("words are explained", reply["found"] and "filter" in str(reply["data"]), reply)
            waiting = kernel.send("execute_request", {"code": LONG_FIT, "silent": False})
            time.sleep(3)
            checks.expect("the kernel is busy in a fit", lab.ask("GET", path)["execution_state"] == "busy")
            begin = time.monotonic()
            lab.ask("POST", path + "/interrupt")
            _, said = kernel.answers(waiting)
            text = " ".join(content.get("text", "") + content.get("ename", "") for _, content in said)
            checks.expect("the button interrupts the fit", time.monotonic() - begin < 20 and "nterrupted" in text, said)
            reply, said = kernel.execute("t | head 1")
            checks.expect("the session goes on", reply["status"] == "ok" and len(said) == 2, (reply, said))
            lab.ask("POST", path + "/restart")
            kernel.socket.close()
            kernel = LabKernel(lab, session["kernel"]["id"])
            reply, _ = kernel.execute("t | head 1")
            checks.expect("a new start forgets names", reply["status"] == "error", reply)
            kernel.socket.close()
            lab.ask("DELETE", f"/api/sessions/{session['id']}")
            checks.expect("the kernel ends with its session", lab.ask("GET", "/api/kernels") == [])
        finally:
            lab.end()


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lectern")
    options = parser.parse_args()
    print(", ".join(f"{name} {version(name)}" for name in ["jupyter_kernel_test", "jupyter_client", "nbclient", "jupyterlab"]))
    with tempfile.TemporaryDirectory() as folder:
        for name in ["JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "XDG_CONFIG_HOME", "XDG_STATE_HOME"]:
            os.environ[name] = f"{folder}/{name.lower()}"
        done = subprocess.run([options.lectern, "kernel", "install"], capture_output=True, text=True, timeout=60)
        print(done.stdout + done.stderr, end="")
        if done.returncode != 0:
            sys.exit(1)
        checks = Checks()
        is_well = protocol_tests()
        for check in [notebook, conversation, orphan, lab_session]:
            print(check.__doc__)
            try:
                check(checks)
            except Exception as problem:
                checks.expect("the check runs", False, repr(problem))
    print(f"{'passed' if is_well and not checks.failures else 'FAILED'}")
    sys.exit(0 if is_well and not checks.failures else 1)


if __name__ == "__main__":
    main()
