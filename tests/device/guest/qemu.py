# SPDX-License-Identifier: Apache-2.0
"""A running QEMU: its process, its monitor (QMP), and the devices that come and go."""

import ctypes
import json
import pathlib
import shlex
import signal
import socket
import subprocess
import time

PROGRAM = "qemu-system-x86_64"
FILES_BYTES = 1 << 30
_START_S = 60
_STOP_S = 10
_LOAD_S = 60
# A plain processor is emulated best: wide registers, five levels of pages and guarded ones cost a call of QEMU's each time.
_PROCESSOR = "qemu64"
# What a kernel does without when nobody attacks it and nobody reads its messages.
_SPARE = "mitigations=off audit=0 loglevel=0 cryptomgr.notests nokaslr no_timer_check"
_PR_SET_PDEATHSIG = 1


class QemuError(RuntimeError):
    """QEMU refused something, or ended."""


def has_usb_redirection():
    said = subprocess.run([PROGRAM, "-device", "help"], capture_output=True, text=True, check=False).stdout
    return '"usb-redir"' in said


def _die_with_parent():
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def connect(path, until):
    """A connection to a unix socket that may not be there yet."""
    while True:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(path))
            return connection
        except OSError:
            connection.close()
            if time.monotonic() > until:
                raise
            time.sleep(0.02)


class Qemu:
    """image: a directory with kernel and initrd; disk: a qcow2 file that it writes to; story and files: tar archives, the
    latter of FILES_BYTES, both only read. The sockets, of which a path is short, go into the directory "work"."""

    def __init__(self, image, disk, story, files, work):
        self._work = pathlib.Path(work)
        self._command = self._command_line(pathlib.Path(image), disk, story, files)
        self._process = None
        self._monitor = None

    def _command_line(self, image, disk, story, files):
        append = f"root=/dev/vda rw console=ttyS0 panic=-1 quiet systemd.show_status=no {_SPARE}"
        command = [PROGRAM, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-nic", "none"]
        command += ["-machine", "q35", "-accel", "tcg,thread=multi,tb-size=1024", "-cpu", _PROCESSOR, "-smp", "2", "-m", "2048"]
        command += ["-kernel", image / "kernel", "-initrd", image / "initrd", "-append", append]
        command += ["-drive", f"file={disk},format=qcow2,if=virtio,cache=unsafe,id=disk"]
        for archive in (story, files):
            command += ["-drive", f"file={archive},format=raw,if=virtio,read-only=on"]
        command += ["-serial", f"file:{self._work}/console", "-serial", f"file:{self._work}/said"]
        command += ["-device", "qemu-xhci,id=xhci,p2=15,p3=1", "-device", "virtio-serial-pci"]
        command += ["-chardev", f"socket,id=agent,path={self.socket('agent')},server=on,wait=off"]
        command += ["-device", "virtserialport,chardev=agent,name=bed"]
        command += ["-device", "VGA,xres=1024,yres=768", "-device", "virtio-tablet-pci", "-device", "virtio-keyboard-pci"]
        return [*map(str, command), "-qmp", f"unix:{self.socket('monitor')},server=on,wait=off"]

    def socket(self, name):
        return self._work / f"{name}.socket"

    def start(self, state=None):
        """With state it goes on from what save() left there, on a disk with the same content."""
        command = [*self._command, "-incoming", f"exec:cat {shlex.quote(str(state))}"] if state else self._command
        with open(self._work / "qemu.log", "ab") as log:
            pipes = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            self._process = subprocess.Popen(command, preexec_fn=_die_with_parent, **pipes)
        connection = connect(self.socket("monitor"), time.monotonic() + _START_S)
        self._monitor = connection.makefile("rw", encoding="utf-8")
        self._read()
        self.ask("qmp_capabilities")
        if state:
            self._until("query-status", "paused", _LOAD_S)
            self.ask("cont")

    def _until(self, query, wanted, limit_s):
        until = time.monotonic() + limit_s
        while (status := self.ask(query).get("status")) != wanted:
            if status == "failed" or time.monotonic() > until:
                raise QemuError(f"{query}: {status}, not {wanted}: {self.tail('qemu.log')}")
            time.sleep(0.02)

    def save(self, state, disk):
        """What start() goes on from. It goes on itself, too, writing to another disk from now on, a new qcow2 file over the one
        that it had."""
        self.ask("stop")
        self.ask("migrate", uri=f"exec:cat >{shlex.quote(str(state))}")
        self._until("query-migrate", "completed", _LOAD_S)
        self.ask("blockdev-snapshot-sync", device="disk", format="qcow2", **{"snapshot-file": str(disk)})
        self.ask("cont")

    def _read(self):
        line = self._monitor.readline()
        if not line:
            raise QemuError(f"QEMU ended: {self.tail('qemu.log')}")
        return json.loads(line)

    def tail(self, name, size=2000):
        """The end of one of its files: qemu.log, console, said."""
        try:
            return (self._work / name).read_text(errors="replace")[-size:]
        except OSError:
            return ""

    def ask(self, command, **arguments):
        """A monitor command's answer."""
        self._monitor.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self._monitor.flush()
        while True:
            answer = self._read()
            if "error" in answer:
                raise QemuError(f"{command}: {answer['error'].get('desc')}")
            if "return" in answer:
                return answer["return"]

    def shoot(self, path):
        """A picture of the screen, a PNG file."""
        self.ask("screendump", filename=str(path), format="png")

    def stop(self):
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None
