# SPDX-License-Identifier: Apache-2.0
"""Private keys as GENERAL AUTHENTICATE uses them: raw RSA-2048, ECDSA and ECDH on P-256 (SP 800-78-4)."""

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa, utils

from .command import WRONG_DATA, StatusError
from .tlv import encode

RSA_2048 = 0x07
P256 = 0x11
_RSA_BYTES = 256


class RsaPair:
    """Takes the padded input of 256 bytes and gives it back under the private exponent."""

    algorithm = RSA_2048

    def __init__(self, key):
        self.key = key
        self._numbers = key.private_numbers()

    def sign(self, padded_input):
        numbers = self._numbers
        value = int.from_bytes(padded_input, "big")
        if len(padded_input) != _RSA_BYTES or value >= numbers.public_numbers.n:
            raise StatusError(WRONG_DATA)
        first, second = pow(value, numbers.dmp1, numbers.p), pow(value, numbers.dmq1, numbers.q)
        result = second + (first - second) * numbers.iqmp % numbers.p * numbers.q
        return result.to_bytes(_RSA_BYTES, "big")

    def agree(self, _point):
        raise StatusError(WRONG_DATA)

    def public(self):
        """The template that GENERATE ASYMMETRIC KEY PAIR answers."""
        public = self._numbers.public_numbers
        modulus, exponent = public.n.to_bytes(_RSA_BYTES, "big"), public.e.to_bytes(3, "big")
        return encode(0x7F49, encode(0x81, modulus), encode(0x82, exponent))


class EcPair:
    """Signs a digest of up to 32 bytes."""

    algorithm = P256

    def __init__(self, key):
        self.key = key

    def sign(self, digest):
        if not 0 < len(digest) <= 32:
            raise StatusError(WRONG_DATA)
        return self.key.sign(digest.rjust(32, b"\0"), ec.ECDSA(utils.Prehashed(hashes.SHA256())))

    def agree(self, point):
        try:
            peer = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        except ValueError as error:
            raise StatusError(WRONG_DATA) from error
        return self.key.exchange(ec.ECDH(), peer)

    def public(self):
        form = serialization.PublicFormat.UncompressedPoint
        point = self.key.public_key().public_bytes(serialization.Encoding.X962, form)
        return encode(0x7F49, encode(0x86, point))


def wrap(key):
    """The pair of a key of the cryptography package."""
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size == 2048:
        return RsaPair(key)
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        return EcPair(key)
    raise ValueError("keys are RSA-2048 or P-256")


def generate(algorithm):
    """A fresh pair for GENERATE ASYMMETRIC KEY PAIR."""
    if algorithm == RSA_2048:
        return RsaPair(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    if algorithm == P256:
        return EcPair(ec.generate_private_key(ec.SECP256R1()))
    raise StatusError(WRONG_DATA)
