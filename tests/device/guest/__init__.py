# SPDX-License-Identifier: Apache-2.0
"""The bed in an emulated machine: a Debian that goes on from a snapshot, with keys on its USB bus."""
