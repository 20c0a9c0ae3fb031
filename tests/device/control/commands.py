# SPDX-License-Identifier: Apache-2.0
"""The verb "ctl": requests to the bed around it, from a shell."""

import json
import os
import sys

from .client import Client, ControlError


def _say_key(key):
    tries = f" pin {key['pin_left']} puk {key['puk_left']}" if "pin_left" in key else ""
    print(f"{key['name']} {key['id']} {key['shape']} {'plugged' if key['plugged'] else 'unplugged'}{tries}")


def _list(client, _options):
    for key in client.ask("list")["keys"]:
        _say_key(key)


def _log_line(entry):
    if "event" in entry:
        return entry["event"]
    if "answer" in entry:
        return f"{entry['n']} {entry['command']} -> {entry['answer']} bytes, {entry['status']} ({entry['time_ms']} ms)"
    return f"{entry['n']} {entry['command']} -> {entry['status']}"


def _log(client, options):
    for name, entries in client.ask("log", keys=options.keys)["entries"].items():
        for entry in entries:
            print(json.dumps({"key": name} | entry) if options.json else f"{name}: {_log_line(entry)}")


def _arm(client, options):
    chosen = {"fault": options.fault, "delay": options.delay, "unplug": options.unplug}
    client.ask("arm", keys=options.keys, reset=options.reset, **chosen)


def _simple(name):
    return lambda client, options: client.ask(name, keys=options.keys)


def _add(client, options):
    _say_key(client.ask("add", spec=options.spec))


def _pcscd(client, options):
    print(client.ask("pcscd", action=options.action)["pid"] or "stopped")


def _hub(client, options):
    client.ask("hub", hub=options.hub)


def _shoot(client, options):
    client.ask("shoot", file=os.path.abspath(options.file))


def _asking(function):
    def run(options):
        try:
            with Client() as client:
                return function(client, options) or 0
        except (ControlError, OSError) as error:
            print(f"bed: {error}", file=sys.stderr)
            return 1

    return run


def register(verbs):
    parser = verbs.add_parser("ctl", help="ask the bed around this process")
    requests = parser.add_subparsers(required=True, metavar="REQUEST")

    def request(name, function, text, keys=True):
        sub = requests.add_parser(name, help=text)
        sub.set_defaults(run=_asking(function))
        if keys:
            sub.add_argument("keys", nargs="*", metavar="KEY", help="all keys when none is named")
        return sub

    request("list", _list, "the keys, and the tries that they have left", keys=False)
    request("plug", _simple("plug"), "plug keys in")
    request("unplug", _simple("unplug"), "pull keys out")
    request("clear", _simple("clear"), "empty the logs of APDUs")
    log = request("log", _log, "the APDUs and events so far")
    log.add_argument("--json", action="store_true")
    arm = request("arm", _arm, "set faults; a TRIGGER is N, INS.N, +N, +INS.N or *")
    arm.add_argument("--fault", action="append", default=[], metavar="TRIGGER:STATUS")
    arm.add_argument("--delay", action="append", default=[], metavar="TRIGGER:MILLISECONDS")
    arm.add_argument("--unplug", action="append", default=[], metavar="TRIGGER")
    arm.add_argument("--reset", action="store_true", help="take away what was set before")
    request("add", _add, "one more key", keys=False).add_argument("spec")
    request("pcscd", _pcscd, "the daemon of the host bed", keys=False).add_argument("action", choices=["stop", "start", "pid"])
    request("shoot", _shoot, "a picture of a desktop guest's screen", keys=False).add_argument("file")
    request("hub", _hub, "pull a hub of the guest bed out", keys=False).add_argument("hub", type=int)
