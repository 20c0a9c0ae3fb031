// SPDX-License-Identifier: Apache-2.0
// Serves the directory argv[2] on the loopback interface and takes the targets argv[4]... from it with tuf-js, keeping its
// trusted metadata in argv[3] (root.json is there before). Prints each target with its length; fails as tuf-js fails.
'use strict';
const fs = require('fs');
const http = require('http');
const os = require('os');
const path = require('path');
const { Updater } = require('tuf-js');

const [repository, trusted, ...targets] = process.argv.slice(2);

const server = http.createServer((request, response) => {
  const file = path.join(repository, path.normalize(decodeURIComponent(request.url)));
  fs.readFile(file, (error, bytes) => {
    response.writeHead(error ? 404 : 200);
    response.end(bytes);
  });
});

async function take(port) {
  const downloads = fs.mkdtempSync(path.join(os.tmpdir(), 'tuf-js-'));
  try {
    const base = `http://127.0.0.1:${port}`;
    const updater = new Updater({
      metadataDir: trusted,
      targetDir: downloads,
      metadataBaseUrl: `${base}/metadata`,
      targetBaseUrl: `${base}/targets`,
      config: { fetchRetry: 0 },
    });
    await updater.refresh();
    for (const target of targets) {
      const info = await updater.getTargetInfo(target);
      if (!info) throw new Error(`${target} is not signed for`);
      const file = await updater.downloadTarget(info);
      console.log(`${target} ${fs.statSync(file).size}`);
    }
  } finally {
    fs.rmSync(downloads, { recursive: true });
  }
}

server.listen(0, '127.0.0.1', () => {
  take(server.address().port).then(
    () => server.close(),
    (error) => {
      console.error(`${error.name}: ${error.message}`);
      process.exitCode = 1;
      server.close();
      server.closeAllConnections();
    },
  );
});
