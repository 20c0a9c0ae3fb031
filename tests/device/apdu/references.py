# SPDX-License-Identifier: Apache-2.0
"""PIN and PUK: a value of eight bytes and a counter of tries."""

import hmac

from .command import BLOCKED, SECURITY_NOT_SATISFIED, WRONG_DATA, StatusError

SIZE = 8


def padded(text):
    """A PIN as it crosses the wire: filled up with FF (SP 800-73-4 part 2, 2.4.3)."""
    raw = text.encode("ascii")
    if not 4 <= len(raw) <= SIZE:
        raise ValueError("a PIN has 4 to 8 characters")
    return raw.ljust(SIZE, b"\xff")


class Reference:
    """A PIN or PUK. Wrong tries count down, a right one sets the counter back."""

    def __init__(self, text, tries, tries_left=None):
        self.value = padded(text)
        self.tries = tries
        self.tries_left = tries if tries_left is None else tries_left

    def check(self, candidate):
        """Raises 6983 when it is locked, also by this very try, and 63Cx when the candidate is wrong."""
        if self.tries_left == 0:
            raise StatusError(BLOCKED)
        if len(candidate) != SIZE:
            raise StatusError(WRONG_DATA)
        if not hmac.compare_digest(candidate, self.value):
            self.tries_left -= 1
            raise StatusError(BLOCKED if self.tries_left == 0 else 0x63C0 | min(self.tries_left, 15))
        self.tries_left = self.tries

    def replace(self, value):
        """A new value, with all tries left. PINs are digits, the PUK may be anything but all filler."""
        if len(value) != SIZE or value[:4] != value[:4].rstrip(b"\xff"):
            raise StatusError(WRONG_DATA)
        self.value = bytes(value)
        self.tries_left = self.tries

    def status(self):
        """The status word of a VERIFY without data."""
        return BLOCKED if self.tries_left == 0 else 0x63C0 | min(self.tries_left, 15)


def require(satisfied):
    if not satisfied:
        raise StatusError(SECURITY_NOT_SATISFIED)
