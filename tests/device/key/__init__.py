# SPDX-License-Identifier: Apache-2.0
"""What a virtual key is (its specification) and the making of its card."""
