# SPDX-License-Identifier: Apache-2.0
"""The host bed: what runs as process 1 of the namespaces around a test's command."""

import os
import subprocess

from control import client
from control.bed import Bed
from control.server import Control
from transport.vpcd import VpcdLine

from . import namespace, presence
from .pcscd import Pcscd

SOCKET = "/run/bed/control"


class HostBed(Bed):
    """A slot for each key that is known at the start, and for as many more as are asked for."""

    def __init__(self, names, log=None):
        super().__init__()
        self.pcscd = Pcscd(names, log=log)

    def make_line(self, spec, card):
        if card is None:
            raise ValueError(f"{spec.name}: a key of the host bed has a card")
        return VpcdLine(card, len(self.keys), presence.wait)

    def do_pcscd(self, request):
        """Stops or starts the daemon, as "action" says; its process id."""
        action = request.get("action")
        if action == "stop":
            self.pcscd.stop()
        elif action == "start":
            self.pcscd.start()
        elif action != "pid":
            raise ValueError(f"pcscd: stop, start or pid, not {action}")
        return {"pid": self.pcscd.pid}


def run(specs, command, *, spare=0, log=None):
    """Runs the command with these keys; its exit status. To be called inside the namespaces."""
    namespace.furnish()
    names = [spec.reader or f"Virtual key {spec.name}" for spec in specs]
    bed = HostBed(names + [f"Virtual reader {number}" for number in range(1, spare + 1)], log)
    bed.pcscd.start()
    control = Control(bed, SOCKET)
    try:
        for spec in specs:
            bed.add(spec)
        environment = os.environ | {client.VARIABLE: SOCKET}
        return _status(subprocess.run(command, env=environment, check=False).returncode)
    finally:
        bed.unplug_all()
        control.close()
        bed.pcscd.stop()


def _status(returncode):
    """As a shell would say it."""
    return returncode if returncode >= 0 else 128 - returncode
