# SPDX-License-Identifier: Apache-2.0
"""When a knob acts: at the N-th APDU since the key was plugged in, or at the N-th with one instruction."""

from dataclasses import dataclass, field


@dataclass
class Trigger:
    """Text forms: "12" (the twelfth APDU), "87.2" (the second GENERAL AUTHENTICATE), "+3" (the third from now), "*" (each)."""

    count: int | None
    ins: int | None = None
    relative: bool = False
    _seen: int = field(default=0, repr=False)

    @classmethod
    def parse(cls, text):
        text = str(text)
        if text == "*":
            return cls(None)
        head, dot, tail = text.rpartition(".")
        ins = int(head.lstrip("+"), 16) if dot else None
        relative = text.startswith("+")
        count = int(tail.lstrip("+"))
        if count < 1 or (ins is not None and not 0 <= ins <= 0xFF):
            raise ValueError(f"no trigger: {text}")
        return cls(count, ins, relative)

    def reset(self):
        """The key was plugged in (again)."""
        if not self.relative:
            self._seen = 0

    def hits(self, ins):
        """Counts this APDU; True when it is the one."""
        if self.count is None:
            return True
        if self.ins not in (None, ins):
            return False
        self._seen += 1
        return self._seen == self.count


@dataclass
class Knobs:
    """Faults of a card: what to answer instead, how long to wait, when to be pulled out."""

    faults: list = field(default_factory=list)  # (Trigger, status word)
    delays: list = field(default_factory=list)  # (Trigger, seconds)
    unplugs: list = field(default_factory=list)  # Trigger

    @classmethod
    def parse(cls, fault=(), delay=(), unplug=()):
        """Lists of "TRIGGER:STATUS" (hex), "TRIGGER:MILLISECONDS" and "TRIGGER"; a string stands for a list of one."""
        knobs = cls()
        for text in _listed(fault):
            when, _, status = str(text).rpartition(":")
            knobs.faults.append((Trigger.parse(when), int(status, 16)))
        for text in _listed(delay):
            when, _, time_ms = str(text).rpartition(":")
            knobs.delays.append((Trigger.parse(when), int(time_ms) / 1000))
        knobs.unplugs = [Trigger.parse(text) for text in _listed(unplug)]
        return knobs

    def add(self, other):
        self.faults += other.faults
        self.delays += other.delays
        self.unplugs += other.unplugs

    def reset(self):
        for trigger in [when for when, _ in self.faults + self.delays] + self.unplugs:
            trigger.reset()

    def at(self, ins):
        """What this APDU meets: (status word or None, seconds, whether the key is pulled out)."""
        statuses = [status for when, status in self.faults if when.hits(ins)]
        seconds = sum(time for when, time in self.delays if when.hits(ins))
        pulled = [when for when in self.unplugs if when.hits(ins)]
        return (statuses[0] if statuses else None), seconds, bool(pulled)


def _listed(value):
    return [value] if isinstance(value, (str, int)) else value
