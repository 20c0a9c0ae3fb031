# SPDX-License-Identifier: Apache-2.0
"""What works a session's screen: it runs in the session and does what "screen" asks for."""

import argparse
import os
import pathlib
import socket
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from sight import tree  # noqa: E402
from sight.words import Words  # noqa: E402

if os.environ.get("WAYLAND_DISPLAY"):
    from sight import wayland as hands
else:
    from sight import hands


class Parser(argparse.ArgumentParser):
    def error(self, message):
        raise ValueError(message)


def parser():
    top = Parser(prog="screen", add_help=False)
    verbs = top.add_subparsers(required=True, dest="verb")
    for name in ("wait", "click", "double", "count"):
        verb = verbs.add_parser(name)
        verb.add_argument("name", nargs="?", default="", help="a part of the element's name")
        verb.add_argument("--exact", action="store_true", help="the whole of it")
        verb.add_argument("--role", help="as AT-SPI names it: push button, frame, label, icon, ...")
        verb.add_argument("--state", action="append", default=[], help="sensitive, focused, checked, ...")
        verb.add_argument("--program")
        verb.add_argument("--limit", type=float, default=20, metavar="SECONDS")
        verb.add_argument("--gone", action="store_true")
        verb.add_argument("--at", metavar="X,Y")
        verb.add_argument("--window", metavar="TITLE")
    verb = verbs.add_parser("window")
    verb.add_argument("title")
    verb.add_argument("--limit", type=float, default=20, metavar="SECONDS")
    verbs.add_parser("press").add_argument("keys", nargs="+")
    verbs.add_parser("type").add_argument("text")
    verbs.add_parser("focus")
    verbs.add_parser("language").add_argument("language", choices=["zh", "en"])
    verbs.add_parser("dump").add_argument("program", nargs="?")
    verbs.add_parser("unnamed").add_argument("program")
    verbs.add_parser("shoot").add_argument("file")
    return top


def wanted(options, words):
    return tree.Wanted(words.parts(options.name), options.role, options.state, options.program, options.exact)


def await_element(options, words):
    return tree.wait(wanted(options, words), options.limit, options.gone)


def point(options, words):
    """Where to click."""
    if options.at:
        x, y = (int(number) for number in options.at.split(","))
        left, top = hands.window(options.window, options.limit)[:2] if options.window else (0, 0)
        return left + x, top + y
    return tree.middle(await_element(options, words))


def click(options, words):
    if hasattr(hands, "activate"):
        hands.activate(await_element(options, words))
        return None
    place = point(options, words)
    hands.click(place, 2 if options.verb == "double" else 1)
    return "{},{}".format(*place)


def act(options, words):
    """Does it; what there is to say of it."""
    if options.verb == "wait":
        element = await_element(options, words)
        return "" if element is None else f"{','.join(map(str, tree.box(element)))} {tree.describe(element)}"
    if options.verb == "count":
        return str(tree.count(wanted(options, words)))
    if options.verb in ("click", "double"):
        return click(options, words)
    if options.verb == "language":
        words.chinese = options.language == "zh"
        return None
    if options.verb == "window":
        return ",".join(map(str, hands.window(options.title, options.limit)))
    if options.verb == "focus":
        element = tree.focused()
        return tree.describe(element) if element else "nothing"
    if options.verb == "dump":
        return tree.dump(options.program)
    if options.verb == "unnamed":
        return "\n".join(tree.unnamed(options.program))
    if options.verb == "shoot":
        return hands.shoot(options.file)
    return hands.press(options.keys) if options.verb == "press" else hands.write(options.text)


def answer(words, sentences):
    try:
        return "yes", act(parser().parse_args(words), sentences) or ""
    except Exception as error:  # what goes wrong belongs to the one who asked
        return "no", f"{type(error).__name__}: {error}"


def serve():
    sentences = Words(os.environ.get("CERTENV_WORDS"), os.environ.get("LANG", "").startswith("zh"))
    listener = tree.start()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(os.environ.get("CERTENV_SCREEN", "/run/bed/screen"))
        server.listen()
        while True:
            connection, _ = server.accept()
            with connection, connection.makefile("rw", encoding="utf-8") as stream:
                try:
                    stream.write("\n".join(answer(stream.read().split("\0"), sentences)))
                    stream.flush()
                except (BrokenPipeError, ConnectionResetError):
                    pass  # who asked has given up
    return listener


sys.exit(serve())
