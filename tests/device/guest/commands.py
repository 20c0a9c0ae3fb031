# SPDX-License-Identifier: Apache-2.0
"""The verb "guest": a command on this machine, with a bed in an emulated one around it."""

import importlib.util
import os
import pathlib
import shutil
import signal
import subprocess
import sys

from control import client
from control.server import Control
from key import spec as key_spec

from . import qemu

SKIP = 77


def _missing():
    if importlib.util.find_spec("cryptography") is None:
        return "python3-cryptography is not installed"
    for program in (qemu.PROGRAM, "qemu-img"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    if not qemu.has_usb_redirection():
        return "this QEMU has no usb-redir"
    return None


def _with_keys(bed, path, specs, command):
    control = Control(bed, path)
    try:
        for spec in specs:
            bed.add(spec)
        environment = os.environ | {client.VARIABLE: control.path}
        status = subprocess.run(command, env=environment, check=False).returncode
        return status if status >= 0 else 128 - status
    finally:
        bed.unplug_all()
        control.close()


def _run(options):
    # Ended from outside, it still takes the guest's files away.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    specs = key_spec.parse_all(options.key)
    reason = _missing()
    if reason:
        print(f"skipped: {reason}")
        return SKIP
    from . import snapshot
    from .bed import GuestBed

    files = [(pathlib.Path(file).name, file) for file in options.file]
    try:
        with snapshot.guest(files, "desktop" if options.desktop else "tools") as (machine, shell):
            return _with_keys(GuestBed(machine, shell), machine.socket("control"), specs, options.command)
    except snapshot.Impossible as error:
        print(f"skipped: {error}")
        return SKIP


def _exec(options):
    with client.Client() as connection:
        answer = connection.ask("exec", script=" ".join(options.script), limit_s=options.limit)
    sys.stdout.write(answer["output"])
    return answer["status"]


def register(verbs):
    guest = verbs.add_parser("guest", help="run a command beside a guest with virtual keys")
    guest.add_argument("--key", action="append", default=[], metavar="SPEC", help="FIELD=VALUE,..., JSON, or @FILE with JSON")
    guest.add_argument("--file", action="append", default=[], metavar="FILE", help="is put into the guest's /root")
    guest.add_argument("--desktop", action="store_true", help="with a screen and somebody logged in")
    guest.add_argument("command", nargs="+", metavar="COMMAND")
    guest.set_defaults(run=_run)
    inside = verbs.add_parser("exec", help="in a command of bed guest: run a script in the guest")
    inside.add_argument("--limit", type=float, default=120, metavar="SECONDS")
    inside.add_argument("script", nargs="+", metavar="SCRIPT")
    inside.set_defaults(run=_exec)
