# SPDX-License-Identifier: Apache-2.0
"""The card management key 9B: AES-192, external and mutual authentication (SP 800-73-4 part 2, appendix A.1)."""

import hmac
import os

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from .command import SECURITY_NOT_SATISFIED, WRONG_DATA, StatusError
from .tlv import encode

DEFAULT_KEY = bytes.fromhex("0102030405060708") * 3
# AES-192, and what OpenSC gives when it only wants random bytes.
ALGORITHMS = (0x0A, 0x00)
_BLOCK = 16
_WITNESS, _CHALLENGE, _RESPONSE = 0x80, 0x81, 0x82


class AdminKey:
    """Holds what was asked last; an answer counts once."""

    def __init__(self, key=DEFAULT_KEY):
        self._key = key
        self.reset()

    def reset(self):
        self.authenticated = False
        self._expected = {}

    def _encrypt(self, block):
        if len(block) != _BLOCK:
            raise StatusError(WRONG_DATA)
        # ECB of one block is what the specification asks for.
        context = Cipher(algorithms.AES(self._key), modes.ECB()).encryptor()
        return context.update(block) + context.finalize()

    def _ask(self, kind):
        block = os.urandom(_BLOCK)
        if kind == _CHALLENGE:
            self._expected = {_RESPONSE: self._encrypt(block)}
            return encode(0x7C, encode(_CHALLENGE, block))
        self._expected = {_WITNESS: block}
        return encode(0x7C, encode(_WITNESS, self._encrypt(block)))

    def authenticate(self, fields):
        """One step, with the fields of the dynamic authentication template; gives the answer's template."""
        for kind in (_CHALLENGE, _WITNESS):
            if fields.get(kind) == b"":
                return self._ask(kind)
        expected, self._expected = self._expected, {}
        for kind, value in expected.items():
            if not hmac.compare_digest(fields.get(kind, b""), value):
                raise StatusError(SECURITY_NOT_SATISFIED)
            self.authenticated = True
            return encode(0x7C, encode(_RESPONSE, self._encrypt(fields[_CHALLENGE]))) if _CHALLENGE in fields else b""
        raise StatusError(WRONG_DATA)
