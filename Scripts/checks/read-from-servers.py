#!/usr/bin/env python3
"""Reads and writes tables on HTTP and S3 servers of this machine, and counts the transferred bytes.

    pip install 'moto[server]==5.2.5' boto3 pyarrow
    Scripts/checks/read-from-servers.py LECTERN [--rows 1000000] [--nginx nginx]

The HTTP server supports range requests, or does not, or closes every connection after a while; with `--nginx`, the first two
are nginx. S3 is moto's server, which checks each signature with botocore. Lectern's counts and sums have to equal pyarrow's;
from a Parquet file no more bytes may be read, with all headers, than the columns need plus 1 MB; `head` needs the first row
group. Prints one line per check; the exit status is 1 if one fails.
"""
import argparse
import json
import logging
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet as pq
from counting_proxy import Proxy
from moto.server import ThreadedMotoServer

failures = 0


def check(name, is_well, detail=""):
    global failures
    failures += not is_well
    print(f"{'well ' if is_well else 'WRONG'} {name} {detail}", flush=True)


class Files(BaseHTTPRequestHandler):
    """A folder: `/parts/NAME` with ranges, `/whole/NAME` without, `/cut/NAME` with connections that end early."""

    protocol_version = "HTTP/1.1"
    folder = None

    def log_message(self, *_):
        pass

    def do_GET(self):
        kind, name = self.path.split("?")[0].strip("/").split("/", 1)
        path = Path(self.folder) / name
        if not path.exists():
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        size = path.stat().st_size
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "")) if kind != "whole" else None
        start, end = (int(wanted[1]), min(size, int(wanted[2] or size - 1) + 1)) if wanted else (0, size)
        self.send_response(206 if wanted else 200)
        if wanted:
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{size}")
        self.send_header("ETag", f'"{size}-{int(path.stat().st_mtime)}"')
        self.send_header("Content-Length", str(end - start))
        self.end_headers()
        with path.open("rb") as file:
            file.seek(start)
            most = max(300_000, size // 100) if kind == "cut" else size
            left = min(end - start, most)
            while left and (piece := file.read(min(left, 1 << 16))):
                try:
                    self.wfile.write(piece)
                except OSError:
                    break
                left -= len(piece)
        if end - start > most:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)


def run(lectern, code, **variables):
    # The variables of the caller are none of this script's business.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    done = subprocess.run(
        [lectern, "eval", code], capture_output=True, text=True, env=environment | variables, timeout=900)
    return done.returncode, done.stdout.strip(), done.stderr.strip()


def needed(path, columns, groups=None):
    metadata = pq.ParquetFile(path).metadata
    groups = [metadata.row_group(index) for index in range(groups or metadata.num_row_groups)]
    return sum(
        group.column(index).total_compressed_size for group in groups for index in range(group.num_columns)
        if columns is None or group.column(index).path_in_schema in columns)


def read_little(lectern, parquet, place, port, option="", **variables):
    """Checks how many bytes come; `place` is made of the address of a proxy before the server."""
    limit = 1 << 20
    for what, verbs, columns, groups in [
        ("head", "head 5", None, 1),
        ("a filter on a column", "filter amount > 990 | agg n = len(), total = sum(amount)", ["amount"], None),
        ("describe", "describe", None, None),
    ]:
        proxy = Proxy(port)
        address = f"http://127.0.0.1:{proxy.port}"
        status, _, errors = run(lectern, f'load "{place.format(address)}" {option.format(address)} | {verbs}', **variables)
        needs = needed(parquet, columns, groups)
        check(f"{what} of {place.format('')}", status == 0 and proxy.received <= needs + limit,
              f"{proxy.received:,} bytes of {parquet.stat().st_size:,}, {needs:,} needed {errors}")


def nginx(program, folder):
    """nginx on a free port, with ranges below /parts and without below /whole."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    user = "user root;" if os.getuid() == 0 else ""
    temporary = "".join(f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; events {{}} "
        f"http {{ access_log off; {temporary} server {{ listen 127.0.0.1:{port}; "
        f"location /parts/ {{ alias {folder}/; }} location /whole/ {{ alias {folder}/; max_ranges 0; }} }} }}")
    server = subprocess.Popen([program, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "nginx.log"])
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return server, port
        time.sleep(0.05)
    server.kill()
    sys.exit("nginx does not start: " + (folder / "nginx.log").read_text())


def over_http(lectern, folder, table, ports):
    total = str(pc.sum(table["amount"]).as_py())
    count = f"{len(table)},{total}"
    summary = 'agg n = len(), total = sum(amount) | save "-" format=csv'
    read_little(lectern, folder / "orders.parquet", "{}/parts/orders.parquet", ports["parts"])
    status, output, errors = run(lectern, f'load "http://127.0.0.1:{ports["whole"]}/whole/orders.parquet" | head 5')
    check("a server without ranges is said", status == 0 and "was read whole" in output, errors)
    for kind in ["parts", "whole", "cut"]:
        for name in ["orders.parquet", "orders.csv", "orders.arrow"]:
            status, output, errors = run(lectern, f'load "http://127.0.0.1:{ports[kind]}/{kind}/{name}" | {summary}')
            check(f"{kind} {name}", status == 0 and output.splitlines()[1:2] == [count], errors if status else "")
    status, _, errors = run(lectern, f'load "http://127.0.0.1:{ports["parts"]}/parts/none.parquet"')
    check("a file that is not there", status == 1 and "there is no" in errors, errors.splitlines()[0])


def over_s3(lectern, folder, table, server):
    endpoint = f"http://127.0.0.1:{server}"
    options = dict(endpoint_url=endpoint, region_name="us-east-1")
    first = dict(aws_access_key_id="any", aws_secret_access_key="any")
    iam = boto3.client("iam", **options, **first)
    iam.create_user(UserName="lectern")
    iam.put_user_policy(
        UserName="lectern", PolicyName="all", PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}))
    key = iam.create_access_key(UserName="lectern")["AccessKey"]
    credentials = dict(AWS_ACCESS_KEY_ID=key["AccessKeyId"], AWS_SECRET_ACCESS_KEY=key["SecretAccessKey"])
    s3 = boto3.client(
        "s3", **options, aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"])
    s3.create_bucket(Bucket="shop")
    for name in ["year=2023/a b.parquet", "year=2024/заказы.parquet"]:
        s3.upload_file(str(folder / "orders.parquet"), "shop", "orders/" + name)
    s3.put_object(Bucket="shop", Key="orders/_SUCCESS", Body=b"")
    # From here on moto checks every signature.
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/moto-api/reset-auth", data=b"0", method="POST",
                                                  headers={"Content-Type": "text/plain"})).read()

    at = f'endpoint="{endpoint}"'
    summary = 'agg n = len(), years = n_unique(year), total = sum(amount) | save "-" format=csv'
    expected = f"{2 * len(table)},2,{2 * pc.sum(table['amount']).as_py()}"
    read_little(lectern, folder / "orders.parquet", "s3://shop/orders/year=2023/a b.parquet", server, 'endpoint="{}"', **credentials)
    for path in ["s3://shop/orders", "s3://shop/orders/*/*.parquet"]:
        status, output, errors = run(lectern, f'load "{path}" {at} | {summary}', **credentials)
        check(path, status == 0 and output.splitlines()[1:2] == [expected], errors if status else "")
    for name in ["copy.parquet", "copy.csv"]:
        code = f'load "{folder}/orders.parquet" | save "s3://shop/new/{name}" {at}'
        status, _, errors = run(lectern, code, **credentials)
        check("save " + name, status == 0, errors if status else "")
        local = folder / ("back-" + name)
        s3.download_file("shop", "new/" + name, str(local))
        back = pq.read_table(local) if name.endswith("parquet") else pa.csv.read_csv(local)
        check("what was saved", back["amount"].equals(table["amount"]), f"{local.stat().st_size} bytes")
        status, _, errors = run(lectern, code, **credentials)
        check("saved once more", status == 1 and "exists already" in errors, errors.splitlines()[0])
    uploads = s3.list_multipart_uploads(Bucket="shop").get("Uploads", [])
    check("no upload is left", not uploads)
    wrong = credentials | {"AWS_SECRET_ACCESS_KEY": "x" * 40}
    status, _, errors = run(lectern, f'load "s3://shop/orders/year=2023/a b.parquet" {at}', **wrong)
    check("a wrong secret", status == 1 and "credentials" in errors, errors.splitlines()[0])
    status, _, errors = run(lectern, f'load "s3://shop/none.parquet" {at}', **credentials)
    check("an object that is not there", status == 1 and "there is no" in errors, errors.splitlines()[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lectern")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--nginx", metavar="PROGRAM")
    arguments = parser.parse_args()
    rng = np.random.default_rng(24)
    rows = arguments.rows
    table = pa.table({
        "user": rng.integers(0, 100_000, rows), "item": pa.array([f"item {n}" for n in rng.integers(0, 5000, rows)]),
        "amount": rng.integers(0, 1000, rows), "price": rng.random(rows), "note": rng.integers(0, 1 << 60, rows)})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pq.write_table(table, folder / "orders.parquet", row_group_size=max(1, rows // 8))
        pyarrow.feather.write_feather(table, folder / "orders.arrow", compression="lz4")
        pyarrow.csv.write_csv(table, folder / "orders.csv")
        Files.folder = folder
        files = ThreadingHTTPServer(("127.0.0.1", 0), Files)
        threading.Thread(target=files.serve_forever, daemon=True).start()
        ports = dict.fromkeys(["parts", "whole", "cut"], files.server_port)
        web, port = nginx(arguments.nginx, folder) if arguments.nginx else (None, files.server_port)
        try:
            over_http(arguments.lectern, folder, table, ports | {"parts": port, "whole": port})
        finally:
            if web:
                web.terminate()
                web.wait()
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
        server.start()
        over_s3(arguments.lectern, folder, table, server.get_host_and_port()[1])
        server.stop()
        files.shutdown()
    sys.exit(1 if failures else 0)


main()
