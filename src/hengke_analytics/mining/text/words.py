"""Chinese text cut into words, with the dictionary that comes with jieba and the words of the trade."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from hengke_analytics.mining.text.lexicon import NEGATIVE, POSITIVE, STOP, TRADE

if TYPE_CHECKING:
    import jieba

_WORD = re.compile(r"[\u4e00-\u9fff]{2,}|[A-Za-z][A-Za-z0-9-]+")
#: Where one statement ends and another may say the contrary.
_CLAUSE = re.compile(r"[，。；！？,;!?\s]+|但是|不过|然而|只是|但")


def cut(text: str) -> list[str]:
    """All words of a text in order, punctuation left out."""
    return [word for word in _tokenizer().lcut(text) if word.strip() and not _CLAUSE.fullmatch(word)]


def clauses(text: str) -> list[list[str]]:
    """The words of each statement of a text."""
    return [words for part in _CLAUSE.split(text) if part and (words := cut(part))]


def content(text: str) -> list[str]:
    """Words that carry meaning: of two characters and more, none of grammar, no numbers."""
    return [word for word in cut(text) if word not in STOP and _WORD.fullmatch(word)]


def matrix(texts: Sequence[str], *, rarest: int = 2) -> tuple[Any, list[str]]:
    """TF-IDF of content words (texts x words, sparse) and the words; those in fewer than `rarest` texts are left out.

    No words at all give a matrix without columns.
    """
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer

    made = TfidfVectorizer(analyzer=content, min_df=min(rarest, len(texts)), max_df=1.0, sublinear_tf=True)
    try:
        weights = made.fit_transform(texts)
    except ValueError:  # scikit-learn's word for an empty vocabulary
        return csr_matrix((len(texts), 0)), []
    return weights, made.get_feature_names_out().tolist()


@cache
def _tokenizer() -> jieba.Tokenizer:
    """Built from the dictionary file each time: jieba's cache in the common temporary folder may be anybody's."""
    with warnings.catch_warnings():  # its patterns are written in a way that newer Pythons grumble at
        warnings.simplefilter("ignore")
        import jieba

    made = jieba.Tokenizer()
    made.FREQ, made.total = made.gen_pfdict(made.get_dict_file())
    made.initialized = True
    for word in {*TRADE, *(word for word in POSITIVE | NEGATIVE if len(word) > 1)}:
        made.add_word(word)
    return made
