# SPDX-License-Identifier: Apache-2.0
"""A USB device as its host sees it (USB 2.0, chapter 9): descriptors, strings, and functions, one for each interface."""

import struct
from collections import deque
from dataclasses import dataclass

FULL_SPEED = 1
PACKET = 64
BULK, INTERRUPT = 2, 3
_DEVICE, _CONFIGURATION, _STRING = 1, 2, 3
_GET_STATUS, _GET_DESCRIPTOR, _GET_CONFIGURATION = 0x00, 0x06, 0x08
_ENGLISH = b"\x09\x04"
STRING_BYTES_MAX = 253


@dataclass
class Setup:
    """A control request's eight bytes."""

    request_type: int
    request: int
    value: int
    index: int
    length: int


class Function:
    """An interface. A subclass has klass, subclass, protocol, endpoint_type, and reacts to what its host writes.

    What it sends lies in "outgoing", a message each; the line hands it out as the host asks for it."""

    klass = subclass = protocol = 0
    endpoint_type = BULK
    interval = 0

    def __init__(self):
        self.outgoing = deque()

    def place(self, number):
        """Its interface number, from which the endpoint addresses follow."""
        self.number = number
        self.address_out, self.address_in = 2 * number + 1, 0x80 | (2 * number + 2)

    def class_descriptor(self):
        return b""

    def describe(self):
        """Interface, class and endpoint descriptors."""
        interface = bytes([9, 4, self.number, 0, 2, self.klass, self.subclass, self.protocol, 0])
        attributes = self.endpoint_type, PACKET, self.interval
        endpoints = [struct.pack("<BBBBHB", 7, 5, address, *attributes) for address in (self.address_out, self.address_in)]
        return interface + self.class_descriptor() + b"".join(endpoints)

    def control(self, _setup, _data):
        """The answer to a class request, or None to refuse it."""
        return None

    def written(self, _data):
        """The host wrote this to the endpoint of this function."""

    def reset(self):
        self.outgoing.clear()


def string_bytes(text):
    """The body of a string descriptor. "hex:..." gives the bytes themselves, valid UTF-16 or not."""
    if text.startswith("hex:"):
        return bytes.fromhex(text[4:])[:STRING_BYTES_MAX]
    return text.encode("utf-16-le", "surrogatepass")[: STRING_BYTES_MAX & ~1]


class Device:
    """Answers the standard requests; gives class requests to the function that they are for."""

    def __init__(self, spec, functions):
        self.vid, self.pid, self.release = spec.vid, spec.pid, spec.release
        self.functions = functions
        for number, function in enumerate(functions):
            function.place(number)
        self._strings = [_ENGLISH]
        texts = (spec.manufacturer, spec.product, spec.serial)
        self._indexes = bytes(self._add_string(text) for text in texts)

    def _add_string(self, text):
        if text is None:
            return 0
        self._strings.append(string_bytes(text))
        return len(self._strings) - 1

    def device_descriptor(self):
        head = struct.pack("<BBHBBBBHHH", 18, _DEVICE, 0x0200, 0, 0, 0, PACKET, self.vid, self.pid, self.release)
        return head + self._indexes + b"\x01"

    def configuration_descriptor(self):
        body = b"".join(function.describe() for function in self.functions)
        return struct.pack("<BBHBBBBB", 9, _CONFIGURATION, 9 + len(body), len(self.functions), 1, 0, 0x80, 50) + body

    def _descriptor(self, value):
        kind, index = value >> 8, value & 0xFF
        if kind == _DEVICE:
            return self.device_descriptor()
        if kind == _CONFIGURATION and index == 0:
            return self.configuration_descriptor()
        if kind == _STRING and index < len(self._strings):
            body = self._strings[index]
            return bytes([2 + len(body), _STRING]) + body
        return None

    def control(self, setup, data):
        """The answer's bytes, cut to what was asked for; None is a stall."""
        recipient, kind = setup.request_type & 0x1F, setup.request_type >> 5 & 3
        if kind == 0 and recipient == 0:
            answer = self._standard(setup)
        elif recipient == 1 and setup.index & 0xFF < len(self.functions):
            answer = self.functions[setup.index & 0xFF].control(setup, data)
        else:
            # Clearing an endpoint's halt, mostly.
            answer = b"\0\0" if setup.request == _GET_STATUS and kind == 0 else b"" if kind == 0 else None
        return answer if answer is None else answer[: setup.length]

    def _standard(self, setup):
        if setup.request == _GET_DESCRIPTOR:
            return self._descriptor(setup.value)
        if setup.request == _GET_STATUS:
            return b"\0\0"
        if setup.request == _GET_CONFIGURATION:
            return b"\1"
        return b""

    def reset(self):
        for function in self.functions:
            function.reset()
