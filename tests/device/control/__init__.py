# SPDX-License-Identifier: Apache-2.0
"""A bed's control socket: plug, unplug and look at keys from a test. One JSON object a line, in both directions."""
