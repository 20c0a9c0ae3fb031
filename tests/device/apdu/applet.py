# SPDX-License-Identifier: Apache-2.0
"""The PIV application: its data objects, keys and references, and the commands on them (SP 800-73-4 part 2)."""

from . import command as sw
from . import pairs, objects
from .admin import ALGORITHMS, AdminKey
from .command import StatusError
from .references import Reference, require
from .tlv import TlvError, decode, encode

_ADMIN = 0x9B
_PIN, _PUK, _GLOBAL_PIN = 0x80, 0x81, 0x00
# How often a slot's key wants the PIN: never, since power-on, or right before each use.
_NEVER, _ONCE, _ALWAYS = range(3)
_PIN_POLICY = {0x9A: _ONCE, 0x9C: _ALWAYS, 0x9D: _ONCE, 0x9E: _NEVER}


def fields_of(data, tag):
    """The data objects inside the one object that data has to be."""
    try:
        outer = decode(data)
        if len(outer) != 1 or outer[0][0] != tag:
            raise StatusError(sw.WRONG_DATA)
        return dict(decode(outer[0][1]))
    except TlvError as error:
        raise StatusError(sw.WRONG_DATA) from error


class PivApplet:
    """State of the application. run() takes a whole command and gives the whole answer, or raises StatusError."""

    def __init__(self, name, *, pin, puk, discovery=True):
        self.pin, self.puk = pin, puk
        self.admin = AdminKey()
        self.keys = {}
        self.objects = {objects.CHUID: objects.chuid(name), objects.CAPABILITIES: objects.capabilities(name)}
        if discovery:
            self.objects[objects.DISCOVERY] = objects.discovery()
        self.reset()

    def add(self, slot, pair, der):
        """Puts a key and its certificate into a slot."""
        self.keys[slot] = pair
        self.objects[objects.CERTIFICATES[slot]] = objects.certificate(der)

    def reset(self):
        """What a power cycle forgets."""
        self.selected = False
        self._verified = self._fresh = False
        self.admin.reset()

    def run(self, command):
        if command.ins == 0xA4:
            return self._select(command)
        # Without the application there is no instruction of it.
        handler = self._HANDLERS.get(command.ins) if self.selected else None
        if handler is None:
            raise StatusError(sw.INS_UNKNOWN)
        # "Right before each use" is: no other command between.
        fresh, self._fresh = self._fresh, False
        return handler(self, command, fresh) if command.ins == 0x87 else handler(self, command)

    def _select(self, command):
        if command.p1 != 0x04 or len(command.data) < 5 or not objects.AID.startswith(command.data):
            raise StatusError(sw.NOT_FOUND)
        # Selecting what is selected leaves the PIN verified (SP 800-73-4 part 2, 3.1.1).
        self.selected = True
        return objects.application_template()

    def _verify(self, command):
        if command.p2 != _PIN:
            raise StatusError(sw.REFERENCE_NOT_FOUND)
        if command.p1 == 0xFF and not command.data:
            self._verified = False
            return b""
        if command.p1:
            raise StatusError(sw.WRONG_P1P2)
        if not command.data:
            if not self._verified:
                raise StatusError(self.pin.status())
            return b""
        self._verified = False
        self.pin.check(command.data)
        self._verified = self._fresh = True
        return b""

    def _reference(self, number) -> Reference:
        found = {_PIN: self.pin, _PUK: self.puk}.get(number)
        if found is None:
            raise StatusError(sw.REFERENCE_NOT_FOUND)
        return found

    def _change(self, command):
        reference = self._reference(command.p2)
        if command.p1 or len(command.data) != 16:
            raise StatusError(sw.WRONG_DATA)
        reference.check(command.data[:8])
        reference.replace(command.data[8:])
        if reference is self.pin:
            self._verified = True
        return b""

    def _reset_counter(self, command):
        if command.p1 or command.p2 != _PIN or len(command.data) != 16:
            raise StatusError(sw.WRONG_P1P2)
        self.puk.check(command.data[:8])
        self.pin.replace(command.data[8:])
        self._verified = False
        return b""

    def _get_data(self, command):
        if (command.p1, command.p2) != (0x3F, 0xFF):
            raise StatusError(sw.WRONG_P1P2)
        try:
            fields = dict(decode(command.data))
        except TlvError as error:
            raise StatusError(sw.WRONG_DATA) from error
        tag = int.from_bytes(fields.get(0x5C, b""), "big")
        require(tag not in objects.PROTECTED or self._verified)
        if tag not in self.objects:
            raise StatusError(sw.NOT_FOUND)
        return self.objects[tag]

    def _put_data(self, command):
        require(self.admin.authenticated)
        try:
            fields = dict(decode(command.data))
        except TlvError as error:
            raise StatusError(sw.WRONG_DATA) from error
        tag = int.from_bytes(fields.get(0x5C, b""), "big")
        if not tag or 0x53 not in fields:
            raise StatusError(sw.WRONG_DATA)
        self.objects[tag] = encode(0x53, fields[0x53])
        return b""

    def _generate(self, command):
        require(self.admin.authenticated)
        if command.p2 not in objects.CERTIFICATES:
            raise StatusError(sw.WRONG_P1P2)
        algorithm = fields_of(command.data, 0xAC).get(0x80, b"")
        self.keys[command.p2] = pairs.generate(algorithm[0] if len(algorithm) == 1 else 0)
        return self.keys[command.p2].public()

    def _authenticate(self, command, fresh):
        fields = fields_of(command.data, 0x7C)
        if command.p2 == _ADMIN:
            if command.p1 not in ALGORITHMS:
                raise StatusError(sw.WRONG_P1P2)
            return self.admin.authenticate(fields)
        pair = self.keys.get(command.p2)
        if pair is None or pair.algorithm != command.p1:
            raise StatusError(sw.WRONG_P1P2)
        policy = _PIN_POLICY[command.p2]
        require(policy == _NEVER or (self._verified and (policy == _ONCE or fresh)))
        if fields.get(0x85):
            return encode(0x7C, encode(0x82, pair.agree(fields[0x85])))
        return encode(0x7C, encode(0x82, pair.sign(fields.get(0x81, b""))))

    _HANDLERS = {
        0x20: _verify,
        0x24: _change,
        0x2C: _reset_counter,
        0xCB: _get_data,
        0xDB: _put_data,
        0x47: _generate,
        0x87: _authenticate,
    }
