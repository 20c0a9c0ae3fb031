# SPDX-License-Identifier: Apache-2.0
"""token-client, driven from Python, and the modules to try it with."""

import contextlib
import hashlib
import json
import os
import pathlib
import subprocess
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[3]
BIN = pathlib.Path(os.environ.get("PROGRAM_DIR", TOP / "build/release/bin"))
OWN = TOP / "build/sources/opensc/lib/opensc-pkcs11.so"
CONFIGURATION = TOP / "payload/pkcs11/opensc.conf"
INPUT = b"to be signed"


def modules():
    """The module of the package and the one that Debian installs, as far as they are there."""
    found = [OWN] if OWN.exists() else []
    return found + sorted(pathlib.Path("/usr/lib").glob("*/opensc-pkcs11.so"))[:1]


class TokenClient:
    """One parent that stays, whatever becomes of its child. Entries "NAME=VALUE" are for the child alone."""

    def __init__(self, module, *environment):
        command = [BIN / "token-client", BIN / "certenv-probe", module, f"OPENSC_CONF={CONFIGURATION}", *environment]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, *words):
        print(*words, file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        assert line, f"the parent is gone: {words[0]}"
        return json.loads(line)

    def result(self, *words):
        """The answer's word, or the code of a call without an answer."""
        answer = self.ask(*words)
        return answer.get("result", answer["code"])

    def tokens(self):
        """(slot, serial, token) of each token that is listed."""
        answer = self.ask("list")
        assert answer["code"] == "ok", answer
        slots = answer["report"]["slots"]
        return [(slot["id"], slot["token"]["serial"], slot["token"]) for slot in slots if slot.get("token")]

    def child(self):
        """The worker's process."""
        for status in pathlib.Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                if int(status.read_text().rpartition(")")[2].split()[1]) == self._process.pid:
                    return int(status.parent.name)
        return None

    def close(self):
        self._process.stdin.close()
        assert self._process.wait(timeout=10) == 0
        self._process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def digest(name):
    return hashlib.new(name, INPUT).hexdigest()


def _der_integer(number):
    content = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return bytes([2, len(content)]) + content


def _der_signature(raw):
    """r and s as OpenSSL wants them."""
    half = len(raw) // 2
    content = b"".join(_der_integer(int.from_bytes(part, "big")) for part in (raw[:half], raw[half:]))
    return bytes([0x30, len(content)]) + content


def verify(public_key_file, name, signature):
    """OpenSSL's opinion. The file holds a public key in PEM."""
    raw = bytes.fromhex(signature)
    elliptic = len(raw) < 200
    with tempfile.TemporaryDirectory() as work:
        directory = pathlib.Path(work)
        (directory / "input").write_bytes(INPUT)
        (directory / "signature").write_bytes(_der_signature(raw) if elliptic else raw)
        command = ["openssl", "dgst", f"-{name}", "-verify", public_key_file, "-signature", "signature", "input"]
        return subprocess.run(command, cwd=directory, capture_output=True, check=False).returncode == 0
