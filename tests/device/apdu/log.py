# SPDX-License-Identifier: Apache-2.0
"""The log of a card's APDUs. PINs and PUKs are never in it."""

import threading
import time

# Instructions whose data field holds a PIN or PUK.
_SECRET = {0x20, 0x24, 0x2C}
ENTRIES_MAX = 100_000


def masked(raw):
    """The command as hexadecimal text, with stars for a secret data field, whatever CLA says."""
    if len(raw) > 5 and raw[1] in _SECRET:
        return raw[:5].hex() + "**" * (len(raw) - 5)
    return raw.hex()


class ApduLog:
    """Entries are dictionaries: n (from 1 since the key was plugged in), event or command, answer, status, time_ms."""

    def __init__(self):
        self._lock = threading.Lock()
        self._entries = []

    def add(self, **entry):
        with self._lock:
            if len(self._entries) < ENTRIES_MAX:
                self._entries.append({"at": round(time.monotonic(), 4)} | entry)

    def entries(self, start=0):
        with self._lock:
            return self._entries[start:]

    def clear(self):
        with self._lock:
            self._entries.clear()
