# SPDX-License-Identifier: Apache-2.0
"""Test certificates: keys that follow from a name, and certificates of any validity from a test authority."""
