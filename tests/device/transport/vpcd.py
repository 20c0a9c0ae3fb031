# SPDX-License-Identifier: Apache-2.0
"""The card's side of vpcd, pcscd's virtual reader: frames with a length of two bytes over TCP."""

import socket
import time

from apdu.card import Unplugged

from .line import Line, read_exactly

PORT = 35963
_OFF, _ON, _RESET, _ATR = 0, 1, 2, 4
_CONNECT_S = 20


class VpcdLine(Line):
    """The reader stays when the key is pulled out: for pcscd it is the card that goes."""

    def __init__(self, card, slot, settle):
        super().__init__(card)
        self._port = PORT + slot
        self._wait = settle
        self._slot = slot

    def _settle(self, plugged):
        self._wait(self._slot, plugged)

    def _connect(self):
        until = time.monotonic() + _CONNECT_S
        while True:
            try:
                connection = socket.create_connection(("127.0.0.1", self._port), timeout=1)
                break
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)
        connection.settimeout(None)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    @staticmethod
    def _receive(connection):
        size = int.from_bytes(VpcdLine._read(connection, 2), "big")
        return VpcdLine._read(connection, size)

    @staticmethod
    def _read(connection, size):
        data = read_exactly(connection, size)
        # vpcd writes length and message apart: without this, each message waits for a delayed acknowledgement (40 ms).
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        return data

    def _serve(self, connection):
        while True:
            message = self._receive(connection)
            if len(message) != 1:
                try:
                    answer = self.card.transmit(message)
                except Unplugged:
                    return
            elif message[0] == _ATR:
                answer = self.card.atr
            else:
                if message[0] in (_ON, _RESET):
                    self.card.reset()
                continue
            connection.sendall(len(answer).to_bytes(2, "big") + answer)
