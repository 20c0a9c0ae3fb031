#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads a repository over HTTP again and again until a file appears: publish-reader.py URL STOP REPORT

Each round begins with the timestamp and follows it: snapshot, targets, delegated roles, every channel, the package that the
channel offers, and one package of the archive. Every file must be there with the length and the SHA-256 that the file before
it states: then the reader saw one state of the repository, the old or the new. A package of the archive may be gone only if the
present metadata no longer names it. The report has one line: rounds, timestamps seen, withdrawn packages, failures.
"""
import hashlib
import json
import os
import random
import sys
import urllib.error
import urllib.request


class Gone(Exception):
    pass


def get(url, path, meta=None):
    try:
        with urllib.request.urlopen(f"{url}/{path}", timeout=60) as reply:
            body = reply.read()
    except urllib.error.HTTPError as error:
        raise Gone(f"{path}: {error.code}") from error
    if meta and (len(body) != meta["length"] or hashlib.sha256(body).hexdigest() != meta["hashes"]["sha256"]):
        raise ValueError(f"{path} is not what was stated")
    return body


def role(url, snapshot, name):
    meta = snapshot["meta"][name + ".json"]
    return json.loads(get(url, f"metadata/{meta['version']}.{name}.json", meta))["signed"]


def target(url, path, meta):
    directory, name = path.rsplit("/", 1)
    return get(url, f"targets/{directory}/{meta['hashes']['sha256']}.{name}", meta)


def read_metadata(url):
    timestamp = json.loads(get(url, "metadata/timestamp.json"))["signed"]
    meta = timestamp["meta"]["snapshot.json"]
    snapshot = json.loads(get(url, f"metadata/{meta['version']}.snapshot.json", meta))["signed"]
    targets = role(url, snapshot, "targets")
    archived = {}
    for delegated in targets.get("delegations", {}).get("roles", []):
        archived.update(role(url, snapshot, delegated["name"])["targets"])
    return timestamp["version"], targets["targets"], archived


def read(url):
    """One round: the timestamp's version, and whether a package had been withdrawn meanwhile."""
    version, targets, archived = read_metadata(url)
    for path, meta in targets.items():
        if path.startswith("channels/"):
            package = json.loads(target(url, path, meta))["package"]
            target(url, package, targets[package])
    withdrawn = 0
    if archived:
        path = random.choice(sorted(archived))
        try:
            target(url, path, archived[path])
        except Gone:
            _, targets, archived = read_metadata(url)
            if path in archived or path in targets:
                raise
            withdrawn = 1
    return version, withdrawn


def main():
    url, stop, report = sys.argv[1:]
    seen, rounds, withdrawn, failures = [], 0, 0, 0
    while not os.path.exists(stop):
        try:
            version, gone = read(url)
            if seen and version < seen[-1]:
                raise ValueError(f"timestamp {version} after {seen[-1]}")
            if not seen or version != seen[-1]:
                seen.append(version)
            withdrawn += gone
        except Exception as error:  # whatever it is, it is a reader's failure
            failures += 1
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
        rounds += 1
    with open(report, "w", encoding="ascii") as file:
        print(rounds, len(seen), withdrawn, failures, file=file)


main()
