# SPDX-License-Identifier: Apache-2.0
"""A pcscd in the foreground with virtual readers of two slots each, which is what vpcd makes."""

import glob
import os
import pathlib
import shutil
import subprocess
import time

from transport.vpcd import PORT

_DRIVERS = ("/usr/lib/pcsc/drivers/serial/libifdvpcd.so", "/usr/lib/*/pcsc/drivers/serial/libifdvpcd.so")
_SOCKET = "/run/pcscd/pcscd.comm"
_START_S = 20
_SLOTS = 2


def find_driver():
    for pattern in _DRIVERS:
        for path in glob.glob(pattern):
            return path
    return None


def find_daemon():
    return next((path for path in ("/usr/sbin/pcscd", "/usr/local/sbin/pcscd") if os.access(path, os.X_OK)), None)


def _reader_entry(number, name, driver):
    quoted = "".join(char for char in name if char not in '"\n')
    port = PORT + number * _SLOTS
    return (
        f'FRIENDLYNAME "{quoted}"\nDEVICENAME /dev/null:0x{port:X}\n'
        f"LIBPATH {driver}\nCHANNELID 0x{port:X}\n\n"
    )


class Pcscd:
    """names: one for each slot; a reader is named after its first. start() returns when clients can connect."""

    def __init__(self, names, directory="/run/bed", log=None):
        self._directory = pathlib.Path(directory)
        self._readers = names[::_SLOTS]
        self._log = log or self._directory / "pcscd.log"
        self._process = None

    def start(self):
        self._directory.mkdir(parents=True, exist_ok=True)
        config = self._directory / "reader.conf"
        config.write_text("".join(self._entries()), encoding="utf-8")
        with open(self._log, "ab") as log:
            command = [find_daemon(), "--foreground", "--debug", "--config", str(config)]
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        until = time.monotonic() + _START_S
        while not os.path.exists(_SOCKET):
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"pcscd did not start: {self._tail()}")
            time.sleep(0.01)

    def _entries(self):
        for number, name in enumerate(self._readers):
            # vpcd keeps its slots in global variables: each reader needs a library of its own.
            driver = self._directory / f"vpcd-{number}.so"
            shutil.copyfile(find_driver(), driver)
            yield _reader_entry(number, name, driver)

    def _tail(self):
        return pathlib.Path(self._log).read_text(errors="replace")[-2000:]

    @property
    def pid(self):
        return self._process.pid if self._process else None

    def stop(self):
        if self._process and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None
