# SPDX-License-Identifier: Apache-2.0
"""Ways from a card to pcscd: vpcd's socket on this machine, or USB (usbredir) into an emulated one."""
