#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: site-browser.py CHROMIUM PAGE OUTPUT [WIDTH...]

Loads the page in headless Chromium at these widths, in both languages, light, dark and printed, and measures what is really
shown: that nothing is wider than the window, that exactly one language is visible, that every text has the contrast that it
needs, that the focus is seen, and that nothing but the page is loaded. Screenshots are left in OUTPUT. Speaks the DevTools
protocol over a pipe, so the page itself stays without script. Exit status 77: Chromium does not run here.
"""
import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile

MEASURE = r"""
(() => {
  const shown = element => element.getClientRects().length > 0;
  const faults = [];
  const width = document.documentElement.clientWidth;
  const name = element => element.tagName.toLowerCase() + (element.className ? '.' + (element.className.baseVal ?? element.className) : '') +
    ' "' + element.textContent.trim().slice(0, 30) + '"';
  if (document.documentElement.scrollWidth > width) faults.push('the page scrolls sideways: ' + document.documentElement.scrollWidth + ' > ' + width);
  for (const element of document.body.querySelectorAll('main *')) {
    const box = element.getBoundingClientRect();
    const clipped = getComputedStyle(element.closest('thead') ?? element).clipPath !== 'none';
    if (shown(element) && !clipped && (box.right > width + 0.5 || box.left < -0.5)) faults.push('sticks out: ' + name(element));
    if (shown(element) && !clipped && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 &&
        getComputedStyle(element).display !== 'inline') faults.push('is cut off: ' + name(element));
  }
  const channel = value => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const parse = color => (color.match(/[\d.]+/g) ?? []).map(Number);
  const ground = element => {
    for (; element; element = element.parentElement) {
      const color = parse(getComputedStyle(element).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  let least = 21, texts = 0;
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !shown(element)) continue;
    const pair = [luminance(parse(getComputedStyle(element).color)), luminance(ground(element))].sort((a, b) => b - a);
    const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
    texts++;
    least = Math.min(least, contrast);
    if (contrast < 4.5) faults.push('contrast ' + contrast.toFixed(2) + ': ' + name(element));
  }
  const visible = [...document.querySelectorAll('article')].filter(shown).map(article => article.lang);
  const small = [...document.querySelectorAll('a.button, .switch a')].filter(shown)
    .filter(link => link.getBoundingClientRect().height < 24 || link.getBoundingClientRect().width < 24);
  for (const link of small) faults.push('too small to hit: ' + name(link));
  return {faults, visible, texts, least, width, height: document.documentElement.scrollHeight};
})()
"""

FOCUS = r"""
(() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  return {text: element.textContent.trim(), seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2};
})()
"""

LINKS = "[...document.querySelectorAll('a')].filter(link => link.getClientRects().length).map(link => link.textContent.trim())"


class Browser:
    """Chromium with a DevTools pipe: it reads from descriptor 3 and writes to 4, messages end with NUL."""

    def __init__(self, chromium, profile):
        to_child, self.out = os.pipe()
        self.into, from_child = os.pipe()
        for descriptor in (to_child, from_child):
            os.set_inheritable(descriptor, True)

        def place():
            # Via numbers that neither target can be.
            source, sink = os.dup(to_child), os.dup(from_child)
            high_source, high_sink = os.dup2(source, 100), os.dup2(sink, 101)
            os.dup2(high_source, 3)
            os.dup2(high_sink, 4)

        self.process = subprocess.Popen(
            [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--remote-debugging-pipe", f"--user-data-dir={profile}", "--hide-scrollbars", "--disable-extensions",
             "--disable-background-networking", "--disable-component-update", "about:blank"],
            preexec_fn=place, close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(to_child)
        os.close(from_child)
        self.buffer, self.number, self.events, self.session = b"", 0, [], None

    def read(self):
        while b"\0" not in self.buffer:
            block = os.read(self.into, 1 << 16)
            if not block:
                raise EOFError
            self.buffer += block
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **parameters):
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.out, json.dumps(request).encode() + b"\0")
        while True:
            message = self.read()
            if message.get("id") == self.number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def wait(self, method):
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.read())

    def attach(self):
        targets = self.call("Target.getTargets")["targetInfos"]
        page = next(target for target in targets if target["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)

    def open(self, address):
        # By way of an empty page, so that an address that differs in its fragment only is loaded, too.
        for target in ("about:blank", address):
            self.events = []
            self.call("Page.navigate", url=target)
            self.wait("Page.loadEventFired")

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"])
        return result["result"].get("value")

    def press(self, key, code):
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    def screenshot(self, path):
        image = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(image["data"]))

    def requests(self):
        return [event["params"]["request"]["url"] for event in self.events
                if event.get("method") == "Network.requestWillBeSent"]

    def complaints(self):
        return [event["params"]["entry"]["text"] for event in self.events if event.get("method") == "Log.entryAdded"]

    def close(self):
        os.close(self.out)
        self.process.terminate()
        self.process.wait()


def walk_by_keyboard(browser):
    """The Tab key reaches every link that is shown, in their order, and each shows that it has the focus."""
    faults = []
    for link in browser.evaluate(LINKS):
        browser.press("Tab", 9)
        focus = browser.evaluate(FOCUS)
        if focus["text"] != link:
            faults.append(f"the Tab key leads to '{focus['text']}', not to '{link}'")
        elif not focus["seen"]:
            faults.append(f"its focus is not seen: {link}")
    browser.evaluate("document.activeElement.blur()")
    browser.evaluate("window.scrollTo(0, 0)")
    return faults


def view(browser, page, output, width, language, scheme, faults):
    """One view of the page; returns what was measured."""
    label = f"{width}-{language}-{scheme}"
    browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600)
    media = "print" if scheme == "print" else "screen"
    browser.call("Emulation.setEmulatedMedia", media=media,
                 features=[{"name": "prefers-color-scheme", "value": "dark" if scheme == "dark" else "light"}])
    address = page.as_uri() + ("#en" if language == "en" else "")
    browser.open(address)
    found = browser.evaluate(MEASURE)
    loaded = [request for request in browser.requests() if not request.startswith((page.as_uri(), "data:"))]
    faults += [f"{label}: {fault}" for fault in found["faults"]]
    faults += [f"{label}: loads {request}" for request in loaded]
    faults += [f"{label}: {complaint}" for complaint in browser.complaints()]
    if found["visible"] != ["en" if language == "en" else "zh-CN"]:
        faults.append(f"{label}: shows {found['visible']}")
    if found["texts"] < 60:
        faults.append(f"{label}: shows only {found['texts']} pieces of text")
    if scheme != "print":
        faults += [f"{label}: {fault}" for fault in walk_by_keyboard(browser)]
    browser.screenshot(output / f"{label}.png")
    return found


def follow_switch(browser, page, faults):
    """The switch works by a click, forth and back, from anywhere in the page, with scripts switched off."""
    browser.call("Emulation.setDeviceMetricsOverride", width=1280, height=900, deviceScaleFactor=1, mobile=False)
    browser.call("Emulation.setEmulatedMedia", media="screen", features=[])
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(page.as_uri())
    for wanted in ("en", "zh-CN"):
        place = browser.evaluate("(() => { const box = [...document.querySelectorAll('.switch a')].find(a => a.getClientRects().length)"
                                 ".getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; })()")
        for kind in ("mousePressed", "mouseReleased"):
            browser.call("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)
        state = browser.evaluate("[[...document.querySelectorAll('article')].filter(a => a.getClientRects().length).map(a => a.lang).join(),"
                                 " window.scrollY]")
        if state != [wanted, 0]:
            faults.append(f"the switch to {wanted} led to {state}")
    browser.call("Emulation.setScriptExecutionDisabled", value=False)


def main():
    chromium, page, output = sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), pathlib.Path(sys.argv[3])
    output.mkdir(parents=True, exist_ok=True)
    faults = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(chromium, profile)
        try:
            browser.attach()
        except EOFError:
            print("skipped: Chromium does not start here")
            return 77
        for width in [int(word) for word in sys.argv[4:]] or [1280, 768, 360]:
            for language in ("zh", "en"):
                for scheme in ("light", "dark", "print"):
                    found = view(browser, page, output, width, language, scheme, faults)
                    print(f"{width:5} {language} {scheme:5}: {found['texts']} texts, {found['height']} px high, "
                          f"least contrast {found['least']:.1f}")
        follow_switch(browser, page, faults)
        browser.call("Emulation.setEmulatedMedia", media="", features=[])
        browser.open(page.as_uri())
        paper = browser.call("Page.printToPDF", preferCSSPageSize=True)
        (output / "zh.pdf").write_bytes(base64.b64decode(paper["data"]))
        browser.close()
    for fault in faults:
        print(f"FAULT {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
