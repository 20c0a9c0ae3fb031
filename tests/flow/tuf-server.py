# SPDX-License-Identifier: Apache-2.0
# Serves the directory argv[1] on the loopback interface, on a free port that it writes to the file argv[2]. Paths are
# taken as they are asked for, percent signs and all. Each request is a line of the file argv[3]: "/path status".
import http.server
import os
import sys

root, port_file, log = sys.argv[1:4]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        parts = self.path.lstrip("/").split("/")
        path = os.path.join(root, *parts)
        good = ".." not in parts and os.path.isfile(path)
        with open(log, "a", encoding="utf-8") as lines:
            print(self.path, 200 if good else 404, file=lines)
        if not good:
            self.send_error(404)
            return
        with open(path, "rb") as file:
            body = file.read()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(port_file + ".new", "w", encoding="utf-8") as file:
    print(server.server_address[1], file=file)
os.rename(port_file + ".new", port_file)
server.serve_forever()
