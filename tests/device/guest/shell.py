# SPDX-License-Identifier: Apache-2.0
"""Scripts run in the guest, through its agent; from several threads at once if need be."""

import base64
import threading
import time
from concurrent.futures import Future, TimeoutError as NoAnswer

from .qemu import connect

_CONNECT_S = 10


class ShellError(RuntimeError):
    """The guest did not answer."""


class Shell:
    """run() gives (exit status, output)."""

    def __init__(self, path):
        self._socket = connect(path, time.monotonic() + _CONNECT_S)
        self._stream = self._socket.makefile("rwb")
        self._lock = threading.Lock()
        self._awaited = {}
        self._next = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        try:
            for line in self._stream:
                number, status, *output = line.decode("ascii", "replace").split()
                future = self._awaited.pop(number, None)
                if future:
                    future.set_result((int(status), base64.b64decode("".join(output)).decode(errors="replace")))
        except (OSError, ValueError):
            pass
        for future in list(self._awaited.values()):
            if not future.done():
                future.set_exception(ShellError("the guest is gone"))

    def run(self, script, limit_s=120):
        """The script is bash; the guest may take that long for it."""
        future = Future()
        with self._lock:
            self._next += 1
            number = f"{id(self):x}.{self._next}"
            self._awaited[number] = future
            self._stream.write(f"{number} {base64.b64encode(script.encode()).decode()}\n".encode())
            self._stream.flush()
        try:
            return future.result(limit_s)
        except NoAnswer as error:
            raise ShellError(f"no answer within {limit_s} s: {script[:200]}") from error

    def check(self, script, limit_s=120):
        """The output of a script that has to succeed."""
        status, output = self.run(script, limit_s)
        if status:
            raise ShellError(f"exit status {status}: {script[:200]}\n{output}")
        return output
