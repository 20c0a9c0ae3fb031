# SPDX-License-Identifier: Apache-2.0
"""What beds have in common: named keys, each a card on a line, and the requests that a test may send."""

import json
import threading

from apdu.trigger import Knobs
from key import spec as key_spec
from key.make import make_card


class Key:
    """A virtual key: specification, card (None where there is none) and line."""

    def __init__(self, spec, card, line):
        self.spec, self.card, self.line = spec, card, line

    def describe(self):
        usb = f"{self.spec.vid:04x}:{self.spec.pid:04x}"
        about = {"name": self.spec.name, "id": usb, "shape": self.spec.shape, "plugged": self.line.plugged}
        if self.card:
            pin, puk = self.card.applet.pin, self.card.applet.puk
            about |= {"pin_left": pin.tries_left, "puk_left": puk.tries_left}
        return about


class Bed:
    """A subclass gives make_line(spec, card), and more requests as methods whose name begins with "do_"."""

    def __init__(self):
        self.keys = {}
        self._lock = threading.Lock()

    def make_line(self, spec, card):
        raise NotImplementedError

    def add(self, spec):
        """Makes a key; plugs it in if it is to be."""
        if spec.name in self.keys:
            raise ValueError(f"there is a key {spec.name} already")
        card = make_card(spec) if spec.card else None
        key = self.keys[spec.name] = Key(spec, card, self.make_line(spec, card))
        if spec.plugged:
            key.line.plug()
        return key

    def _chosen(self, request):
        """The keys that a request names; all of them when it names none."""
        names = request.get("keys") or list(self.keys)
        unknown = [name for name in names if name not in self.keys]
        if unknown:
            raise ValueError(f"there is no key {unknown[0]}")
        return [self.keys[name] for name in names]

    def do_list(self, _request):
        return {"keys": [key.describe() for key in self.keys.values()]}

    def do_plug(self, request):
        for key in self._chosen(request):
            key.line.plug()
        return {}

    def do_unplug(self, request):
        for key in self._chosen(request):
            key.line.unplug()
        return {}

    def do_log(self, request):
        return {"entries": {key.spec.name: key.card.log.entries() for key in self._chosen(request) if key.card}}

    def do_clear(self, request):
        for key in self._chosen(request):
            if key.card:
                key.card.log.clear()
        return {}

    def do_arm(self, request):
        """Adds faults, delays and pulls; "reset": true takes all earlier ones away first."""
        for key in self._chosen(request):
            knobs = Knobs.parse(request.get("fault", ()), request.get("delay", ()), request.get("unplug", ()))
            if request.get("reset"):
                key.card.knobs = knobs
            else:
                key.card.knobs.add(knobs)
        return {}

    def do_add(self, request):
        return self.add(key_spec.parse(request["spec"], f"key{len(self.keys) + 1}")).describe()

    def answer(self, line):
        """The answer to a request, both JSON text; never raises."""
        try:
            request = json.loads(line)
            handler = getattr(self, f"do_{request.get('do')}", None)
            if handler is None:
                raise ValueError(f"unknown request: {request.get('do')}")
            return json.dumps({"ok": True} | handler(request), ensure_ascii=False)
        except Exception as error:  # what goes wrong belongs to the one who asked
            return json.dumps({"ok": False, "error": f"{type(error).__name__}: {error}"}, ensure_ascii=False)

    def unplug_all(self):
        for key in self.keys.values():
            key.line.unplug()
