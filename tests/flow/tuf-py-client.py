# SPDX-License-Identifier: Apache-2.0
# Serves the directory argv[1] on the loopback interface and takes the targets argv[3]... from it with python-tuf, which
# keeps its trusted metadata in argv[2] (root.json is there before). Prints each target with its length.
import functools
import http.server
import os
import sys
import tempfile
import threading

import cryptography.hazmat.primitives.asymmetric.types as types

for name in ("PrivateKeyTypes", "PublicKeyTypes"):
    # Names for annotations that older releases of the library have not.
    setattr(types, name, getattr(types, name, object))
from tuf.ngclient import Updater  # noqa: E402


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


repository, trusted, *targets = sys.argv[1:]
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=repository))
threading.Thread(target=server.serve_forever, daemon=True).start()
base = f"http://127.0.0.1:{server.server_address[1]}"
with tempfile.TemporaryDirectory() as downloads:
    updater = Updater(trusted, f"{base}/metadata/", downloads, f"{base}/targets/")
    updater.refresh()
    for target in targets:
        info = updater.get_targetinfo(target)
        if info is None:
            sys.exit(f"{target} is not signed for")
        print(target, os.path.getsize(updater.download_target(info)))
