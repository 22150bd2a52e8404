"""Languages by name: what forms offer and what tags mean for people."""

from __future__ import annotations

import re

NAMES = {
    "ar": "Arabic",
    "da": "Danish",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nb": "Norwegian",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "pt-BR": "Portuguese (Brazil)",
    "ru": "Russian",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "zh": "Chinese",
}
"""By BCP 47 tag; forms take other tags as well, typed."""
_BY_NAME = {name.casefold(): tag for tag, name in NAMES.items()}
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


def language_word(tag: str | None) -> str:
    """Say a language: `German`, `English (GB)`; an unknown tag stands for itself."""
    if not tag or tag == "und":
        return "Language unknown"
    if tag in NAMES:
        return NAMES[tag]
    first, _, rest = tag.partition("-")
    name = NAMES.get(first.lower())
    return f"{name} ({rest})" if name and rest else name or tag


def choices() -> list[tuple[str, str]]:
    """Return tags and names, by name."""
    return sorted(NAMES.items(), key=lambda pair: pair[1])


def read_tag(text: str) -> str:
    """Return the tag of a language that is given by its name or its tag; anything else as it is."""
    typed = text.strip()
    return _BY_NAME.get(typed.casefold(), typed)


def is_tag(text: str) -> bool:
    """Whether a text looks like a BCP 47 tag."""
    return _TAG.fullmatch(text) is not None
