# SPDX-License-Identifier: Apache-2.0
"""The specification of a virtual key, from JSON or from FIELD=VALUE,... on a command line."""

import dataclasses
import json
import pathlib
from dataclasses import dataclass, field

# Certificates as SLOT:ALGORITHM:VALIDITY:SUBJECT.
SETS = {
    "mixed": [
        "9A:rsa:valid:CN=张伟,O=中国轻工业联合会,C=CN",
        "9C:ec:valid:CN=李娜,O=中国轻工业联合会,C=CN",
        "9D:rsa:near:CN=王芳,O=北京某某轻工有限公司,L=北京,C=CN",
        "9E:ec:expired:CN=刘洋,O=上海某某制笔有限公司,L=上海,C=CN",
    ],
    "one": ["9A:rsa:valid:CN=张伟,O=中国轻工业联合会,C=CN"],
    "ec": ["9A:ec:valid:CN=赵敏,O=中国轻工业联合会,C=CN"],
    "near": ["9A:rsa:near:CN=王芳,O=北京某某轻工有限公司,C=CN"],
    "expired": ["9A:rsa:expired:CN=刘洋,O=上海某某制笔有限公司,C=CN"],
    "future": ["9A:rsa:future:CN=陈静,O=中国轻工业联合会,C=CN"],
    "none": [],
}
SHAPES = ("ccid", "hid", "storage")


class SpecError(ValueError):
    """A specification that no key can be made of."""


@dataclass
class KeySpec:
    """Every field has a default. The README tells what each one means."""

    name: str = "key"
    plugged: bool = True
    # How it looks on USB.
    vid: int = 0x096E
    pid: int = 0x0807
    release: int = 0x0100
    shape: str = "ccid"
    manufacturer: str | None = "Virtual Keys"
    product: str | None = "Virtual PIV key"
    serial: str | None = None
    hub: int = 0
    # Its reader's name where pcscd takes it from a file (host).
    reader: str | None = None
    # What is on the card.
    card: bool = True
    certificates: list = field(default_factory=lambda: list(SETS["mixed"]))
    now: str | None = None
    atr: str | None = None
    discovery: bool = True
    pin: str = "111111"
    puk: str = "12345678"
    tries: int = 10
    tries_left: int | None = None
    puk_tries: int = 10
    puk_left: int | None = None
    # Faults: see apdu/trigger.py.
    fault: list = field(default_factory=list)
    delay: list = field(default_factory=list)
    unplug: list = field(default_factory=list)

    def __post_init__(self):
        if not self.name or not all(char.isalnum() or char in "-_." for char in self.name):
            raise SpecError(f"a key's name has letters, digits and -_. only: {self.name!r}")
        unknown = set(self.shape.split("+")) - set(SHAPES)
        if unknown:
            raise SpecError(f"unknown shape {'+'.join(sorted(unknown))}; shapes are {', '.join(SHAPES)}, joined by +")
        if not 0 <= self.vid <= 0xFFFF or not 0 <= self.pid <= 0xFFFF:
            raise SpecError(f"no USB id: {self.vid:x}:{self.pid:x}")


_FIELDS = {item.name: item for item in dataclasses.fields(KeySpec)}
_HEX = {"vid", "pid", "release"}
_WORDS = {"on": True, "yes": True, "true": True, "off": False, "no": False, "false": False}


def _converted(name, value):
    """A value of JSON or of the command line as the field's type."""
    kind = _FIELDS[name].type
    if name in _HEX:
        return int(value, 16) if isinstance(value, str) else value
    if name == "certificates" and isinstance(value, str):
        if value not in SETS:
            raise SpecError(f"unknown set of certificates {value}; sets are {', '.join(SETS)}")
        return list(SETS[value])
    if not isinstance(value, str):
        return value
    if kind is bool:
        if value.lower() not in _WORDS:
            raise SpecError(f"{name} is on or off, not {value}")
        return _WORDS[value.lower()]
    if kind in (int, int | None):
        return int(value)
    return [value] if kind is list else value


def from_mapping(values, name="key"):
    """A specification from the fields that are given; "id" stands for "vid:pid"."""
    values = {"name": name} | dict(values)
    if "id" in values:
        values["vid"], _, values["pid"] = values.pop("id").partition(":")
    unknown = sorted(set(values) - set(_FIELDS))
    if unknown:
        raise SpecError(f"a key has no field {unknown[0]}")
    try:
        return KeySpec(**{name: _converted(name, value) for name, value in values.items()})
    except (TypeError, ValueError) as error:
        raise SpecError(str(error)) from error


def parse(text, name="key"):
    """Takes a JSON object, @FILE with one, or FIELD=VALUE[,FIELD=VALUE...]; values there have no commas."""
    if text.startswith("@"):
        text = pathlib.Path(text[1:]).read_text(encoding="utf-8")
    if text.lstrip().startswith("{"):
        return from_mapping(json.loads(text), name)
    values = {}
    for item in filter(None, text.split(",")):
        field_name, equals, value = item.partition("=")
        if not equals:
            raise SpecError(f"FIELD=VALUE is wanted, not {item}")
        if field_name in ("fault", "delay", "unplug"):
            values.setdefault(field_name, []).append(value)
        else:
            values[field_name] = value
    return from_mapping(values, name)


def parse_all(texts):
    """One specification for each text, with names key1, key2, ... where none is given."""
    specs = [parse(text, f"key{number}") for number, text in enumerate(texts, 1)]
    names = [spec.name for spec in specs]
    if len(set(names)) != len(names):
        raise SpecError("two keys have the same name")
    return specs
