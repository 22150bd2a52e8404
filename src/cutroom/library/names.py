"""Names that people gave to things: shown, never used as paths."""

from __future__ import annotations

import re
import unicodedata

from cutroom.base.errors import Refused

LONGEST_NAME = 200
UNTITLED = "untitled"

# Control characters, halves of surrogate pairs, separators of lines. Unassigned characters stay:
# an emoji that is newer than this Python's tables is one to everybody else.
_UNWANTED = {"Cc", "Cs", "Zl", "Zp"}
# These turn the direction of writing, so that "gnp.exe" can be shown as "exe.png"
# (Unicode Technical Report 36, 2.5). Other format characters join letters and emoji.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_LONGEST_SUFFIX = 12

VISIBLE = r"[^\s\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
"""A pattern, for documents, of what a title needs at least one of."""


def clean_name(name: str | None) -> str:
    """Return a name from outside as it may be shown: one line in NFC, 200 characters at most.

    Only what follows the last slash or backslash counts: browsers and archives send paths. A name
    that is too long loses its middle and keeps its suffix. What is left empty is `untitled`.
    """
    text = re.split(r"[/\\]", name or "")[-1]
    cleaned = _one_line(text).strip(" .") if text.strip(" .") else ""
    if len(cleaned) <= LONGEST_NAME:
        return cleaned or UNTITLED
    stem, dot, suffix = cleaned.rpartition(".")
    if not dot or len(suffix) > _LONGEST_SUFFIX:
        return cleaned[:LONGEST_NAME].rstrip(" .")
    shortened = stem[: LONGEST_NAME - len(suffix) - 1].rstrip(" .")
    return f"{shortened}.{suffix}"


def check_title(name: str, field: str = "name") -> str:
    """Return a name that a person typed, in NFC and without space around it.

    Raises:
        Refused: With code `invalid_name`, when nothing is left or more than 200 characters are.
    """
    cleaned = _one_line(name).strip()
    if not cleaned or len(cleaned) > LONGEST_NAME:
        shown = name[:40] + ("…" if len(name) > 40 else "")  # noqa: PLR2004 - enough to recognise it
        message = f"{field} must have 1 to {LONGEST_NAME} visible characters; got {shown!r}."
        raise Refused(message, code="invalid_name", details={"field": field})
    return cleaned


def _one_line(text: str) -> str:
    spaced = re.sub(r"\s+", " ", text)
    kept = "".join(c for c in spaced if unicodedata.category(c) not in _UNWANTED and c not in _TURNING)
    # Last: what is taken out may have stood between a letter and its accent.
    return re.sub(r" +", " ", unicodedata.normalize("NFC", kept))
