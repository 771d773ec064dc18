#!/usr/bin/env python3
"""Tries Lectern with a Spark Connect server that speaks TLS, and certificates that are right and wrong.

usage: check-tls.py LECTERN

The server is the one of check-connection.py, with certificates that `openssl` makes here. `SSL_CERT_FILE` names the one to
trust. Tried are: a certificate that is trusted, with and without a token; one that is not; one of another host; one that has
expired; a server with TLS that is spoken to without, and the reverse, where the hint names `use_ssl`. Each is refused with a
plain sentence, and the session goes on; the token goes to no server whose certificate is wrong.

Exits with status 1 if something is not as it should be. Written with pyspark-client 4.1.1, grpcio 1.85.3, OpenSSL 3.0 and
Python 3.11.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path

os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # Its library tells of every handshake that fails.
import grpc  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parent))
connection = import_module("check-connection")


def certificate(folder, name, hosts, is_over=False):
    """A certificate that signs itself. Returns the paths of its key and its text."""
    key, text = Path(folder) / f"{name}.key", Path(folder) / f"{name}.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}",
         "-addext", f"subjectAltName={hosts}", "-days", "2", "-keyout", key, "-out", text],
        check=True, capture_output=True)
    if is_over:
        # Signed again, with an end of yesterday.
        again = text.with_suffix(".again")
        subprocess.run(["openssl", "x509", "-in", text, "-signkey", key, "-days", "-1", "-out", again],
                       check=True, capture_output=True)
        text = again
    return key, text


def credentials(key, text):
    return grpc.ssl_server_credentials([(key.read_bytes(), text.read_bytes())])


class Asked(connection.Fake):
    """A server that keeps what it was asked with."""

    def __init__(self, case):
        super().__init__(case)
        self.metadata = []

    def AnalyzePlan(self, request, context):
        self.metadata += [value for _, value in context.invocation_metadata()]
        return super().AnalyzePlan(request, context)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lectern")
    lectern = os.path.abspath(parser.parse_args().lectern)
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        here = "DNS:localhost,IP:127.0.0.1"
        right, other = certificate(folder, "right", here), certificate(folder, "other", "DNS:spark.example.org")
        expired = certificate(folder, "expired", here, is_over=True)
        untrusted = r"the certificate of `127\.0\.0\.1[^`]*` cannot be trusted"
        rows, secret = r"\b3 ┆ null", "s3cr3t-token"
        cases = [
            ("trusted", right, right, "use_ssl=true", rows),
            ("trusted, with a token", right, right, f"use_ssl=true;token={secret}", rows),
            ("not trusted", right, None, f"use_ssl=true;token={secret}", untrusted),
            ("of another host", other, other, f"use_ssl=true;token={secret}", untrusted),
            ("expired", expired, expired, f"use_ssl=true;token={secret}", untrusted),
            ("TLS, spoken to without", right, right, "use_ssl=false", r"hint: .*`;use_ssl=true`"),
            ("no TLS, spoken to with", None, right, "use_ssl=true", r"hint: .*`;use_ssl=false`"),
        ]
        for name, own, trusted, options, expected in cases:
            fake = Asked("token" if "token" in name else "plain")
            if fake.case == "token":
                options = options.replace(secret, "right")
            server, port = connection.serve(fake, credentials(*own) if own else None)
            variables = {"CURL_CA_BUNDLE": "", "SSL_CERT_DIR": "", "SSL_CERT_FILE": str(trusted[1]) if trusted else ""}
            text, status, seconds = connection.run(lectern, f"sc://127.0.0.1:{port}/;{options}", "t", folder, **variables)
            server.stop(0)
            said = "".join(line for line in text.splitlines(True) if 'connect "sc' not in line)
            asked = any(secret in value for value in fake.metadata)
            holds = (re.search(expected, text) and re.search(r"^2$", text, re.M) and status in (0, 1) and seconds < 20
                     and secret not in said and not asked)
            bad += not holds
            what = "" if holds else f": {seconds:.1f} s, status {status}, the token arrived: {asked}\n{text}"
            refusal = next((line for line in said.splitlines() if line.startswith("error: ") and expected != rows), "")
            print(f"{'ok  ' if holds else 'BAD '} {name}{': ' + refusal if holds and refusal else what}", flush=True)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
