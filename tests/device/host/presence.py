# SPDX-License-Identifier: Apache-2.0
"""Waits until pcscd has noticed that a card came or went; through libpcsclite, since pcscd looks only every 400 ms."""

import ctypes
import time

_LIBRARY = "libpcsclite.so.1"
_SCOPE_SYSTEM = 2
_UNAWARE, _CHANGED, _PRESENT = 0x0, 0x2, 0x20
_NAMES_MAX = 1 << 16
_Dword = ctypes.c_ulong


class _ReaderState(ctypes.Structure):
    _fields_ = [
        ("reader", ctypes.c_char_p),
        ("user", ctypes.c_void_p),
        ("current", _Dword),
        ("event", _Dword),
        ("atr_size", _Dword),
        ("atr", ctypes.c_ubyte * 33),
    ]


def _readers(library, context):
    """The readers' names; they are in the order of the slots."""
    size = _Dword(_NAMES_MAX)
    names = ctypes.create_string_buffer(_NAMES_MAX)
    if library.SCardListReaders(context, None, names, ctypes.byref(size)):
        return []
    return [name for name in names.raw[: size.value].split(b"\0") if name]


def _wait(library, context, slot, present, until):
    names = _readers(library, context)
    if slot >= len(names):
        return False
    state = _ReaderState(reader=names[slot], current=_UNAWARE)
    while (left_s := until - time.monotonic()) > 0:
        if library.SCardGetStatusChange(context, _Dword(int(left_s * 1000)), ctypes.byref(state), _Dword(1)):
            return False
        if bool(state.event & _PRESENT) == present:
            return True
        state.current = state.event & ~_CHANGED
    return False


def wait(slot, present, limit_s=5.0):
    """True when the slot, counted over all readers, is so; False when the time is over or pcscd does not answer."""
    library = ctypes.CDLL(_LIBRARY)
    context = ctypes.c_long()
    if library.SCardEstablishContext(_Dword(_SCOPE_SYSTEM), None, None, ctypes.byref(context)):
        return False
    try:
        return _wait(library, context, slot, present, time.monotonic() + limit_s)
    finally:
        library.SCardReleaseContext(context)
