# SPDX-License-Identifier: Apache-2.0
"""A card: ATR, power, chaining in both directions (T=0), the knobs, and the log; the applet does the rest."""

import time

from . import command as sw
from .command import Command, StatusError
from .log import ApduLog, masked

# Direct convention, T=0 only (QEMU's readers fail with T=1), historical bytes "certenv".
ATR = bytes.fromhex("3b07") + b"certenv"
CHAIN_MAX = 8192


class Unplugged(Exception):
    """The knobs say that the key is pulled out now: the command gets no answer."""


class Card:
    """transmit() is called by one transport at a time. The counters of the knobs start at plugged()."""

    def __init__(self, applet, knobs, atr=ATR):
        self.applet = applet
        self.knobs = knobs
        self.atr = atr
        self.log = ApduLog()
        self._count = 0
        self._forget()

    def _forget(self):
        self._chain = b""
        self._pending = b""

    def plugged(self):
        self._count = 0
        self.knobs.reset()
        self.log.add(event="plugged")
        self._power()

    def unplugged(self):
        self.log.add(event="unplugged")

    def reset(self):
        """A power cycle or warm reset."""
        self.log.add(event="reset")
        self._power()

    def _power(self):
        self._forget()
        self.applet.reset()

    def transmit(self, raw):
        """The response APDU with its status word; Unplugged when the key goes away instead of answering."""
        self._count += 1
        number, started = self._count, time.monotonic()
        status, seconds, pulled = self.knobs.at(raw[1] if len(raw) > 1 else 0)
        if seconds:
            time.sleep(seconds)
        if pulled:
            self.log.add(n=number, command=masked(raw), status="unplugged")
            raise Unplugged()
        if status is not None:
            self._forget()
            answer = status.to_bytes(2, "big")
        else:
            answer = self._answer(raw)
        spent_ms = round((time.monotonic() - started) * 1000, 1)
        self.log.add(n=number, command=masked(raw), answer=len(answer) - 2, status=answer[-2:].hex(), time_ms=spent_ms)
        return answer

    def _answer(self, raw):
        try:
            data = self._run(Command.parse(raw))
            status = sw.OK
        except StatusError as error:
            data, status = b"", error.status
            self._forget()
        if self._pending:
            status = 0x6100 | min(len(self._pending), 256) & 0xFF
        return data + status.to_bytes(2, "big")

    def _run(self, command):
        if command.cla & ~0x10:
            raise StatusError(sw.CLA_UNKNOWN)
        if command.ins == 0xC0:
            return self._piece(command.le or 256)
        self._pending = b""
        self._chain += command.data
        if len(self._chain) > CHAIN_MAX:
            raise StatusError(sw.WRONG_LENGTH)
        if command.cla & 0x10:
            return b""
        command.data, self._chain = self._chain, b""
        self._pending = self.applet.run(command)
        # T=0: a command without Le has its answer fetched with GET RESPONSE.
        return self._piece(command.le) if command.le and self._pending else b""

    def _piece(self, size):
        if not self._pending:
            raise StatusError(sw.WRONG_P1P2)
        piece, self._pending = self._pending[:size], self._pending[size:]
        return piece
