# SPDX-License-Identifier: Apache-2.0
"""A CD-ROM drive without a disc (bulk-only transport), as keys have one that speak through SCSI commands."""

import struct

from .usb import STRING_BYTES_MAX, Function

_GET_MAX_LUN, _RESET = 0xFE, 0xFF
_COMMAND = struct.Struct("<4sIIBBB16s")
_TEST_READY, _REQUEST_SENSE, _INQUIRY = 0x00, 0x03, 0x12
_DATA_MAX = 1 << 16
# Not ready, medium not present.
_SENSE = bytes([0x70, 0, 0x02, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x3A, 0, 0, 0, 0, 0])


def _printable(text, size):
    raw = (text or "").encode("ascii", "replace")[:STRING_BYTES_MAX]
    return bytes(byte if 0x20 <= byte < 0x7F else 0x3F for byte in raw)[:size].ljust(size)


class Storage(Function):
    """Answers INQUIRY and REQUEST SENSE; everything else fails for want of a disc."""

    klass, subclass, protocol = 0x08, 0x06, 0x50

    def __init__(self, spec):
        super().__init__()
        self._inquiry = bytes([5, 0x80, 4, 2, 31, 0, 0, 0]) + _printable(spec.manufacturer, 8)
        self._inquiry += _printable(spec.product, 16) + b"1.00"
        self._awaited = 0
        self._tag = 0

    def reset(self):
        super().reset()
        self._awaited = 0

    def control(self, setup, _data):
        if (setup.request_type, setup.request) == (0xA1, _GET_MAX_LUN):
            return b"\0"
        return b"" if (setup.request_type, setup.request) == (0x21, _RESET) else None

    def written(self, data):
        if self._awaited:
            self._awaited = max(0, self._awaited - len(data))
            if not self._awaited:
                self._finish(0, failed=True)
            return
        if len(data) != _COMMAND.size or not data.startswith(b"USBC"):
            return
        _, self._tag, size, flags, _, _, block = _COMMAND.unpack(data)
        if flags & 0x80 or not size:
            self._read(block[0], min(size, _DATA_MAX))
        else:
            self._awaited = size

    def _read(self, operation, size):
        data = {_INQUIRY: self._inquiry, _REQUEST_SENSE: _SENSE}.get(operation)
        if size:
            # Padded, so that the transfer ends as the host expects it.
            self.outgoing.append((data or b"")[:size].ljust(size, b"\0"))
        self._finish(max(0, size - len(data or b"")), failed=data is None)

    def _finish(self, residue, failed):
        self.outgoing.append(struct.pack("<4sIIB", b"USBS", self._tag, residue, failed))
