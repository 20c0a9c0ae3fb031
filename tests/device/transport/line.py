# SPDX-License-Identifier: Apache-2.0
"""What every transport is: a connection that is served by a thread and that can be pulled out at any time."""

import socket
import threading


class Gone(Exception):
    """The other side closed the connection."""


class Line:
    """plug() and unplug() return when the other side has noticed. A subclass connects and serves."""

    def __init__(self, card):
        self.card = card
        self._lock = threading.RLock()
        self._socket = None
        self._thread = None

    @property
    def plugged(self):
        return self._socket is not None

    def plug(self):
        with self._lock:
            if self.plugged:
                return
            # The key may have been pulled out a moment ago by a knob.
            self._settle(False)
            if self.card:
                self.card.plugged()
            self._socket = self._connect()
            self._thread = threading.Thread(target=self._run, args=(self._socket,), daemon=True)
            self._thread.start()
        self._settle(True)

    def unplug(self):
        with self._lock:
            connection, thread = self._socket, self._thread
            self._pull(connection)
        if thread and thread is not threading.current_thread():
            thread.join()
        self._settle(False)

    def _pull(self, connection):
        """Closes that connection, if it still is the current one."""
        with self._lock:
            if connection is None or connection is not self._socket:
                return
            self._socket = None
            if self.card:
                self.card.unplugged()
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        connection.close()

    def _run(self, connection):
        try:
            self._serve(connection)
        except (Gone, OSError):
            pass
        finally:
            self._pull(connection)

    def _settle(self, plugged):
        """Waits until the other side has noticed; where it cannot be asked, it is told at once."""

    def _connect(self):
        raise NotImplementedError

    def _serve(self, connection):
        """Until Gone, OSError or return, which is the card's being pulled out."""
        raise NotImplementedError


def read_exactly(connection, size):
    """That many bytes, or Gone."""
    parts = []
    while size:
        part = connection.recv(size)
        if not part:
            raise Gone()
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
