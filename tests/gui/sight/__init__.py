# SPDX-License-Identifier: Apache-2.0
"""What a person sees and does in a session: accessible elements, pointer, keyboard, pictures."""
