# SPDX-License-Identifier: Apache-2.0
"""Private namespaces: an own /run, an own loopback, and processes that end with the first one."""

import ctypes
import fcntl
import os
import socket
import struct
import subprocess
import sys

_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 0x1


class NamespaceError(OSError):
    """This machine gives no namespaces to this user."""


def _unshare_command():
    command = ["unshare", "--mount", "--net", "--pid", "--fork", "--mount-proc", "--kill-child=SIGKILL"]
    return command if os.geteuid() == 0 else command + ["--map-root-user"]


def possible():
    probe = subprocess.run([*_unshare_command(), "true"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return probe.returncode == 0


def become(command):
    """Goes on as a process that runs the command as process 1 of new namespaces; when the one dies, the others do."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execvp("unshare", [*_unshare_command(), "--", *command])


def _loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sh14x", b"lo", 0)
        name, flags = struct.unpack("16sh14x", fcntl.ioctl(control, _SIOCGIFFLAGS, request))
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sh14x", name, flags | _IFF_UP))


def furnish():
    """Called inside by the first process: loopback and an empty /run."""
    _loopback_up()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"bed", b"/run", b"tmpfs", 0, b"mode=755"):
        raise NamespaceError(ctypes.get_errno(), "cannot mount a tmpfs on /run")
