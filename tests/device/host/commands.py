# SPDX-License-Identifier: Apache-2.0
"""The verb "run", outside the namespaces and inside them."""

import importlib.util
import os
import shutil
import sys

from key import spec as key_spec

from . import namespace, pcscd

SKIP = 77


def _missing():
    """Why the host bed cannot run on this machine, or None."""
    if importlib.util.find_spec("cryptography") is None:
        return "python3-cryptography is not installed"
    if pcscd.find_daemon() is None:
        return "pcscd is not installed"
    if pcscd.find_driver() is None:
        return "vsmartcard-vpcd is not installed"
    if shutil.which("unshare") is None or not namespace.possible():
        return "this user cannot make namespaces here"
    return None


def _outside(options):
    key_spec.parse_all(options.key)
    reason = _missing()
    if reason:
        print(f"skipped: {reason}")
        return SKIP
    if not options.command:
        print("bed run: a command is missing", file=sys.stderr)
        return 2
    log = ["--log", os.path.abspath(options.log)] if options.log else []
    keys = [f"--key={text}" for text in options.key]
    inner = [sys.executable, options.program, "inside", f"--spare={options.spare}", *log, *keys, "--", *options.command]
    namespace.become(inner)


def _inside(options):
    from . import bed  # only here: it needs more than every machine has

    specs = key_spec.parse_all(options.key)
    return bed.run(specs, options.command, spare=options.spare, log=options.log)


def _arguments(parser):
    parser.add_argument("--key", action="append", default=[], metavar="SPEC", help="FIELD=VALUE,..., JSON, or @FILE with JSON")
    parser.add_argument("--spare", type=int, default=0, metavar="N", help="so many more slots, for keys added later")
    parser.add_argument("--log", metavar="FILE", help="where pcscd writes its log")
    parser.add_argument("command", nargs="*", metavar="COMMAND")


def register(verbs, program):
    outside = verbs.add_parser("run", help="run a command with virtual keys on this machine")
    _arguments(outside)
    outside.set_defaults(run=_outside, program=program)
    inside = verbs.add_parser("inside")
    _arguments(inside)
    inside.set_defaults(run=_inside)
