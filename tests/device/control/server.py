# SPDX-License-Identifier: Apache-2.0
"""The control socket's server: a thread for each connection."""

import os
import socketserver
import threading

REQUEST_MAX = 1 << 20


class _Handler(socketserver.StreamRequestHandler):
    def handle(self):
        while line := self.rfile.readline(REQUEST_MAX):
            self.wfile.write(self.server.bed.answer(line).encode() + b"\n")


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


class Control:
    """Serves a bed on a unix socket until it is closed."""

    def __init__(self, bed, path):
        self.path = str(path)
        self._server = _Server(self.path, _Handler)
        self._server.bed = bed
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        os.unlink(self.path)
