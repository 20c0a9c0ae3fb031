# SPDX-License-Identifier: Apache-2.0
# Leads the client argv[1] through repositories that python-tuf made, in the directory argv[2]. Each scene is a function;
# its name says what the client does.
import copy
import datetime
import http.server
import json
import os
import subprocess
import sys
import threading
from urllib.parse import quote

import cryptography.hazmat.primitives.asymmetric.types as types

for name in ("PrivateKeyTypes", "PublicKeyTypes"):
    # Names for annotations that older releases of the library have not.
    setattr(types, name, getattr(types, name, object))
from cryptography.hazmat.primitives.asymmetric import ec  # noqa: E402
from cryptography.hazmat.primitives import hashes  # noqa: E402
from securesystemslib.signer import CryptoSigner, Signature, Signer, SSlibKey  # noqa: E402
from tuf.api.metadata import (  # noqa: E402
    DelegatedRole, Delegations, Key, Metadata, MetaFile, Root, Snapshot, SuccinctRoles, TargetFile, Targets, Timestamp)

CLIENT, WORK = sys.argv[1:3]
NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
LATER = NOW + datetime.timedelta(days=30)
TOP = ("targets", "snapshot", "timestamp")


class LargeCurveSigner(Signer):
    """P-384, which the library verifies and does not sign with."""

    def __init__(self):
        self.private = ec.generate_private_key(ec.SECP384R1())
        self.key = SSlibKey.from_crypto(self.private.public_key(), scheme="ecdsa-sha2-nistp384")

    @property
    def public_key(self):
        return self.key

    @classmethod
    def from_priv_key_uri(cls, *_):
        raise NotImplementedError

    def sign(self, payload):
        return Signature(self.key.keyid, self.private.sign(payload, ec.ECDSA(hashes.SHA384())).hex())


def make_signer(kind="ed25519"):
    if kind == "ecdsa-p384":
        return LargeCurveSigner()
    return getattr(CryptoSigner, "generate_" + kind)()


class Repository:
    """All metadata that was published, served below the repository's name, and what was asked for."""

    def __init__(self):
        self.md = {role: Metadata(kind(expires=LATER)) for role, kind in
                   (("root", Root), ("timestamp", Timestamp), ("snapshot", Snapshot), ("targets", Targets))}
        self.signers = {}
        self.files, self.asked = {}, []
        self.hashes = False
        for role in ("root", *TOP):
            self.add_key(role)
        self.publish_root(0)
        self.publish(*TOP, step=0)

    @property
    def root(self):
        return self.md["root"].signed

    def add_key(self, role, signer=None, delegator=None):
        signer = signer or make_signer()
        self.signers.setdefault(role, []).append(signer)
        owner = self.md[delegator].signed if delegator else self.root
        owner.add_key(signer.public_key, role)
        return signer

    def rotate(self, role):
        for signer in self.signers.pop(role):
            self.root.revoke_key(signer.public_key.keyid, role)
        return self.add_key(role)

    def put(self, role, data):
        signed = self.md[role].signed
        name = quote(role, safe="")
        prefixed = role == "root" or (role != "timestamp" and self.root.consistent_snapshot)
        self.files[f"metadata/{signed.version}.{name}.json" if prefixed else f"metadata/{name}.json"] = data

    def sign(self, role, signers=None):
        md = self.md[role]
        md.signatures.clear()
        for signer in signers or self.signers[role]:
            md.sign(signer, append=True)
        data = md.to_bytes()
        self.put(role, data)
        return data

    def publish_root(self, step=1, signers=None):
        self.root.version += step
        old = getattr(self, "root_signers", [])
        self.root_signers = list(self.signers["root"])
        self.sign("root", signers or old + [s for s in self.signers["root"] if s not in old])

    def publish(self, *roles, step=1):
        for role in roles:
            signed = self.md[role].signed
            signed.version += step
            if role == "snapshot":
                signed.meta["targets.json"] = self.stated("targets")
            if role == "timestamp":
                signed.snapshot_meta = self.stated("snapshot")
            self.last = self.sign(role)
            if isinstance(signed, Targets):
                self.md["snapshot"].signed.meta[f"{role}.json"] = self.stated(role)

    def publish_all(self):
        self.publish(*[role for role in self.md if role not in ("root", "snapshot", "timestamp")], "snapshot", "timestamp")

    def stated(self, role):
        version = self.md[role].signed.version
        if not self.hashes:
            return MetaFile(version)
        return MetaFile.from_data(version, self.md[role].to_bytes(), ["sha256", "sha512"])

    def delegate(self, delegator, name, paths=("*",), terminating=False, prefixes=None, signer=None, threshold=1):
        owner = self.md[delegator].signed
        owner.delegations = owner.delegations or Delegations({}, roles={})
        owner.delegations.roles[name] = DelegatedRole(name, [], threshold, terminating,
                                                      None if prefixes else list(paths), prefixes)
        self.md.setdefault(name, Metadata(Targets(expires=LATER)))
        self.md[name].signed.version = max(self.md[name].signed.version, 0)
        return self.add_key(name, signer, delegator)

    def add_target(self, role, path, data=b"data", algorithms=("sha256",)):
        file = TargetFile.from_data(path, data, list(algorithms))
        self.md[role].signed.targets[path] = file
        directory, slash, base = path.rpartition("/")
        for value in file.hashes.values():
            self.files[f"targets/{directory}{slash}{value}.{base}"] = data
        self.files[f"targets/{path}"] = data


class Client:
    """A fresh client of a repository that is served under its name."""

    def __init__(self, name, repo):
        self.repo, self.name = repo, name
        self.metadata, self.targets = (os.path.join(WORK, name, part) for part in ("metadata", "targets"))
        os.makedirs(os.path.join(WORK, name))
        Server.repositories[name] = repo
        root = os.path.join(WORK, name, "root.json")
        with open(root, "wb") as file:
            file.write(repo.files["metadata/1.root.json"])
        assert self.run("init", root) == 0

    def run(self, *command):
        self.repo.asked.clear()
        url = f"http://127.0.0.1:{server.server_address[1]}/{self.name}"
        done = subprocess.run([CLIENT, "--metadata-dir", self.metadata, "--metadata-url", f"{url}/metadata",
                               "--target-base-url", f"{url}/targets/", "--target-dir", self.targets, *command],
                              capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode in (0, 1), done
        assert done.returncode == 0 or done.stderr.count("\n") == 1, done.stderr
        self.said = done.stderr
        return done.returncode

    def refresh(self):
        return self.run("refresh")

    def download(self, *names):
        return self.run(*[word for name in names for word in ("--target-name", name)], "download")

    def versions(self):
        result = {}
        for name in sorted(os.listdir(self.metadata)):
            with open(os.path.join(self.metadata, name), "rb") as file:
                result[name.removesuffix(".json")] = json.load(file)["signed"]["version"]
        return result

    def expect(self, status, *names):
        got = self.download(*names) if names else self.refresh()
        assert got == status, f"exit {got}: {self.said}"

    def holds(self, role, data):
        with open(os.path.join(self.metadata, f"{role}.json"), "rb") as file:
            return file.read() == data


class Server(http.server.BaseHTTPRequestHandler):
    repositories = {}

    def do_GET(self):
        name, _, path = self.path.lstrip("/").partition("/")
        repo = self.repositories[name]
        repo.asked.append(path)
        body = repo.files.get(path)
        if body is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def asks_for_what_is_needed_and_no_more(repo, client):
    client.expect(0)
    assert repo.asked == ["metadata/2.root.json", "metadata/timestamp.json", "metadata/1.snapshot.json",
                          "metadata/1.targets.json"], repo.asked
    assert client.holds("targets", repo.files["metadata/1.targets.json"])
    client.expect(0)
    assert repo.asked == ["metadata/2.root.json", "metadata/timestamp.json"]


def accepts_every_key_type(repo, client):
    for kind in ("rsa", "ecdsa", "ecdsa-p384", "ed25519"):
        signer = make_signer(kind)
        for role in ("root", *TOP):
            repo.add_key(role, signer)
    for role in ("root", *TOP):
        repo.root.roles[role].threshold = 5
    repo.publish_root()
    repo.publish(*TOP)
    client.expect(0)
    assert client.versions() == {"root": 2, "snapshot": 2, "targets": 2, "timestamp": 2}
    for index in range(5):
        signers = repo.signers["root"]
        repo.publish_root(signers=signers[:index] + signers[index + 1:])
        client.expect(1)
        assert client.versions()["root"] == 2
        repo.root.version -= 1


def skips_keys_of_kinds_to_come(repo, client):
    repo.root.add_key(FutureKey(), "timestamp")
    repo.publish_root()
    repo.publish("timestamp")
    client.expect(0)
    assert client.versions()["root"] == 2


def covers_unknown_members_with_the_signature(repo, client):
    repo.root.unrecognized_fields["x-field"] = {"b": [1, {"中": "\"\\\n"}], "a": None}
    next(iter(repo.root.keys.values())).unrecognized_fields["x-key"] = True
    repo.root.roles["root"].unrecognized_fields["x-role"] = -7
    repo.publish_root()
    repo.add_target("targets", "x")
    repo.md["targets"].signed.targets["x"].unrecognized_fields["custom"] = {"any": ["thing"]}
    repo.publish(*TOP)
    client.expect(0, "x")
    assert client.versions()["root"] == 2


def checks_stated_lengths_and_hashes(repo, client):
    repo.hashes = True
    repo.publish(*TOP)
    client.expect(0)
    repo.publish("targets")
    repo.md["snapshot"].signed.meta["targets.json"].hashes["sha512"] = "00" * 64
    stated = repo.md["snapshot"].signed.meta["targets.json"]
    repo.publish("snapshot")
    repo.md["snapshot"].signed.meta["targets.json"] = stated
    repo.sign("snapshot")
    repo.publish("timestamp")
    client.expect(1)
    assert client.versions() == {"root": 1, "snapshot": 3, "targets": 2, "timestamp": 3}, client.versions()


def works_without_consistent_snapshots(repo, client):
    repo.root.consistent_snapshot = False
    repo.publish_root()
    repo.delegate("targets", "role", paths=["*/*"])
    repo.add_target("role", "dir/x")
    repo.publish_all()
    client.expect(0, "dir/x")
    assert repo.asked[2:] == ["metadata/timestamp.json", "metadata/snapshot.json", "metadata/targets.json",
                              "metadata/role.json", "targets/dir/x"], repo.asked


def asks_delegated_roles_in_order(repo, client):
    repo.delegate("targets", "A")
    repo.delegate("targets", "B", signer=make_signer("rsa"))
    repo.delegate("A", "C", paths=["*.py"])
    repo.delegate("A", "D", signer=make_signer("ecdsa"))
    repo.delegate("D", "E", terminating=True)
    repo.delegate("E", "A")
    repo.publish_all()
    client.expect(1, "missing")
    names = [path.split(".")[1] for path in repo.asked[4:]]
    assert names == ["A", "D", "E"], names


def finds_targets_by_pattern_prefix_and_bin(repo, client):
    repo.delegate("targets", "docs", paths=["*.doc", "docs/*/[a-c]?.txt"])
    repo.delegate("targets", "hashed", prefixes=["ba7816"])
    repo.delegate("targets", "bins", paths=["bins/*"])
    repo.md["bins"].signed.delegations = Delegations({}, None, SuccinctRoles([], 1, 6, "bin"))
    signer = make_signer("ecdsa")
    repo.md["bins"].signed.add_key(signer.public_key)
    succinct = repo.md["bins"].signed.delegations.succinct_roles
    for name in succinct.get_roles():
        repo.md[name], repo.signers[name] = Metadata(Targets(expires=LATER)), [signer]
    repo.add_target("docs", "a.doc")
    repo.add_target("docs", "docs/x/b1.txt")
    repo.add_target("docs", "docs/x/d1.txt")
    repo.add_target("hashed", "abc")
    bins = [f"bins/{number}" for number in range(12)]
    for path in bins:
        repo.add_target(succinct.get_role_for_target(path), path)
    repo.publish_all()
    client.expect(0, "a.doc", "docs/x/b1.txt", "abc", *bins)
    client.expect(1, "docs/x/d1.txt")
    assert len(os.listdir(client.targets)) == 3 + len(bins)


def quotes_odd_role_names(repo, client):
    names = ["?", "#", "/delegatedrole", "../delegatedrole", ".", "..", "%2e", "é"]
    for name in names:
        repo.delegate("targets", name)
    repo.publish_all()
    client.expect(1, "missing")
    assert repo.asked[4:] == [f"metadata/2.{quote(name, safe='')}.json" for name in names], repo.asked
    assert len(client.versions()) == 4 + len(names)


def checks_a_cached_role_by_the_delegator_of_this_lookup(repo, client):
    repo.delegate("targets", "A", paths=["a/*"])
    repo.delegate("targets", "B", paths=["b/*"])
    signer = repo.delegate("A", "C", paths=["*/*"])
    repo.delegate("B", "C", paths=["*/*"])
    repo.signers["C"] = [signer]
    for path in ("a/x", "b/x"):
        repo.add_target("C", path)
    repo.publish_all()
    client.expect(0, "a/x")
    client.expect(1, "a/x", "b/x")
    client.expect(1, "b/x")


def keeps_delegated_roles_to_thresholds_and_expiry(repo, client):
    repo.delegate("targets", "two", paths=["two/*"], threshold=2)
    repo.delegate("targets", "old", paths=["old/*"])
    repo.md["old"].signed.expires = NOW - datetime.timedelta(days=1)
    repo.add_target("two", "two/x")
    repo.add_target("old", "old/x")
    repo.publish_all()
    client.expect(1, "two/x")
    client.expect(1, "old/x")
    assert set(client.versions()) == {"root", *TOP}
    repo.add_key("two", delegator="targets")
    repo.publish_all()
    client.expect(0, "two/x")


def refuses_what_is_not_signed_as_it_must_be(repo, client):
    client.expect(0)
    for number, role in enumerate(TOP):
        good = repo.signers[role]
        repo.signers[role] = [make_signer()]
        repo.publish(*TOP)
        client.expect(1)
        repo.signers[role] = good
    repo.publish(*TOP)
    client.expect(0)


def refuses_two_signatures_of_one_key(repo, client):
    data = json.loads(repo.files["metadata/1.snapshot.json"])
    data["signatures"].append(data["signatures"][0])
    repo.files["metadata/1.snapshot.json"] = json.dumps(data).encode()
    client.expect(1)
    assert "snapshot" not in client.versions()


def skips_wrong_signatures_beside_good_ones(repo, client):
    repo.add_key("timestamp")
    repo.publish_root()
    repo.publish("timestamp")
    for wrong in ("", "00", "zz", repo.md["root"].signatures[next(iter(repo.md["root"].signatures))].signature):
        data = json.loads(repo.files["metadata/timestamp.json"])
        data["signatures"][0]["sig"] = wrong
        repo.files["metadata/timestamp.json"] = json.dumps(data).encode()
        client.expect(0)


def counts_a_key_under_many_ids_once(repo, client):
    key = repo.signers["snapshot"][0].public_key
    for number in range(5):
        twin = copy.deepcopy(key)
        twin.keyid = f"{number:064x}"
        repo.root.add_key(twin, "snapshot")
    repo.root.roles["snapshot"].threshold = 3
    repo.publish_root()
    repo.publish("snapshot", "timestamp")
    data = json.loads(repo.files["metadata/2.snapshot.json"])
    for number in range(5):
        data["signatures"].append({"keyid": f"{number:064x}", "sig": data["signatures"][0]["sig"]})
    repo.files["metadata/2.snapshot.json"] = json.dumps(data).encode()
    client.expect(1)
    assert client.versions() == {"root": 2, "timestamp": 2}


def follows_root_rotations(repo, client):
    for _ in range(12):
        repo.rotate("root")
        repo.publish_root()
    repo.root.expires = NOW - datetime.timedelta(days=1)
    repo.publish_root()
    client.expect(1)
    assert client.versions() == {"root": 14}
    repo.root.expires = LATER
    repo.publish_root()
    client.expect(0)
    stranger = make_signer()
    repo.publish_root(signers=[stranger])
    client.expect(1)
    assert client.versions()["root"] == 15


def recovers_from_a_fast_forward(repo, client):
    for role in ("timestamp", "snapshot"):
        kept = {name: repo.md[name].signed.version for name in TOP}
        for name in TOP:
            repo.md[name].signed.version += 1000
        repo.publish(*TOP)
        client.expect(0)
        for name in TOP:
            repo.md[name].signed.version = kept[name]
        repo.publish(*TOP)
        client.expect(1)
        repo.rotate(role)
        repo.publish_root()
        repo.publish(*TOP)
        client.expect(0)
        assert client.versions()["timestamp"] < 1000


def refuses_rollbacks(repo, client):
    repo.publish(*TOP)
    repo.publish(*TOP)
    client.expect(0)
    for role in ("timestamp", "snapshot", "targets"):
        before = {name: repo.md[name].signed.version for name in TOP}
        repo.md[role].signed.version = 0
        repo.publish(*TOP)
        client.expect(1)
        for name in TOP:
            repo.md[name].signed.version = before[name] + 1
    repo.publish(*TOP)
    client.expect(0)


def checks_targets_by_the_hashes_it_knows(repo, client):
    repo.add_target("targets", "both", algorithms=("sha256", "sha512"))
    repo.add_target("targets", "long", algorithms=("sha512",))
    repo.add_target("targets", "some", algorithms=("blake2b", "sha256"))
    repo.add_target("targets", "none", algorithms=("blake2b",))
    repo.publish(*TOP)
    client.expect(0, "both", "long", "some")
    client.expect(1, "none")
    assert sorted(os.listdir(client.targets)) == ["both", "long", "some"]


class FutureKey(Key):
    """A key that only newer clients understand."""

    def __init__(self):
        super().__init__("f" * 64, "future", "future-scheme", {"identity": "someone"})

    @classmethod
    def from_dict(cls, keyid, key_dict):
        raise NotImplementedError

    def to_dict(self):
        return self._to_dict()

    def verify_signature(self, signature, data):
        raise NotImplementedError


SCENES = [value for name, value in list(globals().items())
          if callable(value) and getattr(value, "__code__", None) and value.__code__.co_varnames[:2] == ("repo", "client")
          and value.__code__.co_argcount == 2]
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
failed = 0
for scene in SCENES:
    repository = Repository()
    follower = Client(scene.__name__, repository)
    try:
        scene(repository, follower)
        print("ok    ", scene.__name__)
    except Exception as error:  # every scene is tried
        failed += 1
        line = error.__traceback__.tb_next.tb_lineno
        error = repr(error)
        print("FAILED", scene.__name__, f"line {line}: {error} ({follower.said.strip()})")
sys.exit(1 if failed or len(SCENES) < 19 else 0)
