# SPDX-License-Identifier: Apache-2.0
"""The data objects of a PIV card (SP 800-73-4 part 1, appendix A) by the tag that GET DATA names."""

import hashlib

from .tlv import encode

AID = bytes.fromhex("a000000308000010000100")
DISCOVERY = 0x7E
CHUID = 0x5FC102
CAPABILITIES = 0x5FC107
PRINTED = 0x5FC109
# Key references of the slots and the object of each slot's certificate.
CERTIFICATES = {0x9A: 0x5FC105, 0x9C: 0x5FC10A, 0x9D: 0x5FC10B, 0x9E: 0x5FC101}
# Objects that the PIN protects.
PROTECTED = {PRINTED, 0x5FC103, 0x5FC108, 0x5FC121}


def application_template():
    """What SELECT answers."""
    return encode(0x61, encode(0x4F, AID[5:]), encode(0x79, encode(0x4F, AID[:5])))


def discovery():
    return encode(0x7E, encode(0x4F, AID), encode(0x5F2F, b"\x40\x00"))


def chuid(name):
    """The card holder's identifier: a fixed FASC-N and a GUID that follows from the key's name."""
    guid = bytearray(hashlib.sha256(b"guid:" + name.encode()).digest()[:16])
    guid[6] = guid[6] & 0x0F | 0x40
    guid[8] = guid[8] & 0x3F | 0x80
    fasc_n = bytes.fromhex("d4e739da739ced39ce739d836858210842108421c84210c3eb")
    return encode(0x53, encode(0x30, fasc_n), encode(0x34, bytes(guid)), encode(0x35, b"20991231"), encode(0x3E), encode(0xFE))


def capabilities(name):
    card_id = bytes.fromhex("a000000116ff02") + hashlib.sha256(b"ccc:" + name.encode()).digest()[:14]
    fields = [encode(0xF0, card_id), encode(0xF1, b"\x21"), encode(0xF2, b"\x21"), encode(0xF3), encode(0xF4, b"\x00")]
    fields += [encode(0xF5, b"\x10")] + [encode(tag) for tag in (0xF6, 0xF7, 0xFA, 0xFB, 0xFC, 0xFD, 0xFE)]
    return encode(0x53, *fields)


def certificate(der):
    """An uncompressed certificate in its container."""
    return encode(0x53, encode(0x70, der), encode(0x71, b"\x00"), encode(0xFE))
