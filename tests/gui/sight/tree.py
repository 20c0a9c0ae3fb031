# SPDX-License-Identifier: Apache-2.0
"""The accessible elements of all programs, through AT-SPI, as a screen reader has them."""

import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

# Whatever may make an element appear, vanish or change.
_EVENTS = (
    "object:state-changed",
    "object:children-changed",
    "object:text-changed",
    "object:property-change",
    "object:visible-data-changed",
    "window",
)
# A program that ends or hangs sends no event: look again after so long.
_PAUSE_MAX_S = 2
_LOOK_AGAIN_MS = 300
_ELEMENTS_MAX = 4000


class NotSeen(Exception):
    """No element is as asked for."""


def start():
    """Asks to be told of changes."""
    Atspi.init()
    listener = Atspi.EventListener.new(lambda *_: None, None)
    for event in _EVENTS:
        listener.register(event)
    return listener


def _children(element):
    try:
        count = min(element.get_child_count(), 500)
    except GLib.Error:
        return
    for number in range(count):
        try:
            child = element.get_child_at_index(number)
        except GLib.Error:
            return
        if child:
            yield child


def walk(element=None, depth=0):
    """(depth, element) of everything below an element, or of all programs."""
    stack = [(depth, child) for child in _children(element or Atspi.get_desktop(0))]
    stack.reverse()
    seen = 0
    while stack and seen < _ELEMENTS_MAX:
        depth, element = stack.pop()
        seen += 1
        yield depth, element
        stack.extend(reversed([(depth + 1, child) for child in _children(element)]))


def states(element):
    return {state.value_nick for state in element.get_state_set().get_states()}


def _contains(text, parts):
    """One after the other."""
    at = 0
    for part in parts:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


class Wanted:
    """What an element has to be: the parts of its name or text, one after the other (with exact all of it); its role; its
    states; its program's name."""

    def __init__(self, parts=(), role=None, state=(), program=None, exact=False):
        self.parts, self.role, self.state, self.program, self.exact = parts, role, {"showing", *state}, program, exact

    def _named(self, element):
        text = element.get_text_iface()
        for said in (element.get_name(), element.get_description(), text and Atspi.Text.get_text(text, 0, -1)):
            if said and (said == "".join(self.parts) if self.exact else _contains(said, self.parts)):
                return True
        return not any(self.parts)

    def fits(self, element):
        try:
            if self.role and element.get_role_name() != self.role:
                return False
            if self.program and self.program not in (element.get_application().get_name() or ""):
                return False
            return self.state <= states(element) and self._named(element)
        except (GLib.Error, AttributeError):
            return False  # it went while it was looked at

    def __str__(self):
        parts = {"role": self.role, "state": " ".join(sorted(self.state - {"showing"})), "program": self.program}
        said = " ... ".join(map(repr, self.parts))
        return " ".join([said, *(f"{name} {value}" for name, value in parts.items() if value)])


def find(wanted):
    return next((element for _, element in walk() if wanted.fits(element)), None)


def count(wanted):
    return sum(wanted.fits(element) for _, element in walk())


def _until_something_changes():
    context = GLib.MainContext.default()
    source = GLib.timeout_source_new(_LOOK_AGAIN_MS)
    source.attach(context)
    context.iteration(True)
    while context.iteration(False):
        pass
    source.destroy()


def wait(wanted, limit_s, gone=False):
    """The element, once it is there; with gone, once there is none."""
    until = time.monotonic() + limit_s
    while True:
        began = time.monotonic()
        element = find(wanted)
        if (element is None) == gone:
            return element
        if time.monotonic() > until:
            raise NotSeen(f"after {limit_s:g} s {'still there' if gone else 'not there'}: {wanted}")
        # Who is looked at does half the work of a look, and shall have time for its own: in an emulated machine a look is long.
        time.sleep(min(time.monotonic() - began, _PAUSE_MAX_S))
        _until_something_changes()


def middle(element):
    """Where to click on it."""
    box = element.get_component_iface().get_extents(Atspi.CoordType.SCREEN)
    return box.x + box.width // 2, box.y + box.height // 2


def box(element):
    extents = element.get_component_iface().get_extents(Atspi.CoordType.SCREEN)
    return extents.x, extents.y, extents.width, extents.height


def focused():
    """What the keyboard works on: the element with the focus in the active window."""
    for _, window in walk():
        if window.get_role_name() in ("frame", "dialog", "alert", "window") and "active" in states(window):
            return next((element for _, element in walk(window) if "focused" in states(element)), window)
    return None


def describe(element):
    """One line: role, name, description, text, states that differ between elements."""
    name, about = element.get_name(), element.get_description()
    text = element.get_text_iface()
    words = [element.get_role_name(), repr(name or "")]
    if about:
        words.append(f"({about})")
    if text and not name:
        words.append(f"text {Atspi.Text.get_text(text, 0, 400)!r}")
    notable = states(element) & {"focused", "focusable", "checked", "expanded", "active"}
    if "sensitive" not in states(element):
        notable.add("insensitive")
    return " ".join(words + sorted(notable))


def dump(program=None):
    """The tree of what is to be seen, a line each."""
    lines = []
    for depth, element in walk():
        try:
            if program and program not in (element.get_application().get_name() or ""):
                continue
            if depth == 0 or "showing" in states(element):
                lines.append("  " * depth + describe(element))
        except (GLib.Error, AttributeError):
            continue
    return "\n".join(lines)


def unnamed(program):
    """What a screen reader could not name: elements that take the focus and have neither a name nor a label."""
    for _, element in walk():
        try:
            if program not in (element.get_application().get_name() or ""):
                continue
            frame = element.get_role_name() in ("scroll pane", "viewport")  # what is in it has the name
            if not frame and {"showing", "focusable", "sensitive"} <= states(element) and not element.get_name():
                labels = [relation.get_relation_type() for relation in element.get_relation_set()]
                if Atspi.RelationType.LABELLED_BY not in labels:
                    yield describe(element)
        except (GLib.Error, AttributeError):
            continue
