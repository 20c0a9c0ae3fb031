# SPDX-License-Identifier: Apache-2.0
"""From a specification to a card with keys and certificates."""

import datetime
import functools

from apdu import pairs, objects
from apdu.applet import PivApplet
from apdu.card import ATR, Card
from apdu.references import Reference
from apdu.trigger import Knobs
from certificates import maker

from .spec import SpecError


@functools.cache
def _authority(now):
    return maker.Authority(datetime.datetime.fromisoformat(now).replace(tzinfo=datetime.timezone.utc) if now else None)


def certificate_of(text, now=None):
    """(slot, key, certificate) of SLOT:ALGORITHM:VALIDITY:SUBJECT."""
    slot, _, rest = text.partition(":")
    number = int(slot, 16)
    if number not in objects.CERTIFICATES:
        raise SpecError(f"no slot {slot}; slots are 9A, 9C, 9D, 9E")
    key, certificate = _authority(now).issue(maker.CertificateSpec.parse(rest), slot.upper())
    return number, key, certificate


def make_card(spec):
    """The card of a key; its state (tries, PIN, objects) lives as long as the object."""
    pin = Reference(spec.pin, spec.tries, spec.tries_left)
    puk = Reference(spec.puk, spec.puk_tries, spec.puk_left)
    applet = PivApplet(spec.name, pin=pin, puk=puk, discovery=spec.discovery)
    for text in spec.certificates:
        slot, key, certificate = certificate_of(text, spec.now)
        applet.add(slot, pairs.wrap(key), maker.der(certificate))
    knobs = Knobs.parse(spec.fault, spec.delay, spec.unplug)
    return Card(applet, knobs, bytes.fromhex(spec.atr) if spec.atr is not None else ATR)
