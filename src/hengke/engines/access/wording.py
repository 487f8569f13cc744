"""Expected errors in the language of the person."""

from __future__ import annotations

from django.utils.translation import gettext

from hengke.kernel.errors import HengkeError


def in_words(error: HengkeError) -> str:
    """The error's sentence, translated, with its places filled."""
    sentence = gettext(error.template)
    return sentence.format(**error.params) if error.params else sentence
