"""Which code page bytes of an old text are in, told by the letters of languages."""

from __future__ import annotations

import re
from itertools import pairwise

from charset_normalizer import from_bytes

FALLBACK = "cp1252"
_PAGES = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp874"),
    *("koi8_r", "gb18030", "big5", "cp932", "euc_jp", "cp949", "cp866", "mac_roman"),
)
"""What programs for subtitles wrote before UTF-8."""
_BY_LANGUAGE = {
    **dict.fromkeys(("cs", "pl", "hu", "sk", "sl", "hr", "bs", "ro", "sq"), ("cp1250",)),
    **dict.fromkeys(("ru", "uk", "bg", "be", "mk", "sr"), ("cp1251", "koi8_r", "cp866")),
    **dict.fromkeys(("lt", "lv", "et"), ("cp1257",)),
    **dict.fromkeys(("ar", "fa", "ur"), ("cp1256",)),
    "el": ("cp1253",),
    "tr": ("cp1254",),
    "he": ("cp1255",),
    "th": ("cp874",),
    "zh": ("gb18030", "big5"),
    "ja": ("cp932", "euc_jp"),
    "ko": ("cp949",),
}
# Letters beyond ASCII that each language writes; of pages that fit equally the first is taken.
_LETTERS: dict[str, tuple[str, ...]] = {
    "cp1252": (
        "éàèùâêîôûçëïüœæÿ",  # French
        "äöüß",  # German
        "áéíóúñü¿¡",  # Spanish
        "ãõáéíóúâêôçà",  # Portuguese
        "àèéìòùí",  # Italian
        "åäöé",  # Swedish, Finnish
        "æøåé",  # Danish, Norwegian
        "éëïóöü",  # Dutch
        "áðéíóúýþæö",  # Icelandic
    ),
    "cp1250": (
        "ąćęłńóśźż",  # Polish
        "áčďéěíňóřšťúůýž",  # Czech
        "áäčďéíĺľňóôŕšťúýž",  # Slovak
        "áéíóöőúüű",  # Hungarian
        "ăâîșşțţ",  # Romanian
        "čćđšž",  # Croatian, Bosnian, Serbian, Slovene
    ),
    "cp1254": ("çğıöşüâî", "çğıöşüİ"),  # Turkish
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž"),  # Lithuanian, Latvian, Estonian
    "cp1255": ("אבגדהוזחטיךכלםמןנסעףפץצקרשת",),
    "mac_roman": ("éàèùâêîôûçëïüœæ", "äöüß", "áéíóúñü¿¡", "ãõáéíóúâêôçà", "åäöæøé"),
    "cp850": ("éàèùâêîôûçëïüœæ", "äöüß", "áéíóúñü¿¡", "ãõáéíóúâêôçà", "åäöæøé"),
}
_SIGNS = frozenset("\u201c\u201d\u201e\u2018\u2019\u201a«»\u2039\u203a…\u2013—°·•€£©®½\u00a0\u00ad")
_SAMPLE = 64 * 1024
_SURE = 0.9
"""The share of characters beyond ASCII that are a language's own. Wrong pages came to 0.75 at most."""


def guess_page(sample: bytes, language: str | None = None) -> str:
    """Return the code page that fits best, as Python names it.

    Args:
        sample: Lines with bytes beyond ASCII.
        language: A BCP 47 tag; its pages count wherever they make sense.
    """
    words = re.sub(rb"[\x00-\x09\x0b-\x1a\x1c-\x1f\d:,>]+", b" ", sample)[:_SAMPLE]
    for page in _BY_LANGUAGE.get((language or "").lower().split("-")[0], ()):
        if _makes_sense(words, page):
            return page
    shares = {page: _share(words, page) for page in _LETTERS}
    likeliest = max(shares, key=lambda page: shares[page])
    if shares[likeliest] >= _SURE:
        return likeliest
    best = from_bytes(words, cp_isolation=list(_PAGES)).best()
    # It may answer with a page that is not in the list, when nothing fits.
    return best.encoding if best is not None and best.encoding in _PAGES else FALLBACK


def _share(sample: bytes, page: str) -> float:
    """Return which part of the characters beyond ASCII one of a page's languages has."""
    text = _text(sample, page)
    if text is None:
        return 0.0
    rare = list(re.finditer(r"[^\x00-\x7f]", text))
    if not rare:
        return 0.0
    signs = sum(match[0] in _SIGNS and not _is_inside_word(text, match.start()) for match in rare)
    letters = re.sub(r"[\x00-\x7f]", "", text)
    best = max(sum(letter.lower() in alphabet for letter in letters) for alphabet in _LETTERS[page])
    # A text of signs alone tells nothing; they are the same in most pages.
    return (best + signs) / len(rare) - _odd_capitals(text) if best or page == FALLBACK else 0.0


def _odd_capitals(text: str) -> float:
    """Return how often a capital beyond ASCII follows a small letter, which words do not have."""
    pairs = pairwise(text)
    odd = sum(before.islower() and after.isupper() and not after.isascii() for before, after in pairs)
    return odd / max(1, len(text))


def _is_inside_word(text: str, at: int) -> bool:
    return text[at] != "\u2019" and text[at - 1 : at].isalpha() and text[at + 1 : at + 2].isalpha()


def _makes_sense(sample: bytes, page: str) -> bool:
    text = _text(sample, page)
    return text is not None and not re.search(
        r"[\x80-\x9f\ue000-\uf8ff]|\w[\xa4\xa6\xa7\xb1\xb6\xa5]\w", text
    )


def _text(sample: bytes, page: str) -> str | None:
    try:
        return sample.decode(page)
    except UnicodeDecodeError:
        return None
