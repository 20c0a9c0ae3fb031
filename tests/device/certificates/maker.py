# SPDX-License-Identifier: Apache-2.0
"""Certificates from a test authority. With the same seed and the same "now" they are the same bytes."""

import datetime
import hashlib
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from . import keys

AUTHORITY = "CN=轻工业测试根证书,O=中国轻工业联合会,C=CN"
SEED = "certenv"
# First and last day of validity by word, in days from now.
VALIDITY = {
    "valid": (-30, 700),
    "near": (-345, 20),
    "last-day": (-365, 1),
    "expired": (-400, -10),
    "future": (10, 375),
}
_DAY = datetime.timedelta(days=1)


@dataclass
class CertificateSpec:
    """What a certificate is to be. Text form: ALGORITHM:VALIDITY:SUBJECT, where the validity is a word or FROM..TO in days."""

    algorithm: str
    days: tuple
    subject: str

    @classmethod
    def parse(cls, text):
        algorithm, validity, subject = text.split(":", 2)
        if algorithm not in ("rsa", "ec"):
            raise ValueError(f"algorithm is rsa or ec, not {algorithm}")
        if validity in VALIDITY:
            days = VALIDITY[validity]
        else:
            first, dots, last = validity.partition("..")
            if not dots:
                raise ValueError(f"validity is FROM..TO or one of {', '.join(VALIDITY)}, not {validity}")
            days = int(first), int(last)
        x509.Name.from_rfc4514_string(subject)
        return cls(algorithm, days, subject)


class Authority:
    """A self-signed RSA root that issues what a specification asks for."""

    def __init__(self, now=None, seed=SEED, subject=AUTHORITY):
        self.now = (now or datetime.datetime.now(datetime.timezone.utc)).replace(microsecond=0)
        self.seed = seed
        self.name = x509.Name.from_rfc4514_string(subject)
        self.key = keys.rsa_key(f"{seed}/authority/{subject}")
        self.certificate = self._root()

    def _builder(self, subject, public_key, days):
        serial = hashlib.sha256(f"{self.seed}/{subject.rfc4514_string()}/{days}".encode()).digest()[:15]
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(self.name).public_key(public_key)
        first, last = (self.now + _DAY * day for day in days)
        return builder.serial_number(int.from_bytes(serial, "big") | 1).not_valid_before(first).not_valid_after(last)

    def _root(self):
        builder = self._builder(self.name, self.key.public_key(), (-3650, 3650))
        builder = builder.add_extension(x509.BasicConstraints(True, 0), critical=True)
        builder = builder.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        identifier = x509.SubjectKeyIdentifier.from_public_key(self.key.public_key())
        return builder.add_extension(identifier, critical=False).sign(self.key, hashes.SHA256())

    def issue(self, spec, slot=""):
        """(private key, certificate); the slot tells apart keys of one subject."""
        key = keys.make(spec.algorithm, f"{self.seed}/{slot}/{spec.algorithm}/{spec.subject}")
        subject = x509.Name.from_rfc4514_string(spec.subject)
        builder = self._builder(subject, key.public_key(), spec.days)
        builder = builder.add_extension(x509.BasicConstraints(False, None), critical=True)
        encipher = {"key_encipherment": True} if spec.algorithm == "rsa" else {"key_agreement": True}
        usage = _usage(digital_signature=True, content_commitment=True, **encipher)
        builder = builder.add_extension(usage, critical=True)
        purposes = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION]
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        return key, builder.add_extension(issuer, critical=False).sign(self.key, hashes.SHA256())


def _usage(**wanted):
    names = "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign"
    flags = {name: wanted.get(name, False) for name in names.split()}
    return x509.KeyUsage(encipher_only=False, decipher_only=False, **flags)


def der(certificate):
    return certificate.public_bytes(serialization.Encoding.DER)


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


def private_pem(key):
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
