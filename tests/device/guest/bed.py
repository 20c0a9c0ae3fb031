# SPDX-License-Identifier: Apache-2.0
"""The guest bed: keys on the USB bus of a running guest."""

from control.bed import Bed
from transport.shapes import make_device
from transport.usbredir import UsbredirLine


class GuestBed(Bed):
    """Each key has a port of its own, on the root hub or on the hub that its specification names."""

    def __init__(self, qemu, shell):
        super().__init__()
        self._qemu = qemu
        self.shell = shell
        self._hubs = {}

    def make_line(self, spec, card):
        return GuestLine(card, make_device(spec, card), self._qemu.socket(f"usb-{spec.name}"), self._attach, spec)

    def _attach(self, spec, path):
        """QEMU's end of the line; it is there from the first time that the key is plugged in."""
        address = {"type": "unix", "data": {"path": path}}
        backend = {"type": "socket", "data": {"addr": address, "server": True, "wait": False}}
        place = {"port": f"{self._hub(spec.hub)}.{self._count_on(spec)}"} if spec.hub else {}
        chardev = f"chardev-{spec.name}"
        self._qemu.ask("chardev-add", id=chardev, backend=backend)
        self._qemu.ask("device_add", driver="usb-redir", id=f"usb-{spec.name}", chardev=chardev, bus="xhci.0", **place)

    def _hub(self, number):
        """The root port of a hub, which is plugged in when its first key is. Keys without a hub take the lowest ports."""
        port = str(16 - number)
        if number not in self._hubs:
            self._qemu.ask("device_add", driver="usb-hub", id=f"hub-{number}", bus="xhci.0", port=port)
            self._hubs[number] = port
        return port

    def _count_on(self, spec):
        names = [key.spec.name for key in self.keys.values() if key.spec.hub == spec.hub]
        return names.index(spec.name) + 1

    def do_hub(self, request):
        """Pulls a hub out, with all keys on it; plugging one of them in again brings it back."""
        number = request["hub"]
        if number not in self._hubs:
            raise ValueError(f"there is no hub {number}")
        self._qemu.ask("device_del", id=f"hub-{number}")
        del self._hubs[number]
        for key in self.keys.values():
            if key.spec.hub == number:
                key.line.lost()
        return {}

    def do_shoot(self, request):
        """A picture of the guest's screen."""
        self._qemu.shoot(request["file"])
        return {}

    def do_exec(self, request):
        """Runs a script in the guest."""
        status, output = self.shell.run(request["script"], request.get("limit_s", 120))
        return {"status": status, "output": output}


class GuestLine(UsbredirLine):
    """Adds QEMU's end when there is none."""

    def __init__(self, card, device, path, attach, spec):
        super().__init__(card, device, path)
        self._attach = attach
        self._spec = spec
        self._attached = False

    def _connect(self):
        if not self._attached:
            self._attach(self._spec, self.path)
            self._attached = True
        return super()._connect()

    def lost(self):
        """QEMU's end went away with its hub, the socket too."""
        self.unplug()
        self._attached = False
