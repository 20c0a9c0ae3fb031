# SPDX-License-Identifier: Apache-2.0
"""A reader with one slot (USB CCID class, revision 1.1) that exchanges whole APDUs."""

import struct

from .usb import Function

_POWER_ON, _POWER_OFF, _STATUS, _TRANSFER = 0x62, 0x63, 0x65, 0x6F
_GET_PARAMETERS, _RESET_PARAMETERS, _SET_PARAMETERS = 0x6C, 0x6D, 0x61
_DATA_ANSWER, _STATUS_ANSWER, _PARAMETERS_ANSWER = 0x80, 0x81, 0x82
_ACTIVE, _INACTIVE, _ABSENT = 0, 1, 2
_FAILED = 0x40
_UNSUPPORTED, _MUTE = 0x00, 0xFE
_HEADER = 10
MESSAGE_MAX = 65544 + _HEADER
# Everything automatic, extended APDU level.
_FEATURES = 0x000400FE
_T0_PARAMETERS = bytes([0x11, 0x00, 0x00, 0x0A, 0x00])
_ANSWERS = {_POWER_ON: _DATA_ANSWER, _TRANSFER: _DATA_ANSWER} | dict.fromkeys(
    (_GET_PARAMETERS, _RESET_PARAMETERS, _SET_PARAMETERS), _PARAMETERS_ANSWER
)


class Ccid(Function):
    """The card is the one given, or none."""

    klass = 0x0B

    def __init__(self, card):
        super().__init__()
        self._card = card
        self.reset()

    def reset(self):
        super().reset()
        self._buffer = b""
        self._state = _INACTIVE if self._card else _ABSENT

    def class_descriptor(self):
        head = struct.pack("<BBHBB", 54, 0x21, 0x0110, 0, 7)
        # Protocols (T=0), clocks, data rates.
        rates = struct.pack("<IIIBIIB", 1, 4000, 4000, 0, 10752, 344086, 0)
        limits = struct.pack("<IIIII", 254, 0, 0, _FEATURES, MESSAGE_MAX)
        return head + rates + limits + struct.pack("<BBHBB", 0xFF, 0xFF, 0, 0, 1)

    def control(self, setup, _data):
        # ABORT; the other class requests belong to readers with clocks to choose from.
        return b"" if (setup.request_type, setup.request) == (0x21, 0x01) else None

    def written(self, data):
        self._buffer += data
        while len(self._buffer) >= _HEADER:
            size = _HEADER + int.from_bytes(self._buffer[1:5], "little")
            if size > MESSAGE_MAX:
                self._buffer = b""
                return
            if len(self._buffer) < size:
                return
            message, self._buffer = self._buffer[:size], self._buffer[size:]
            self._answer(message)

    def _answer(self, message):
        kind, sequence = message[0], message[6]
        status, error, data = self._react(kind, message[_HEADER:])
        head = struct.pack("<BIBBBBB", _ANSWERS.get(kind, _STATUS_ANSWER), len(data), 0, sequence, status, error, 0)
        self.outgoing.append(head + data)

    def _react(self, kind, data):
        """(bStatus, bError, the answer's data)."""
        if kind == _STATUS:
            return self._state, 0, b""
        if self._card is None:
            return _FAILED | _ABSENT, _MUTE, b""
        if kind == _POWER_ON:
            self._card.reset()
            self._state = _ACTIVE
            return _ACTIVE, 0, self._card.atr
        if kind == _POWER_OFF:
            self._state = _INACTIVE
            return _INACTIVE, 0, b""
        if kind == _TRANSFER and self._state == _ACTIVE:
            return _ACTIVE, 0, self._card.transmit(data)
        if kind in (_GET_PARAMETERS, _RESET_PARAMETERS, _SET_PARAMETERS):
            return self._state, 0, _T0_PARAMETERS
        return _FAILED | self._state, _UNSUPPORTED, b""
