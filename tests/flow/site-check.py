#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: site-check.py PAGE INSTALLER...

Reads the download page with a parser: nothing is loaded from elsewhere, there is no script, every address is http, https or a
file beside the page, headings and languages are in order, both languages tell the same of every installer, and what they tell
is true. Prints the command by which the page lets a file be checked, one a line.
"""
import hashlib
import html.parser
import pathlib
import sys

EMPTY = {"meta", "link", "br", "hr", "img", "input", "use", "path", "rect"}
REFERENCES = {"href", "src", "srcset", "action", "data", "poster", "background", "ping", "formaction", "xlink:href"}


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.faults, self.stack, self.ids, self.labels = [], [], [], []
        self.headings, self.texts, self.addresses, self.commands = [], {"zh-CN": [], "en": []}, [], []
        self.language, self.in_command = None, False

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag in ("script", "iframe", "object", "embed", "form", "link", "base", "img"):
            self.faults.append(f"has <{tag}>")
        for name, value in attributes.items():
            if name.startswith("on") or name == "style":
                self.faults.append(f"<{tag}> has {name}")
            if name in REFERENCES:
                self.addresses.append(value)
                if not value.startswith(("#", "./", "http://", "https://")):
                    self.faults.append(f"<{tag}> leads to {value}")
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if "aria-labelledby" in attributes:
            self.labels.append(attributes["aria-labelledby"])
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append((self.language, int(tag[1])))
        if tag == "article":
            self.language = attributes.get("lang")
        if tag == "th" and attributes.get("scope") not in ("row", "col"):
            self.faults.append("a <th> has no scope")
        if tag == "pre":
            self.in_command = True
        if tag not in EMPTY:
            self.stack.append(tag)

    def handle_endtag(self, tag):
        if tag in EMPTY:
            return
        if not self.stack or self.stack.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")
        if tag == "article":
            self.language = None
        if tag == "pre":
            self.in_command = False

    def handle_data(self, data):
        if self.language and data.strip():
            self.texts[self.language].append(data)
        if self.in_command and "sha256sum" in data:
            self.commands += [line for line in data.splitlines() if "sha256sum" in line]


def check_headings(page):
    """One h1 a language, and no level left out."""
    for language in ("zh-CN", "en"):
        levels = [level for where, level in page.headings if where == language]
        if levels[:1] != [1] or levels.count(1) != 1:
            page.faults.append(f"{language} has not exactly one h1 in front")
        if any(after > before + 1 for before, after in zip(levels, levels[1:])):
            page.faults.append(f"{language} leaves out a level of headings")
    if [level for where, level in page.headings if where == "en"] != \
       [level for where, level in page.headings if where == "zh-CN"]:
        page.faults.append("the languages have other headings")


def check_installers(page, paths):
    for path in paths:
        content = pathlib.Path(path).read_bytes()
        name = pathlib.Path(path).name
        wanted = [name, hashlib.sha256(content).hexdigest(), f"{len(content):,}"]
        for language, texts in page.texts.items():
            whole = "\n".join(texts)
            page.faults += [f"{language} does not say {text}" for text in wanted if text not in whole]
        if not any(address.endswith("/" + name) for address in page.addresses):
            page.faults.append(f"nothing leads to {name}")


def main():
    text = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
    page = Page()
    page.feed(text)
    page.close()
    check_headings(page)
    check_installers(page, sys.argv[2:])
    if page.stack:
        page.faults.append(f"never closed: {page.stack}")
    if len(set(page.ids)) != len(page.ids):
        page.faults.append("an id is there twice")
    page.faults += [f"no id {label}" for label in page.labels if label not in page.ids]
    if "{{" in text or "url(" in text or "@import" in text:
        page.faults.append("a mark of the template is left, or the style loads something")
    for fault in page.faults:
        print(f"FAULT {fault}", file=sys.stderr)
    print("\n".join(dict.fromkeys(page.commands)))
    return 1 if page.faults else 0


if __name__ == "__main__":
    sys.exit(main())
