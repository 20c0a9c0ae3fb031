# SPDX-License-Identifier: Apache-2.0
"""The control socket's client, for tests in Python and for "bed ctl"."""

import json
import os
import socket

VARIABLE = "CERTENV_BED"


class ControlError(Exception):
    """The bed refused a request, or there is no bed."""


class Client:
    """A connection to the bed that the environment names, or to the one at path."""

    def __init__(self, path=None):
        path = path or os.environ.get(VARIABLE)
        if not path:
            raise ControlError(f"{VARIABLE} is not set: this runs inside a bed only")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(path)
        self._stream = self._socket.makefile("rw", encoding="utf-8")

    def ask(self, do, **fields):
        """Sends a request and gives the answer's fields."""
        self._stream.write(json.dumps({"do": do} | fields) + "\n")
        self._stream.flush()
        line = self._stream.readline()
        if not line:
            raise ControlError("the bed is gone")
        answer = json.loads(line)
        if not answer.pop("ok"):
            raise ControlError(answer["error"])
        return answer

    def close(self):
        self._stream.close()
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
