# SPDX-License-Identifier: Apache-2.0
"""Pointer and keyboard, through the X server, as if a person moved them; pictures of the screen."""

import os
import subprocess


def _xdotool(*words):
    subprocess.run(["xdotool", *map(str, words)], check=True)


def click(place, times=1):
    # AT-SPI counts in a program's own pixels, the X server in the screen's.
    scale = int(os.environ.get("GDK_SCALE", "1"))
    x, y = (value * scale for value in place)
    # Not with --sync: where the pointer is there already, that waits 15 s for it to move.
    _xdotool("mousemove", x, y, "click", *(["--repeat", times, "--delay", 80] if times > 1 else []), 1)


def window(title, limit_s):
    """Waits for a window with that title; x, y, width, height. For programs that no screen reader can see."""
    search = ["xdotool", "search", "--sync", "--onlyvisible", "--limit", "1", "--name", title]
    try:
        number = subprocess.run(search, check=True, capture_output=True, text=True, timeout=limit_s).stdout.split()[0]
    except subprocess.TimeoutExpired:
        raise LookupError(f"after {limit_s:g} s no window: {title}") from None
    said = subprocess.run(["xdotool", "getwindowgeometry", "--shell", number], check=True, capture_output=True, text=True).stdout
    values = dict(line.split("=") for line in said.split())
    scale = int(os.environ.get("GDK_SCALE", "1"))
    return tuple(int(values[name]) // scale for name in ("X", "Y", "WIDTH", "HEIGHT"))


def press(keys):
    _xdotool("key", "--clearmodifiers", "--delay", 40, *keys)


def write(text):
    _xdotool("type", "--clearmodifiers", "--delay", 30, text)


def shoot(path):
    """The whole screen as a PNG file."""
    import gi

    gi.require_version("Gdk", "3.0")
    from gi.repository import Gdk

    Gdk.init([])
    root = Gdk.get_default_root_window()
    scale = root.get_scale_factor()
    Gdk.pixbuf_get_from_window(root, 0, 0, root.get_width(), root.get_height()).savev(path, "png", [], [])
    return f"{root.get_width() * scale}x{root.get_height() * scale}"
