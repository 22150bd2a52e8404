"""Write the tables of documents that repeat what the code says: presets, rules, formats, recognisers.

A table stands in a document between `<!-- table: NAME -->` and `<!-- end of table -->`. Run without arguments
it writes them anew; tools/docs_blocks.py says where one has gone stale.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path

import template_tables

from cutroom.engines.transcriber import TRANSCRIBERS
from cutroom.subtitles import RULES, Rules, preset_names, read_preset
from cutroom.subtitles.format import FORMATS

ROOT = Path(__file__).resolve().parent.parent
PLACE = re.compile(r"<!-- table: (?P<name>[a-z]+) -->\n(?P<text>.*?)<!-- end of table -->", re.DOTALL)
_FIRST_FORMATS = ("srt", "vtt", "ass", "ttml", "json", "txt")
_KEPT = {
    "markup": "italics, bold, underline",
    "place": "place",
    "speaker": "speaker",
    "words": "word times",
    "language": "language",
    "rate": "frame rate",
}


def main() -> int:
    """Write the tables of all documents anew; return an exit code."""
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        text = path.read_text("utf-8")
        fresh = PLACE.sub(lambda match: _block(match["name"]), text)
        if fresh != text:
            path.write_text(fresh, "utf-8")
            print(path.relative_to(ROOT))
    return 0


def stale_tables(text: str) -> list[tuple[int, str]]:
    """Return line and name of each table of a document that is not what the code says."""
    return [
        (text.count("\n", 0, match.start()) + 1, match["name"])
        for match in PLACE.finditer(text)
        if match["name"] not in TABLES or match[0] != _block(match["name"])
    ]


def _block(name: str) -> str:
    return f"<!-- table: {name} -->\n{TABLES[name]()}<!-- end of table -->"


def presets() -> str:
    """Return the limits of every preset, one column each."""
    found = [read_preset(name) for name in preset_names()]
    rows = [[title, *(cell(rules) for rules in found)] for title, cell in _LIMITS]
    return _table(["", *(f"`{rules.name}`" for rules in found)], rows)


def rules() -> str:
    """Return every rule of the checker."""
    return _table(["rule", "is", "says"], [[f"`{rule}`", *said] for rule, said in RULES.items()])


def formats() -> str:
    """Return every format and what comes back when its file is read again."""
    rows: list[list[str]] = []
    for name in (*_FIRST_FORMATS, *(name for name in FORMATS.names() if name not in _FIRST_FORMATS)):
        form = FORMATS.load(name)
        kept = ", ".join(title for feature, title in _KEPT.items() if feature in form.keeps)
        step = f"{_number(form.resolution * 1000)} ms" if form.can_read else "no times"
        rows.append(
            [form.title, ", ".join(form.suffixes), "yes" if form.can_read else "no", step, kept or "none"]
        )
    return _table(["format", "endings", "read", "times to", "keeps beside the text"], rows)


def recognisers() -> str:
    """Return the engines in the order in which `auto` takes them."""
    found = sorted((TRANSCRIBERS.load(name) for name in TRANSCRIBERS.names()), key=lambda each: each.rank)
    rows = [[f"`{each.name}`", each.destination, each.trust.level, each.trust.sentence] for each in found]
    return _table(["engine", "where the sound goes", "trust", "in words"], rows)


def _by_language(table: dict[str, Fraction] | dict[str, int]) -> str:
    others = [(language, limit) for language, limit in sorted(table.items()) if language != "default"]
    own = "; " + ", ".join(f"{language} {_number(limit)}" for language, limit in others) if others else ""
    return f"{_number(table['default'])}{own}"


def _number(value: Fraction | float) -> str:
    fraction = Fraction(value)
    is_short = fraction.denominator in {1, 2, 4, 5, 10, 100, 1000}
    return f"{float(fraction):g}" if is_short else str(fraction)


def _seconds(value: Fraction | None) -> str:
    return "none" if value is None else f"{_number(value)} s"


def _speed(preset: Rules) -> str:
    if preset.words_per_minute is not None:
        return f"{_number(preset.words_per_minute)} words a minute"
    return "none" if preset.reading_speed is None else _by_language(dict(preset.reading_speed))


_LIMITS: tuple[tuple[str, Callable[[Rules], str]], ...] = (
    ("characters of a line", lambda preset: _by_language(dict(preset.line_characters))),
    ("lines of a cue", lambda preset: str(preset.lines)),
    ("words of a cue", lambda preset: str(preset.cue_words or "none")),
    ("shortest cue", lambda preset: _seconds(preset.min_seconds)),
    ("longest cue", lambda preset: _seconds(preset.max_seconds)),
    ("characters per second", _speed),
    ("smallest gap", lambda preset: f"{preset.gap_frames} frames"),
    ("gaps below this are closed", lambda preset: _seconds(preset.close_gap_seconds)),
    ("stays after the last word", lambda preset: _seconds(preset.linger_seconds)),
    ("at a shot change, or this far from it", lambda preset: _seconds(preset.shot_seconds or None)),
    ("bad breaks are reported", lambda preset: "yes" if preset.breaks else "no"),
    ("where the numbers come from", lambda preset: preset.source),
)

TABLES: dict[str, Callable[[], str]] = {
    "presets": presets,
    "rules": rules,
    "formats": formats,
    "recognisers": recognisers,
    "clip": template_tables.clip_fields,
    "layers": template_tables.layers,
    "parts": template_tables.parts,
    "motions": template_tables.motions,
    "transitions": template_tables.transitions,
    "captions": template_tables.captions,
    "outputs": template_tables.outputs,
    "gallery": template_tables.templates,
}
"""What can be asked for in a document."""


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(heads), *(list(row) for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
