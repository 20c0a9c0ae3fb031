# SPDX-License-Identifier: Apache-2.0
"""A program that talks to keys as ours do, and how tests drive it."""
