# SPDX-License-Identifier: Apache-2.0
"""A guest that has booted already: a disk with a snapshot, made once and copied for each use."""

import contextlib
import fcntl
import hashlib
import io
import pathlib
import shutil
import subprocess
import tarfile
import tempfile
import time

from .qemu import FILES_BYTES, Qemu
from .shell import Shell, ShellError

TOP = pathlib.Path(__file__).resolve().parents[3]
IMAGE = TOP / "build" / "vm"
MAKER = TOP / "tests" / "vm" / "guest"
READY = pathlib.Path(__file__).with_name("desktop-ready")
AGENT = pathlib.Path(__file__).with_name("agent")
TAG = "ready"
SKIP = 77
_BOOT_S = 600
_INSTALL_S = 600


class Impossible(Exception):
    """No guest can be made on this machine."""


def write_tar(path, files, size=None):
    """A tar archive of (name, file) pairs, filled up to a size."""
    with tarfile.open(path, "w") as archive:
        for name, file in files:
            archive.add(file, arcname=name)
    if size is not None:
        with open(path, "r+b") as stream:
            if stream.seek(0, io.SEEK_END) > size:
                raise ValueError("the files are too large for the guest")
            stream.truncate(size)


@contextlib.contextmanager
def workplace():
    """A directory for sockets, whose paths have to be short."""
    with tempfile.TemporaryDirectory(prefix="certenv-bed.") as directory:
        yield pathlib.Path(directory)


@contextlib.contextmanager
def _locked():
    with open(IMAGE / "snapshots.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sweep():
    """Takes away what guests left behind that were killed."""
    for room in IMAGE.glob("bed.*"):
        with contextlib.suppress(OSError), open(room / "lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(room)


@contextlib.contextmanager
def _room():
    """A directory for a guest's disk, where there is space; its lock tells that the guest lives."""
    with contextlib.ExitStack() as stack:
        with _locked():
            _sweep()
            name = stack.enter_context(tempfile.TemporaryDirectory(prefix="bed.", dir=IMAGE))
            lock = stack.enter_context(open(f"{name}/lock", "w"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield pathlib.Path(name)


def _make_image(kind):
    command = [MAKER, "--image"] + (["desktop"] if kind == "desktop" else [])
    made = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if made.returncode == SKIP:
        raise Impossible(made.stdout.strip().removeprefix("skipped: "))
    if made.returncode:
        raise RuntimeError(made.stderr)


def _file(kind):
    """Its name follows from all that a snapshot depends on beside the image, which is looked at by its time."""
    digest = hashlib.sha256(AGENT.read_bytes())
    for module in ("qemu.py", "snapshot.py"):
        digest.update(pathlib.Path(__file__).with_name(module).read_bytes())
    return IMAGE / f"snapshot-{kind}-{digest.hexdigest()[:12]}.qcow2"


def _qemu(disk, work, kind):
    story, files = work / "story.tar", work / "files.tar"
    write_tar(story, [("story", AGENT)])
    if not files.exists():
        write_tar(files, [], FILES_BYTES)
    return Qemu(IMAGE, disk, story, files, work, desktop=kind == "desktop")


def _await_agent(qemu):
    until = time.monotonic() + _BOOT_S
    shell = Shell(qemu.socket("agent"))
    while True:
        try:
            shell.check("systemctl is-system-running --wait >/dev/null; sync", 20)
            return shell
        except ShellError:
            if time.monotonic() > until:
                raise RuntimeError(f"the guest did not boot: {qemu.tail('console')}") from None


def _make(file, kind):
    fresh = file.with_name(f"{file.name}.new")
    backing = ["-b", IMAGE / f"disk-{kind}", "-F", "raw"]
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", *backing, fresh], check=True)
    with workplace() as work:
        qemu = _qemu(fresh, work, kind)
        try:
            qemu.start()
            shell = _await_agent(qemu)
            if kind == "desktop":
                shell.check(READY.read_text(), _BOOT_S)
            qemu.say(f"savevm {TAG}")
        finally:
            qemu.stop()
    fresh.replace(file)


def obtain(kind="tools"):
    """The disk with the snapshot TAG of a guest that has booted: with the tools that tests of keys use, or the "desktop"."""
    file = _file(kind)
    if not file.exists() or file.stat().st_mtime < (IMAGE / f"disk-{kind}").stat().st_mtime:
        for stale in IMAGE.glob(f"snapshot-{kind}-*.qcow2"):
            stale.unlink()
        _make(file, kind)
    return file


def set_clock(shell):
    """The guest's clock stood still since the snapshot."""
    shell.check(f"date -s @{time.time():.3f} >/dev/null")


@contextlib.contextmanager
def guest(files=(), packages=(), kind="tools"):
    """A guest of one's own, ready: (Qemu, Shell). The files, (name, path) pairs, are in its /root; the sets of packages,
    directories of /root/debs, are installed."""
    _make_image(kind)
    with workplace() as work, _room() as room:
        disk = room / "disk.qcow2"
        with _locked():
            shutil.copyfile(obtain(kind), disk)
        write_tar(work / "files.tar", files, FILES_BYTES)
        qemu = _qemu(disk, work, kind)
        try:
            qemu.start(TAG)
            shell = Shell(qemu.socket("agent"))
            set_clock(shell)
            if files:
                # What the kernel read of this disk when it booted was another archive.
                shell.check("blockdev --flushbufs /dev/vdc && tar -C /root -xf /dev/vdc")
            for name in packages:
                shell.check(f"dpkg --install --force-unsafe-io /root/debs/{name}/*.deb", _INSTALL_S)
            yield qemu, shell
        finally:
            qemu.stop()
