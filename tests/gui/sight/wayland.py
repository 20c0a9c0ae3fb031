# SPDX-License-Identifier: Apache-2.0
"""The same as hands.py under sway, without any X server: keyboard (wtype), pictures (grim), windows. A program is not told there
where on the screen it is, so that elements are clicked on by what they offer to a screen reader. The compositor's own keys
(alt+F4) work; GTK does not hear those of a keyboard that has just come."""

import json
import subprocess
import time

# The keyboard comes and goes with each press, and no window has the focus without one: programs take note of it first.
_NOTICE_MS = "300"
_MODIFIERS = {"ctrl": "ctrl", "alt": "alt", "shift": "shift", "super": "logo"}


def activate(element):
    """As a screen reader does it."""
    action = element.get_action_iface()
    if action is None or not action.do_action(0):
        raise LookupError(f"it offers nothing to do: {element.get_name()!r}")


def _windows(node):
    if node.get("app_id"):
        yield node
    for child in node["nodes"] + node["floating_nodes"]:
        yield from _windows(child)


def window(title, limit_s):
    """Waits for a window with that title; x, y, width, height, with its frame."""
    until = time.monotonic() + limit_s
    while True:
        tree = subprocess.run(["swaymsg", "--raw", "--type", "get_tree"], check=True, capture_output=True, text=True).stdout
        for node in _windows(json.loads(tree)):
            if title in (node["name"] or ""):
                rect, bar = node["rect"], node["deco_rect"]["height"]
                return rect["x"], rect["y"] - bar, rect["width"], rect["height"] + bar
        if time.monotonic() > until:
            raise LookupError(f"after {limit_s:g} s no window: {title}")
        time.sleep(0.05)


def press(keys):
    words = ["-s", _NOTICE_MS]
    for key in keys:
        *modifiers, name = key.split("+")
        held = [_MODIFIERS[modifier] for modifier in modifiers]
        words += [word for modifier in held for word in ("-M", modifier)]
        words += ["-k", name]
        words += [word for modifier in held for word in ("-m", modifier)]
    subprocess.run(["wtype", *words, "-s", _NOTICE_MS], check=True)


def write(text):
    subprocess.run(["wtype", "-s", _NOTICE_MS, "-d", "30", text], check=True)


def shoot(path):
    subprocess.run(["grim", path], check=True)
    return path
