# SPDX-License-Identifier: Apache-2.0
"""A HID interface with reports of 64 bytes on a vendor's page, as many keys have one; nobody is behind it."""

import struct

from .usb import INTERRUPT, PACKET, Function

# One collection of a vendor's own page, with 64 bytes in and 64 bytes out.
_REPORTS = bytes.fromhex("0600ff0901a101150026ff00750895400901810209019102c0")
_GET_DESCRIPTOR, _GET_REPORT = 0x06, 0x01
_HID, _REPORT = 0x21, 0x22


class Hid(Function):
    """Takes what is written and sends nothing."""

    klass = 0x03
    endpoint_type = INTERRUPT
    interval = 10

    def class_descriptor(self):
        return struct.pack("<BBHBBBH", 9, _HID, 0x0111, 0, 1, _REPORT, len(_REPORTS))

    def control(self, setup, _data):
        if setup.request_type == 0x81 and setup.request == _GET_DESCRIPTOR:
            return {_HID: self.class_descriptor(), _REPORT: _REPORTS}.get(setup.value >> 8)
        if setup.request_type == 0xA1 and setup.request == _GET_REPORT:
            return bytes(PACKET)
        return b"" if setup.request_type == 0x21 else None
