# SPDX-License-Identifier: Apache-2.0
"""BER-TLV as smart cards use it: tags of one to three bytes, definite lengths."""


class TlvError(ValueError):
    """Bytes that are no BER-TLV."""


def encode(tag, *values):
    """One data object; the values are joined."""
    value = b"".join(values)
    size = len(value)
    if size < 0x80:
        length = bytes([size])
    elif size < 0x100:
        length = bytes([0x81, size])
    else:
        length = b"\x82" + size.to_bytes(2, "big")
    return tag.to_bytes((tag.bit_length() + 7) // 8 or 1, "big") + length + value


def _take(data, at, count):
    if at + count > len(data):
        raise TlvError("the data object ends too early")
    return data[at : at + count], at + count


def _read_tag(data, at):
    first, at = _take(data, at, 1)
    tag = first[0]
    if tag & 0x1F == 0x1F:
        while True:
            more, at = _take(data, at, 1)
            tag = tag << 8 | more[0]
            if not more[0] & 0x80:
                break
            if tag > 0xFFFF:
                raise TlvError("a tag of more than three bytes")
    return tag, at


def _read_length(data, at):
    first, at = _take(data, at, 1)
    if first[0] < 0x80:
        return first[0], at
    count = first[0] & 0x7F
    if not 1 <= count <= 3:
        raise TlvError("a length of more than three bytes")
    raw, at = _take(data, at, count)
    return int.from_bytes(raw, "big"), at


def decode(data):
    """The data objects in the order they come: a list of (tag, value)."""
    found, at = [], 0
    while at < len(data):
        tag, at = _read_tag(data, at)
        length, at = _read_length(data, at)
        value, at = _take(data, at, length)
        found.append((tag, value))
    return found
