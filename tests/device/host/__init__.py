# SPDX-License-Identifier: Apache-2.0
"""The bed on this machine: pcscd, vpcd and keys in namespaces of their own."""
