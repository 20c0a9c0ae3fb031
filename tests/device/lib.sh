# SPDX-License-Identifier: Apache-2.0
# Sourced by the tests of this tier: the bed, OpenSC's tools, and checks that say what they saw.
# shellcheck shell=bash disable=SC2034
set -euo pipefail
device=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$device/../.." && pwd)
# shellcheck source=../verdict.sh
. "$top/tests/verdict.sh"
expect_through=(timeout 60)
bin=${PROGRAM_DIR:-$top/build/release/bin}
export LC_ALL=C.UTF-8

# in_bed OPTION... : goes on inside a bed with these options; the script starts again there.
in_bed() {
  [ -n "${CERTENV_BED-}" ] || exec "$device/bed" run "$@" -- "$0"
  work=$(mktemp -d /run/bed/test.XXXXXX)
}

ctl() { "$device/bed" ctl "$@"; }

# beside_guest OPTION... : goes on beside a guest with these options; the script starts again there.
beside_guest() {
  [ -n "${CERTENV_BED-}" ] || exec "$device/bed" guest "$@" -- "$0"
  work=$(mktemp -d "${TMPDIR:-/tmp}/certenv-device.XXXXXX")
  trap 'status=$?; rm -rf "$work"; exit $status' EXIT
}

# inside SCRIPT... : runs bash in the guest.
inside() { "$device/bed" exec --limit 300 "$@"; }

# comes_true SCRIPT : the script in the guest succeeds, within two minutes (the machine is an emulated one).
comes_true() {
  inside "for _ in \$(seq 600); do { $1; } >/dev/null 2>&1 && exit; sleep 0.2; done; $1; exit 1" || fail "never true: $1"
}

# publish_setup DIRECTORY TREE TEMPLATE VERSION : publishes the tree as that version in DIRECTORY/repository, signed with its keys
# and passphrase there, and makes the installer DIRECTORY/setup.run of it.
publish_setup() {
  local publish=$bin/certenv-publish package=$1/package.tar.zst
  "$publish" pack --tree "$2" --manifest-template "$3" --version "$4" --arch "$(uname -m)" --level 1 -o "$package"
  "$publish" add "$1/repository" --keys "$1/keys" --passphrase-file "$1/passphrase" --package "$package" --channel stable
  objcopy --strip-all "$bin/certenv-setup" "$1/certenv-setup"
  "$publish" bundle "$1/repository" --program "$1/certenv-setup" -o "$1/setup.run"
}
