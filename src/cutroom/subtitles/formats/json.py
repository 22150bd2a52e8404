"""Cutroom's own document: cues with words, places and speakers, as JSON; nothing is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar, cast

from cutroom.base.errors import Refused
from cutroom.subtitles.codec import cue_from_json, cue_to_json
from cutroom.subtitles.cue import DEFAULT_RATE, Track
from cutroom.subtitles.format import Format, Imported
from cutroom.subtitles.syntax.intake import Intake
from cutroom.subtitles.syntax.text_lines import printable

_NAME = "cutroom-subtitles"
_LISTS = ("subtitles", "cues", "segments")
"""Where the cues are: in ours and in answers of the API, in other editors', in those of recognisers."""
_ONE_OF_THEM = re.compile(r'"(?:subtitles|cues|segments|startTime)"\s*:')
_TO_ESCAPE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,4}")
_RATE = re.compile(r"[1-9]\d{0,5}(?:/[1-9]\d{0,5})?")
_FOREIGN = {"start": "startTime", "end": "endTime", "word": "text", "probability": "confidence"}
"""How recognisers name what we name otherwise."""


class Document(Format):
    """JSON; times to 1 microsecond, frame boundaries exactly."""

    name: ClassVar[str] = "json"
    title: ClassVar[str] = "JSON with words"
    suffixes: ClassVar[tuple[str, ...]] = (".json",)
    mime_type: ClassVar[str] = "application/json"
    resolution: ClassVar[Fraction] = Fraction(1, 1_000_000)
    keeps = frozenset({"markup", "place", "speaker", "words", "language", "rate"})

    def write(self, track: Track, *, title: str = "") -> str:
        """Return the document, one cue a line, so that versions can be compared."""
        head: dict[str, Any] = {"format": _NAME, "version": 1}
        if title:
            head["title"] = title
        head |= {"language": track.language, "frameRate": str(track.rate)}
        cues = ",\n".join(f"  {_dumped(cue_to_json(cue))}" for cue in track.cues)
        lines = [f" {_dumped(key)}: {_dumped(value)}" for key, value in head.items()]
        listed = f' "subtitles": [\n{cues}\n ]' if cues else ' "subtitles": []'
        return "{\n" + ",\n".join([*lines, listed]) + "\n}\n"

    def recognises(self, text: str) -> bool:
        """Whether it is JSON that has cues."""
        return text.lstrip()[:1] in {"{", "["} and _ONE_OF_THEM.search(text) is not None

    def read(self, text: str, *, language: str | None = None, rate: Fraction | None = None) -> Imported:
        """Read a document: ours, the API's list of subtitles, or a recogniser's segments."""
        try:
            value = json.loads(text)
        except json.JSONDecodeError as error:
            sentence = f"The file is no JSON from line {error.lineno} on: {error.msg}."
            raise Refused(sentence, code="broken_subtitles") from error
        except (ValueError, RecursionError) as error:
            sentence = "The file's JSON is nested too deep or has numbers too long to be subtitles."
            raise Refused(sentence, code="broken_subtitles") from error
        head, items = _found(value)
        said = head.get("frameRate")
        own = Fraction(said) if isinstance(said, str) and _RATE.fullmatch(said) else None
        intake = Intake(rate or own or DEFAULT_RATE, language)
        tag = head.get("language")
        if isinstance(tag, str) and _LANGUAGE.fullmatch(tag):
            intake.say_language(tag)
        for number, item in enumerate(items, 1):
            _read_cue(number, item, intake, own)
        title = head.get("title")
        return intake.finish(self.name, title=title if isinstance(title, str) else "")


def _dumped(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return _TO_ESCAPE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _found(value: object) -> tuple[Mapping[str, Any], Sequence[object]]:
    """Return what holds for the whole track, and the cues as they stand."""
    if isinstance(value, list):
        return {}, cast("list[object]", value)
    head = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    for key in _LISTS:
        if isinstance(head.get(key), list):
            return head, cast("list[object]", head[key])
    for inner in (head.get("data"), head.get("outputData")):
        if isinstance(inner, dict):
            return _found(cast("object", inner))
    names = ", ".join(repr(name) for name in _LISTS)
    raise Refused(f"The file's JSON has no list of cues under {names}.", code="broken_subtitles")


def _read_cue(number: int, item: object, intake: Intake, own: Fraction | None) -> None:
    try:
        cue = cue_from_json(_renamed(item), own)
    except Refused as error:
        intake.error(0, f"Cue {number} was left out. {error.message}")
        return
    words = tuple(word for word in cue.words if word.text.strip() and 0 <= word.start <= word.end)
    if len(words) < len(cue.words):
        intake.error(
            0, f"Cue {number} has words without text, or that end before they begin; they were left out."
        )
    text = printable(cue.text)
    if text != cue.text:
        intake.warn(0, f"Control characters were left out of cue {number}.")
    speaker = " ".join(printable(cue.speaker or "").split())
    intake.add(0, cue.start, cue.end, text, words=words, speaker=speaker, place=cue.place)


def _renamed(item: object) -> object:
    """Return a cue or word with our names for a recogniser's."""
    if not isinstance(item, dict):
        return item
    table = {_FOREIGN.get(key, key): value for key, value in cast("dict[str, Any]", item).items()}
    if table.keys() != cast("dict[str, Any]", item).keys() and isinstance(table.get("text"), str):
        table["text"] = table["text"].strip()
    if isinstance(table.get("words"), list):
        table["words"] = [_renamed(word) for word in cast("list[object]", table["words"])]
    return table


format = Document()  # noqa: A001 - the registry's attribute
