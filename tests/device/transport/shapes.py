# SPDX-License-Identifier: Apache-2.0
"""From a key's specification to its USB device."""

from .ccid import Ccid
from .hid import Hid
from .storage import Storage
from .usb import Device


def make_device(spec, card):
    """The interfaces come in the order of the shape's words, as in "storage+ccid"."""
    makers = {"ccid": lambda: Ccid(card), "hid": Hid, "storage": lambda: Storage(spec)}
    return Device(spec, [makers[word]() for word in spec.shape.split("+")])
