# SPDX-License-Identifier: Apache-2.0
"""nginx on a free loopback port for one directory, for the benches that count or time what it serves."""
import os
import shutil
import socket
import subprocess
import sys
import time

for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
    os.environ.pop(name, None)


class Server:
    """url is its address; take() gives the requests since the last call as (path, bytes of the body)."""

    def __init__(self, work, root):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.log, self.read = os.path.join(work, "access.log"), 0
        config = os.path.join(work, "nginx.conf")
        paths = " ".join(f"{kind}_temp_path {work}/nginx-{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        with open(config, "w", encoding="ascii") as file:
            file.write(f"{'user root;' if os.getuid() == 0 else ''} daemon off; pid {work}/nginx.pid; error_log {work}/nginx.log;\n"
                       f"events {{}}\nhttp {{ log_format short '$body_bytes_sent $uri'; access_log {self.log} short; {paths}\n"
                       f"sendfile on; server {{ listen 127.0.0.1:{port}; root {root}; }} }}\n")
        self.process = subprocess.Popen([shutil.which("nginx") or "/usr/sbin/nginx", "-c", config, "-e", f"{work}/nginx.log"])
        self.url = f"http://127.0.0.1:{port}"
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if self.process.poll() is not None:
                    sys.exit("nginx did not start")
                time.sleep(0.05)

    def take(self):
        with open(self.log, encoding="ascii") as file:
            lines = file.read().splitlines()
        new, self.read = lines[self.read:], len(lines)
        return [(path, int(size)) for size, path in (line.split(" ", 1) for line in new)]

    def stop(self):
        self.process.terminate()
        self.process.wait()
