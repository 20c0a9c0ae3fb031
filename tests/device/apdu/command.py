# SPDX-License-Identifier: Apache-2.0
"""Command and response APDUs (ISO 7816-4, 5.1), short and extended."""

from dataclasses import dataclass


class StatusError(Exception):
    """A command that ends with a status word other than 9000."""

    def __init__(self, status):
        super().__init__(f"{status:04X}")
        self.status = status


# Status words by what they say.
OK = 0x9000
WRONG_LENGTH = 0x6700
CHAINING_UNSUPPORTED = 0x6884
SECURITY_NOT_SATISFIED = 0x6982
BLOCKED = 0x6983
WRONG_DATA = 0x6A80
NOT_SUPPORTED = 0x6A81
NOT_FOUND = 0x6A82
WRONG_P1P2 = 0x6A86
REFERENCE_NOT_FOUND = 0x6A88
INS_UNKNOWN = 0x6D00
CLA_UNKNOWN = 0x6E00


@dataclass
class Command:
    """A command APDU; le is None where no answer data is expected."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes
    le: int | None

    @classmethod
    def parse(cls, raw):
        if len(raw) < 4:
            raise StatusError(WRONG_LENGTH)
        data, le = _body(raw[4:])
        return cls(*raw[:4], data, le)


def _body(body):
    """The data field and Le after the four bytes of the header."""
    if not body:
        return b"", None
    if body[0] or len(body) == 1:
        return _fields(body, 1)
    if len(body) < 3:
        raise StatusError(WRONG_LENGTH)
    return _fields(body[1:], 2)


def _fields(body, width):
    largest = 1 << (8 * width)
    first = int.from_bytes(body[:width], "big")
    if len(body) == width:
        return b"", first or largest
    data, rest = body[width : width + first], body[width + first :]
    if len(data) != first or len(rest) not in (0, width):
        raise StatusError(WRONG_LENGTH)
    return data, (int.from_bytes(rest, "big") or largest) if rest else None
