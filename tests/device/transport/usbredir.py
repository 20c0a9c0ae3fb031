# SPDX-License-Identifier: Apache-2.0
"""The device's side of the usbredir protocol (version 0.7) towards QEMU's usb-redir, over a unix socket."""

import socket
import struct
from collections import deque

from apdu.card import Unplugged

from .line import Gone, Line, read_exactly
from .usb import FULL_SPEED, PACKET, Setup

(HELLO, CONNECT, DISCONNECT, RESET, INTERFACES, ENDPOINTS, SET_CONFIGURATION, GET_CONFIGURATION, CONFIGURATION_STATUS,
 SET_ALTERNATE, GET_ALTERNATE, ALTERNATE_STATUS) = range(12)  # fmt: skip
START_INTERRUPT, STOP_INTERRUPT, INTERRUPT_STATUS = 15, 16, 17
CANCEL = 21
CONTROL, BULK, INTERRUPT = 100, 101, 103
# Capabilities: device version; packet sizes, ids of 64 bits and bulk lengths of 32, which QEMU wants for its XHCI.
_CAPABILITIES = 1 << 1 | 1 << 4 | 1 << 5 | 1 << 6
_NEEDED = 1 << 5 | 1 << 6
_SUCCESS, _CANCELLED, _STALL = 0, 1, 4
_TABLE = 32
_NO_ENDPOINT = 255
_CONTROL_HEAD = struct.Struct("<BBBBHHH")
_BULK_HEAD = struct.Struct("<BBHIH")
_INTERRUPT_HEAD = struct.Struct("<BBH")
PACKET_MAX = 1 << 17


def _slot(address):
    """An endpoint's place in the table."""
    return (address & 0x80) >> 3 | address & 0x0F


class UsbredirLine(Line):
    """Connecting to the socket plugs the device in, closing the connection pulls it out."""

    def __init__(self, card, device, path):
        super().__init__(card)
        self.device = device
        self.path = str(path)
        self.device.reset()

    def _connect(self):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(self.path)
        except OSError:
            connection.close()
            raise
        return connection

    def _serve(self, connection):
        try:
            _Session(connection, self.device).run()
        except Unplugged:
            return


class _Session:
    """One connection, from hello to the end."""

    def __init__(self, connection, device):
        self._connection = connection
        self._device = device
        self._wide_ids = False
        self._waiting = {function.address_in: deque() for function in device.functions}
        self._handlers = {
            RESET: lambda *_: self._device.reset(),
            SET_CONFIGURATION: self._configuration,
            GET_CONFIGURATION: self._configuration,
            SET_ALTERNATE: self._alternate,
            GET_ALTERNATE: self._alternate,
            START_INTERRUPT: self._interrupt_status,
            STOP_INTERRUPT: self._interrupt_status,
            CANCEL: self._cancel,
            CONTROL: self._control,
            BULK: self._bulk,
            INTERRUPT: self._interrupt,
        }

    def run(self):
        self._send(HELLO, 0, b"certenv".ljust(64, b"\0") + struct.pack("<I", _CAPABILITIES))
        kind, _, body = self._receive()
        if kind != HELLO or len(body) < 64:
            raise Gone()
        if int.from_bytes(body[64:68], "little") & _NEEDED != _NEEDED:
            raise Gone()
        self._wide_ids = True
        self._introduce()
        self._device.reset()
        while True:
            kind, number, body = self._receive()
            handler = self._handlers.get(kind)
            if handler:
                handler(number, body)

    def _receive(self):
        head = struct.Struct("<IIQ" if self._wide_ids else "<III")
        kind, size, number = head.unpack(read_exactly(self._connection, head.size))
        if size > PACKET_MAX:
            raise Gone()
        return kind, number, read_exactly(self._connection, size)

    def _send(self, kind, number, *parts):
        body = b"".join(parts)
        head = struct.pack("<IIQ" if self._wide_ids else "<III", kind, len(body), number)
        self._connection.sendall(head + body)

    def _introduce(self):
        functions = self._device.functions
        columns = [
            bytes(getattr(function, name) for function in functions).ljust(_TABLE, b"\0")
            for name in ("number", "klass", "subclass", "protocol")
        ]
        self._send(INTERFACES, 0, struct.pack("<I", len(functions)), *columns)
        self._send(ENDPOINTS, 0, self._endpoint_table())
        about = self._device.vid, self._device.pid, self._device.release
        self._send(CONNECT, 0, struct.pack("<BBBBHHH", FULL_SPEED, 0, 0, 0, *about))

    def _endpoint_table(self):
        kinds, intervals, interfaces, sizes = [_NO_ENDPOINT] * _TABLE, [0] * _TABLE, [0] * _TABLE, [0] * _TABLE
        for place in (_slot(0), _slot(0x80)):
            kinds[place], sizes[place] = 0, PACKET
        for function in self._device.functions:
            for address in (function.address_out, function.address_in):
                place = _slot(address)
                kinds[place], sizes[place] = function.endpoint_type, PACKET
                intervals[place], interfaces[place] = function.interval, function.number
        return bytes(kinds + intervals + interfaces) + struct.pack(f"<{_TABLE}H", *sizes)

    def _configuration(self, number, _body):
        self._send(CONFIGURATION_STATUS, number, bytes([_SUCCESS, 1]))

    def _alternate(self, number, body):
        self._send(ALTERNATE_STATUS, number, bytes([_SUCCESS, body[0], 0]))

    def _interrupt_status(self, number, body):
        self._send(INTERRUPT_STATUS, number, bytes([_SUCCESS, body[0]]))

    def _control(self, number, body):
        endpoint, request, request_type, _, value, index, length = _CONTROL_HEAD.unpack_from(body)
        setup = Setup(request_type, request, value, index, length)
        answer = self._device.control(setup, body[_CONTROL_HEAD.size :])
        status = _STALL if answer is None else _SUCCESS
        incoming = bool(request_type & 0x80)
        data = (answer or b"") if incoming else b""
        size = len(data) if incoming else length if status == _SUCCESS else 0
        self._send(CONTROL, number, _CONTROL_HEAD.pack(endpoint, request, request_type, status, value, index, size), data)

    def _function_at(self, endpoint):
        for function in self._device.functions:
            if endpoint in (function.address_in, function.address_out):
                return function
        raise Gone()

    def _bulk(self, number, body):
        endpoint, _, low, stream, high = _BULK_HEAD.unpack_from(body)
        function = self._function_at(endpoint)
        if endpoint & 0x80:
            self._waiting[endpoint].append((number, high << 16 | low, stream))
        else:
            data = body[_BULK_HEAD.size :]
            self._send_bulk(number, endpoint, _SUCCESS, len(data), stream)
            function.written(data)
        self._hand_out(function)

    def _send_bulk(self, number, endpoint, status, size, stream, data=b""):
        self._send(BULK, number, _BULK_HEAD.pack(endpoint, status, size & 0xFFFF, stream, size >> 16), data)

    def _hand_out(self, function):
        """Gives what the function has to say to the requests that wait for it."""
        waiting = self._waiting[function.address_in]
        while waiting and function.outgoing:
            number, length, stream = waiting.popleft()
            message = function.outgoing.popleft()
            if len(message) > length:
                function.outgoing.appendleft(message[length:])
            data = message[:length]
            self._send_bulk(number, function.address_in, _SUCCESS, len(data), stream, data)

    def _cancel(self, number, _body):
        for endpoint, waiting in self._waiting.items():
            for request in waiting:
                if request[0] == number:
                    waiting.remove(request)
                    self._send_bulk(number, endpoint, _CANCELLED, 0, request[2])
                    return

    def _interrupt(self, number, body):
        endpoint, _, length = _INTERRUPT_HEAD.unpack_from(body)
        self._function_at(endpoint).written(body[_INTERRUPT_HEAD.size :])
        self._send(INTERRUPT, number, _INTERRUPT_HEAD.pack(endpoint, _SUCCESS, length))
