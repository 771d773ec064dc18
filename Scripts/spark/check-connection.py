#!/usr/bin/env python3
"""Tries Lectern with a Spark Connect server that fails on purpose: each failure is said, and the session goes on.

usage: check-connection.py LECTERN [--seeds N]

The server is made here, with gRPC's own library and Spark's own messages, so that the bytes are those of other people. It
has one table of two columns. Tried are: a wrong token, a session that was closed, a stream that ends early or is cut and is
attached again, a server that stops answering while Ctrl-C is typed at a prompt (the prompt is back within 300 ms, and the
server was told), a server that is killed in the middle, a server that does not know MLlib, rows whose Arrow bytes are changed
at random, and answers of every call whose own bytes are (`--seeds` of each).

Exits with status 1 if something is not as it should be. Written with pyspark-client 4.1.1, grpcio 1.85.3, pyarrow and
Python 3.11.
"""
import argparse
import os
import pty
import random
import re
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent import futures
from pathlib import Path

import grpc
import pyarrow as pa
import pyspark.sql.connect.proto as pb2
import pyspark.sql.connect.proto.base_pb2_grpc as service

ROWS = pa.table({"id": pa.array([1, 2, 3], pa.int64()), "k": ["a", "b", None]})


def stream(table):
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


class Fake(service.SparkConnectServiceServicer):
    """A server whose behaviour is set by the name of a case."""

    def __init__(self, case, seed=0):
        self.case, self.seed = case, seed
        self.interrupted, self.running, self.cut = threading.Event(), threading.Event(), 0

    def refuse(self, context, code, text):
        context.abort(code, text)

    def AnalyzePlan(self, request, context):
        if self.case == "token" and ("authorization", "Bearer right") not in context.invocation_metadata():
            self.refuse(context, grpc.StatusCode.UNAUTHENTICATED, "Invalid authentication token")
        answer = pb2.AnalyzePlanResponse(session_id=request.session_id)
        if request.HasField("spark_version"):
            answer.spark_version.version = "4.0.0"
        else:
            struct = answer.schema.schema.struct
            for name, kind in (("id", "long"), ("k", "string")):
                field = struct.fields.add(name=name, nullable=True)
                getattr(field.data_type, kind).SetInParent()
        return answer

    def Config(self, request, context):
        return pb2.ConfigResponse(session_id=request.session_id)

    def Interrupt(self, request, context):
        self.interrupted.set()
        return pb2.InterruptResponse(session_id=request.session_id, interrupted_ids=[request.operation_id])

    def ReleaseExecute(self, request, context):
        return pb2.ReleaseExecuteResponse(session_id=request.session_id)

    def ReleaseSession(self, request, context):
        return pb2.ReleaseSessionResponse(session_id=request.session_id)

    def answers(self, request):
        """The answers of an operation: a batch for each row, and the end."""
        names = dict(session_id=request.session_id, operation_id=request.operation_id)
        for row in range(ROWS.num_rows):
            answer = pb2.ExecutePlanResponse(response_id=str(row), **names)
            answer.arrow_batch.row_count = 1
            answer.arrow_batch.data = stream(ROWS.slice(row, 1))
            yield answer
        end = pb2.ExecutePlanResponse(response_id="end", **names)
        end.result_complete.SetInParent()
        yield end

    def ExecutePlan(self, request, context):
        if self.case == "closed":
            self.refuse(
                context, grpc.StatusCode.INTERNAL,
                "[INVALID_HANDLE.SESSION_CLOSED] The handle is invalid. Session was closed. SQLSTATE: HY000")
        if self.case == "no models":
            self.refuse(context, grpc.StatusCode.UNIMPLEMENTED, "[UNSUPPORTED] ML is not supported")
        self.running.set()
        for place, answer in enumerate(self.answers(request)):
            if self.case in ("ends", "cut", "lost") and place == 2:
                self.cut += 1
                if self.case == "cut":
                    self.refuse(context, grpc.StatusCode.UNAVAILABLE, "connection reset")
                return
            if self.case == "silent" and place == 1:
                while context.is_active() and not self.interrupted.is_set():
                    time.sleep(0.05)
                return
            if self.case == "killed" and place == 1:
                os.kill(os.getpid(), signal.SIGKILL)
            if self.case == "garbage" and place == 1:
                answer.arrow_batch.data = changed(answer.arrow_batch.data, random.Random(self.seed))
            yield answer

    def ReattachExecute(self, request, context):
        if self.case == "lost":
            self.refuse(
                context, grpc.StatusCode.INTERNAL,
                "[INVALID_HANDLE.OPERATION_NOT_FOUND] The handle is invalid. Operation not found. SQLSTATE: HY000")
        isBehind = False
        for answer in self.answers(request):
            if isBehind:
                yield answer
            isBehind = isBehind or answer.response_id == request.last_response_id


def changed(content, bits):
    """Some bytes of a content changed, or added, or its end cut off."""
    data = bytearray(content) or bytearray(1)
    for _ in range(bits.randint(1, 8)):
        data[bits.randrange(len(data))] = bits.randrange(256)
    return bytes(data[: bits.randrange(len(data) + 1)] if bits.random() < 0.3 else data)


class ChangedAnswers:
    """Stands for a server to which the fake one is added: one of its answers has other bytes on its way."""

    def __init__(self, server, seed):
        self.server, self.bits, self.left = server, random.Random(seed), seed % 8

    def written(self, message):
        self.left -= 1
        bytes = message.SerializeToString()
        return changed(bytes, self.bits) if self.left == -1 else bytes

    def add_generic_rpc_handlers(self, handlers):
        pass

    def add_registered_method_handlers(self, name, handlers):
        own = {method: handler._replace(response_serializer=self.written) for method, handler in handlers.items()}
        self.server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(name, own),))


def serve(fake, credentials=None):
    server = grpc.server(futures.ThreadPoolExecutor(8))
    target = ChangedAnswers(server, fake.seed) if fake.case == "changed" else server
    service.add_SparkConnectServiceServicer_to_server(fake, target)
    place = "127.0.0.1:0"
    port = server.add_secure_port(place, credentials) if credentials else server.add_insecure_port(place)
    server.start()
    return server, port


def run(lectern, address, code, folder, **variables):
    """What a session says that connects and runs code, then something of its own, with variables of the environment."""
    session = Path(folder) / "x.md"
    # A cell that is to fail ends with an error as well where it does not: both go on.
    cells = [f's = connect "{address}"', 't = load "/x" on=s', code, "1 + 1"]
    session.write_text("".join(f"```lectern expect=error\n{cell}\n```\n\n" for cell in cells))
    start = time.monotonic()
    done = subprocess.run([lectern, "run", session, "--no-color"], capture_output=True, text=True, timeout=60,
                          env=dict(os.environ, **variables))
    return done.stdout + done.stderr, done.returncode, time.monotonic() - start


def typed(lectern, fake, address, folder):
    """Types Ctrl-C at a prompt that waits for a server.

    Returns the seconds until the prompt is back, and whether the server was told. The program stays until then: a server
    that does not answer at once is told again in the background.
    """
    master, slave = pty.openpty()
    env = dict(os.environ, HOME=folder, TERM="xterm", XDG_STATE_HOME=folder, XDG_CONFIG_HOME=folder)
    # `setsid` makes it the terminal of the program; Python's own way forks, which gRPC's threads do not bear.
    program = subprocess.Popen(["setsid", "--ctty", lectern], stdin=slave, stdout=slave, stderr=slave, env=env, cwd=folder)
    os.close(slave)
    text = b""

    def until(pattern, seconds=20):
        nonlocal text
        end = time.monotonic() + seconds
        while not re.search(pattern, text):
            if time.monotonic() > end or not select.select([master], [], [], max(0, end - time.monotonic()))[0]:
                raise TimeoutError(f"{pattern} in {text[-500:]}")
            text += os.read(master, 4096)
        text = b""

    try:
        until(rb"In \[1\]")
        for number, line in enumerate([f's = connect "{address}"', 't = load "/x" on=s']):
            os.write(master, line.encode() + b"\r")
            until(rb"In \[%d\]" % (number + 2))
        os.write(master, b"t\r")
        if not fake.running.wait(20):
            raise TimeoutError("the server was not asked")
        while select.select([master], [], [], 0.3)[0]:
            os.read(master, 4096)
        start = time.monotonic()
        os.write(master, b"\x03")
        until(rb"In \[\d+\]")
        seconds = time.monotonic() - start
        os.write(master, b"6 * 7\r")
        until(rb"42")
        return seconds, fake.interrupted.wait(5)
    finally:
        program.kill()
        program.wait()
        os.close(master)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lectern")
    parser.add_argument("--seeds", type=int, default=40)
    options = parser.parse_args()
    lectern = os.path.abspath(options.lectern)
    bad = 0

    def check(name, holds, what):
        nonlocal bad
        bad += not holds
        print(f"{'ok  ' if holds else 'BAD '} {name}" + ("" if holds else f": {what}"), flush=True)

    shows = [
        ("plain", "t", r"\b3 ┆ null"),
        ("ends", "t", r"\b3 ┆ null"),
        ("cut", "t", r"\b3 ┆ null"),
        ("lost", "t", r"Operation not found|ends its answers"),
        ("closed", "t", r"the session on `sc://127\.0\.0\.1:\d+` has ended"),
        ("no models", "t | fit MLlibALS user=id item=id", r"ML is not supported"),
    ]
    with tempfile.TemporaryDirectory() as folder:
        for case, code, expected in shows:
            server, port = serve(Fake(case))
            text, status, seconds = run(lectern, f"sc://127.0.0.1:{port}", code, folder)
            server.stop(0)
            holds = re.search(expected, text) and re.search(r"^2$", text, re.M) and status in (0, 1) and seconds < 20
            check(case, holds, f"{seconds:.1f} s, status {status}\n{text}")
        for token, expected in (("wrong", r"does not accept who asks"), ("right", r"\b3 ┆ null")):
            server, port = serve(Fake("token"))
            text, status, _ = run(lectern, f"sc://127.0.0.1:{port}/;token={token}", "t", folder)
            server.stop(0)
            # The session's own line has it, and what is said has not.
            said = "".join(line for line in text.splitlines(True) if "connect \"sc" not in line)
            check(f"{token} token", re.search(expected, text) and token not in said, text)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            _, port = serve(Fake("killed"))
            os.write(writer, f"{port}\n".encode())
            time.sleep(120)
            os._exit(0)
        port = int(os.read(reader, 20))
        text, status, seconds = run(lectern, f"sc://127.0.0.1:{port}", "t", folder)
        os.waitpid(child, 0)
        holds = re.search(r"error: ", text) and re.search(r"^2$", text, re.M) and seconds < 20
        check("killed", holds, f"{seconds:.1f} s, status {status}\n{text}")
        fake = Fake("silent")
        server, port = serve(fake)
        try:
            seconds, isTold = typed(lectern, fake, f"sc://127.0.0.1:{port}", folder)
            check(f"Ctrl-C: prompt after {seconds * 1000:.0f} ms", seconds < 0.3, "over 300 ms")
            check("Ctrl-C: the server was told", isTold, "no interrupt came")
        except TimeoutError as error:
            check("Ctrl-C", False, error)
        server.stop(0)
        for case in ("garbage", "changed"):
            for seed in range(options.seeds):
                server, port = serve(Fake(case, seed))
                text, status, seconds = run(lectern, f"sc://127.0.0.1:{port}", "t", folder)
                server.stop(0)
                holds = status in (0, 1) and re.search(r"^2$", text, re.M) and seconds < 20
                if not holds or seed == options.seeds - 1:
                    check(f"{case}, seed {seed}", holds, f"{seconds:.1f} s, status {status}\n{text}")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
