# SPDX-License-Identifier: Apache-2.0
"""The programs' sentences, so that a test names them as the sources do and works in every language."""

import gettext
import re

_DIRECTIVE = re.compile(r"%[-0-9$.l]*[a-z]")
_ACCESS_KEY = re.compile(r"_(?=\w)")


class Words:
    """catalogue: a compiled .mo file, or None; chinese: whether its sentences are used."""

    def __init__(self, catalogue=None, chinese=False):
        self._messages = {}
        self.chinese = chinese
        if catalogue:
            with open(catalogue, "rb") as stream:
                self._messages = gettext.GNUTranslations(stream)._catalog

    def parts(self, text):
        """The pieces that a label has one after the other; between them is what was filled in. A text that is no sentence of
        the programs stays as it is."""
        if not text or text not in self._messages:  # "" is the catalogue's head
            return [text]
        sentence = self._messages[text] if self.chinese else text
        return [part for part in _DIRECTIVE.split(_ACCESS_KEY.sub("", sentence)) if part]
