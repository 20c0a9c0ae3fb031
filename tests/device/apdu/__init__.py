# SPDX-License-Identifier: Apache-2.0
"""A virtual PIV key from the APDU upwards: bytes in, bytes out, no transport (SP 800-73-4, ISO 7816-4)."""
