# SPDX-License-Identifier: Apache-2.0
"""A guest that has booted already: made once, kept as a disk and a state, which each use goes on from."""

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
MAKER = TOP / "tests" / "vm" / "disk"
READY = pathlib.Path(__file__).with_name("desktop-ready")
AGENT = pathlib.Path(__file__).with_name("agent")
SKIP = 77
_BOOT_S = 600


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


def _make_image():
    made = subprocess.run([MAKER], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if made.returncode == SKIP:
        raise Impossible(made.stdout.strip().removeprefix("skipped: "))
    if made.returncode:
        raise RuntimeError(made.stderr)


def _place():
    """Where the snapshots are. Its name follows from all that they depend on beside the image, which is looked at by its time."""
    digest = hashlib.sha256()
    for source in (AGENT, READY, *(pathlib.Path(__file__).with_name(name) for name in ("qemu.py", "snapshot.py"))):
        digest.update(source.read_bytes())
    return IMAGE / f"snapshots-{digest.hexdigest()[:12]}"


def _over(disk, kind, fresh):
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-b", disk, "-F", kind, fresh], check=True)


def _qemu(disk, work):
    story, files = work / "story.tar", work / "files.tar"
    write_tar(story, [("story", AGENT)])
    if not files.exists():
        write_tar(files, [], FILES_BYTES)
    return Qemu(IMAGE, disk, story, files, work)


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


def _make(place):
    """One boot, two snapshots: the system, then the same with its desktop."""
    _over(IMAGE / "disk", "raw", place / "tools.qcow2")
    with workplace() as work:
        qemu = _qemu(place / "tools.qcow2", work)
        try:
            qemu.start()
            shell = _await_agent(qemu)
            qemu.save(place / "tools.state", place / "desktop.qcow2")
            shell.check(f"systemctl start graphical.target\n{READY.read_text()}", _BOOT_S)
            qemu.save(place / "desktop.state", place / "over.qcow2")
        finally:
            qemu.stop()


def obtain():
    """The directory with KIND.qcow2 and KIND.state of a guest that has booted. The disks name each other by their paths."""
    place = _place()
    made = place / "made"
    if not made.exists() or made.stat().st_mtime < (IMAGE / "disk").stat().st_mtime:
        for stale in IMAGE.glob("snapshots-*"):
            shutil.rmtree(stale)
        place.mkdir()
        _make(place)
        made.touch()
    return place


def set_clock(shell):
    """The guest's clock stood still since the snapshot."""
    shell.check(f"date -s @{time.time():.3f} >/dev/null")


@contextlib.contextmanager
def guest(files=(), kind="tools"):
    """A guest of one's own, ready: (Qemu, Shell), with the programs that tests use ("tools") or its "desktop" besides. The
    files, (name, path) pairs, are in its /root."""
    _make_image()
    with workplace() as work, _room() as room:
        with _locked():
            made = obtain()
            _over(made / f"{kind}.qcow2", "qcow2", room / "disk.qcow2")
        write_tar(work / "files.tar", files, FILES_BYTES)
        qemu = _qemu(room / "disk.qcow2", work)
        try:
            qemu.start(made / f"{kind}.state")
            shell = Shell(qemu.socket("agent"))
            set_clock(shell)
            if files:
                # What the kernel read of this disk when it booted was another archive.
                shell.check("blockdev --flushbufs /dev/vdc && tar -C /root -xf /dev/vdc")
            yield qemu, shell
        finally:
            qemu.stop()
