#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A web server on loopback that misbehaves on request: the first part of a path says how.

Usage: http-server.py FILE LOG [USER:PASSWORD [CERTIFICATE KEY]]

Every path ends in FILE's bytes, where the behaviour lets it. The port is the only line on standard output; LOG gets a
line a request: method, path, Range, If-Range, Authorization, Proxy-Authorization, Host. It is a proxy, too, and asks for
USER:PASSWORD when they are given: requests with a whole URL are answered as if they were its own, CONNECT is tunnelled, and
so is SOCKS 5 by name. With a certificate it speaks TLS.
"""
import base64
import gzip
import http.server
import select
import socket
import ssl
import struct
import sys
import threading
import time
from email.utils import formatdate

FILE, LOG = sys.argv[1], sys.argv[2]
CREDENTIALS = sys.argv[3] if len(sys.argv) > 3 else None
TLS = len(sys.argv) > 5
BYTES = open(FILE, "rb").read()
MEGABYTE = 1 << 20
seen = {}
lock = threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def note(self):
        names = ("Range", "If-Range", "Authorization", "Proxy-Authorization", "Host")
        fields = [self.command, self.path] + [f"{name}={self.headers.get(name, '')}" for name in names]
        with lock:
            with open(LOG, "a", encoding="utf-8") as log:
                log.write(" ".join(fields) + "\n")

    def times(self, key):
        """How often this was called for key before."""
        with lock:
            seen[key] = seen.get(key, 0) + 1
            return seen[key] - 1

    def reset(self):
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def head(self, status, length=None, **fields):
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def asked_from(self, etag='"v1"'):
        """The first byte asked for; None for the whole file."""
        wanted = self.headers.get("Range", "")
        if not wanted.startswith("bytes=") or self.headers.get("If-Range", etag) != etag:
            return None
        return int(wanted[6:].split("-")[0])

    def body(self, limit=None, etag='"v1"', content=BYTES, **fields):
        """The file or the part asked for; after limit bytes the connection is reset."""
        first = self.asked_from(etag)
        if first is not None and first >= len(content):
            self.head(416, 0, Content_Range=f"bytes */{len(content)}")
            return
        part = content[first or 0:]
        if first is None:
            self.head(200, len(part), ETag=etag, Accept_Ranges="bytes", **fields)
        else:
            self.head(206, len(part), ETag=etag, Content_Range=f"bytes {first}-{len(content) - 1}/{len(content)}", **fields)
        if limit is not None and limit < len(part):
            self.wfile.write(part[:limit])
            self.wfile.flush()
            time.sleep(0.05)
            self.reset()
        else:
            self.wfile.write(part)

    def status(self, number):
        self.head(number, 5, Content_Type="text/plain")
        self.wfile.write(b"sorry")

    def good(self):
        self.body()

    def norange(self):
        self.head(200, len(BYTES))
        self.wfile.write(BYTES)

    def norangereset(self):
        """Ignores Range, and fails the first time."""
        self.head(200, len(BYTES))
        self.wfile.write(BYTES[:MEGABYTE if self.times("norangereset") == 0 else None])
        if len(BYTES) > MEGABYTE and self.times("norangereset2") == 0:
            self.reset()

    def megabytes(self):
        self.body(limit=MEGABYTE)

    def weak(self):
        """Weak entity tags cannot be used with If-Range."""
        self.body(limit=MEGABYTE if self.times("weak") == 0 else None, etag='W/"v1"')

    def changed(self):
        new = self.times("changed") > 0
        self.body(limit=None if new else MEGABYTE, etag='"v2"' if new else '"v1"', content=BYTES)

    def short(self):
        """Promises more than it sends, the first time."""
        if self.times("short") == 0:
            self.head(200, len(BYTES), ETag='"v1"')
            self.wfile.write(BYTES[:MEGABYTE])
            self.close_connection = True
        else:
            self.body()

    def alwaysshort(self):
        self.head(200, len(BYTES) + 1000)
        self.wfile.write(BYTES[:1000])
        self.close_connection = True

    def long(self):
        """Sends more than it promised."""
        self.head(200, 1000)
        self.wfile.write(BYTES[:2000])
        self.close_connection = True

    def endless(self):
        self.head(200, Transfer_Encoding="chunked")
        try:
            while True:
                self.wfile.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        except OSError:
            self.close_connection = True

    def stall(self):
        self.head(200, len(BYTES), ETag='"v1"')
        self.wfile.write(BYTES[:20000])
        self.wfile.flush()
        time.sleep(60)

    def stallonce(self):
        if self.times("stallonce") == 0:
            self.stall()
        else:
            self.body()

    def loris(self):
        try:
            for byte in b"HTTP/1.1 200 OK\r\n" + b"X-Slow: yes\r\n" * 1000:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            self.close_connection = True

    def drip(self):
        """A body at 100 bytes a second."""
        self.head(200, len(BYTES))
        try:
            for i in range(0, 6000, 10):
                self.wfile.write(BYTES[i:i + 10])
                self.wfile.flush()
                time.sleep(0.1)
        except OSError:
            self.close_connection = True

    def slow(self):
        """The file, or a part, in about a second."""
        first = self.asked_from() or 0
        self.head(206 if first else 200, len(BYTES) - first, ETag='"v1"',
                  **({"Content_Range": f"bytes {first}-{len(BYTES) - 1}/{len(BYTES)}"} if first else {}))
        for i in range(first, len(BYTES), 65536):
            self.wfile.write(BYTES[i:i + 65536])
            time.sleep(0.012)

    def hang(self):
        time.sleep(60)

    def soon(self):
        """Unavailable twice, with a wait in seconds and then as a date."""
        times = self.times("soon")
        if times >= 2:
            self.body()
            return
        wait = "1" if times == 0 else formatdate(time.time() + 1, usegmt=True)
        self.head(503, 0, Retry_After=wait)

    def unavailable(self):
        self.head(503, 0, Retry_After="0")

    def loop(self):
        self.head(302, 0, Location=self.path)

    def elsewhere(self):
        """To the same server under another name."""
        self.head(302, 0, Location=f"http://localhost:{self.server.server_port}/good/f")

    def login(self):
        self.head(302, 0, Location=f"http://localhost:{self.server.server_port}/page/f")

    def scheme(self):
        self.head(302, 0, Location="ftp://127.0.0.1/f")

    def localfile(self):
        self.head(302, 0, Location="file:///etc/passwd")

    def page(self):
        text = b"\n <html><body>Please log in</body></html>"
        self.head(200, len(text), Content_Type="text/html; charset=utf-8")
        self.wfile.write(text)

    def nopage(self):
        """Called HTML, and is none."""
        self.body(Content_Type="text/html")

    def gzip(self):
        text = gzip.compress(BYTES[:10000])
        self.head(200, len(text), Content_Encoding="gzip")
        self.wfile.write(text)

    def badrange(self):
        """Another part than the one asked for, once; then the whole."""
        first = self.asked_from()
        if first is None and self.times("badrange") > 0:
            self.norange()
        elif first is None:
            self.body(limit=MEGABYTE)
        else:
            self.head(206, 100, Content_Range=f"bytes {first + 7}-{first + 106}/{len(BYTES)}", ETag='"v1"')
            self.wfile.write(BYTES[:100])

    def no416(self):
        """Says 416 to every part."""
        if self.headers.get("Range"):
            self.head(416, 0)
        else:
            self.body(limit=MEGABYTE if self.times("no416") == 0 else None)

    def longline(self):
        self.head(200, 5, X_Long="x" * 20000)
        self.wfile.write(b"hello")

    def manylines(self):
        self.send_response(200)
        for i in range(90):
            self.send_header(f"X-{i}", "y" * 2000)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def garbage(self):
        self.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        self.close_connection = True

    def empty(self):
        self.head(200, 0)

    def do_GET(self):
        self.note()
        if CREDENTIALS and self.path.startswith("http://") and not self.allowed():
            return
        path = self.path.split("/", 3)[3] if self.path.startswith("http://") else self.path[1:]
        name = path.split("/")[0]
        try:
            if name.startswith("status-"):
                self.status(int(name[7:]))
            else:
                getattr(self, name)()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def allowed(self):
        wanted = "Basic " + base64.b64encode(CREDENTIALS.encode()).decode()
        if not CREDENTIALS or self.headers.get("Proxy-Authorization") == wanted:
            return True
        self.head(407, 0, Proxy_Authenticate='Basic realm="test"')
        return False

    def do_CONNECT(self):
        self.note()
        if not self.allowed():
            return
        host, port = self.path.rsplit(":", 1)
        if host == "refused.invalid":
            self.head(403, 0)
            return
        try:
            other = socket.create_connection((host, int(port)), 5)
        except OSError:
            self.head(502, 0)
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.flush()
        self.tunnel(other)

    def tunnel(self, other):
        pair = [self.connection, other]
        self.close_connection = True
        while True:
            for ready in select.select(pair, [], [], 30)[0] or [None]:
                data = ready.recv(65536) if ready else b""
                if not data:
                    other.close()
                    return
                pair[1 - pair.index(ready)].sendall(data)

    def socks(self):
        """RFC 1928 and 1929: a connection by name, after a password where one is wanted."""
        method = 2 if CREDENTIALS else 0
        self.rfile.read(self.rfile.read(2)[1])
        self.connection.sendall(bytes([5, method]))
        if CREDENTIALS:
            user = self.rfile.read(self.rfile.read(2)[1])
            password = self.rfile.read(self.rfile.read(1)[0])
            right = user + b":" + password == CREDENTIALS.encode()
            self.connection.sendall(bytes([1, 0 if right else 1]))
            if not right:
                return
        kind = self.rfile.read(4)[3]
        name = self.rfile.read(self.rfile.read(1)[0] if kind == 3 else 4)
        port = struct.unpack(">H", self.rfile.read(2))[0]
        with open(LOG, "a", encoding="utf-8") as log:
            log.write(f"SOCKS {kind} {name} {port}\n")
        address = name.decode() if kind == 3 else socket.inet_ntoa(name)
        other = socket.create_connection(("127.0.0.1" if address == "some.invalid" else address, port), 5)
        self.connection.sendall(b"\5\0\0\1" + bytes(6))
        self.tunnel(other)

    def handle(self):
        if not TLS and self.connection.recv(1, socket.MSG_PEEK) == b"\5":
            self.socks()
        else:
            super().handle()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Clients that go away are what the tests are about."""


server = Server(("127.0.0.1", 0), Handler)
if TLS:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[4], sys.argv[5])
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
server.serve_forever()
