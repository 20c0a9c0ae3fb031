# SPDX-License-Identifier: Apache-2.0
"""Private keys that follow from a seed: the same name gives the same key on every machine. For tests only."""

import functools
import hashlib
import json
import os
import pathlib

from cryptography.hazmat.primitives.asymmetric import ec, rsa

_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_EXPONENT = 65537
_SMALL = [n for n in range(3, 2000, 2) if all(n % d for d in range(3, int(n**0.5) + 1, 2))]
_ROUNDS = 12


def _number(seed, size):
    return int.from_bytes(hashlib.shake_256(seed.encode()).digest(size), "big")


def _passes(candidate, base):
    """One Miller-Rabin round."""
    odd, twos = candidate - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    value = pow(base, odd, candidate)
    if value in (1, candidate - 1):
        return True
    for _ in range(twos - 1):
        value = value * value % candidate
        if value == candidate - 1:
            return True
    return False


def _prime(seed, bits):
    """The first prime from a number of that seed upwards, good for the exponent; its two top bits are set."""
    candidate = _number(seed, bits // 8) | 3 << (bits - 2) | 1
    bases = [2] + [_number(f"{seed}/{n}", 16) for n in range(_ROUNDS)]
    while True:
        if all(candidate % small for small in _SMALL) and (candidate - 1) % _EXPONENT:
            if all(_passes(candidate, base) for base in bases):
                return candidate
        candidate += 2


def _cache_file(seed):
    top = pathlib.Path(__file__).resolve().parents[3]
    directory = pathlib.Path(os.environ.get("CERTENV_BED_CACHE") or top / "build" / "bed-keys")
    return directory / hashlib.sha256(seed.encode()).hexdigest()[:32]


def _primes(seed):
    """Finding them takes a second: they are kept in a file, if there is a place for it."""
    file = _cache_file(seed)
    try:
        return [int(text, 16) for text in json.loads(file.read_text())]
    except (OSError, ValueError):
        primes = [_prime(f"{seed}/p", 1024), _prime(f"{seed}/q", 1024)]
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f"{file.name}.{os.getpid()}")
        fresh.write_text(json.dumps([f"{prime:x}" for prime in primes]))
        fresh.replace(file)
    except OSError:
        pass
    return primes


@functools.cache
def rsa_key(seed):
    """RSA-2048."""
    p, q = _primes(seed)
    d = pow(_EXPONENT, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(_EXPONENT, p * q)
    parts = rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)
    return rsa.RSAPrivateNumbers(p, q, d, *parts, public).private_key()


@functools.cache
def ec_key(seed):
    """P-256."""
    return ec.derive_private_key(_number(seed, 48) % (_P256_ORDER - 1) + 1, ec.SECP256R1())


def make(algorithm, seed):
    return {"rsa": rsa_key, "ec": ec_key}[algorithm](seed)
