"""The bodies of edits: what somebody does to cues, as JSON."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from pydantic import ConfigDict, Discriminator, Field, Tag

from cutroom.api.model import Body
from cutroom.subtitles import RULES, edit
from cutroom.subtitles.codec import seconds_from_json
from cutroom.subtitles.editing.edit_cues import LONGEST_TEXT

_MOST_EDITS = 100
_MOST_CUES = 100_000
_LATEST = 10_000_000

CueNumber = Annotated[int, Field(ge=0, le=_MOST_CUES, description="The cue's place, from 0.")]
Time = Annotated[
    float, Field(ge=0, le=_LATEST, allow_inf_nan=False, description="Seconds; moved to the nearest frame.")
]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
Speaker = Annotated[str | None, Field(max_length=200)]
RuleName = Annotated[str, Field(max_length=40, json_schema_extra={"enum": list(RULES)})]
Place = Literal["bottom", "top", "middle"]


class SetText(Body):
    """Give a cue another text, markup included; words that stay keep their times."""

    type: Literal["setText"]
    cue: CueNumber
    text: Text

    def value(self) -> edit.Edit:
        """Return the edit."""
        return edit.SetText(self.cue, self.text)


class SetTimes(Body):
    """Show a cue from one time to another."""

    type: Literal["setTimes"]
    cue: CueNumber
    start_time: Time
    end_time: Time

    def value(self) -> edit.Edit:
        """Return the edit."""
        return edit.SetTimes(self.cue, seconds_from_json(self.start_time), seconds_from_json(self.end_time))


class Split(Body):
    """Cut a cue in two, at a caret or at a time; with both, the caret says where and the time when."""

    type: Literal["split"]
    cue: CueNumber
    character: int | None = Field(
        None,
        ge=0,
        le=_MOST_CUES,
        description="Unicode code points of its text, markup included, before the caret.",
    )
    time: Time | None = None

    def value(self) -> edit.Edit:
        """Return the edit."""
        return edit.Split(
            self.cue, self.character, None if self.time is None else seconds_from_json(self.time)
        )


class Merge(Body):
    """Make one cue of a cue and the next."""

    type: Literal["merge"]
    cue: CueNumber

    def value(self) -> edit.Edit:
        """Return the edit."""
        return edit.Merge(self.cue)


class Insert(Body):
    """Put a new cue where its start belongs."""

    type: Literal["insert"]
    start_time: Time
    end_time: Time
    text: Text = ""
    speaker: Speaker = None
    place: Place = "bottom"

    def value(self) -> edit.Edit:
        """Return the edit."""
        start, end = seconds_from_json(self.start_time), seconds_from_json(self.end_time)
        return edit.Insert(start, end, self.text, self.speaker, self.place)


class Delete(Body):
    """Take a cue out."""

    type: Literal["delete"]
    cue: CueNumber

    def value(self) -> edit.Edit:
        """Return the edit."""
        return edit.Delete(self.cue)


class Shift(Body):
    """Move a cue and all after it by whole frames, earlier when `seconds` is negative."""

    type: Literal["shift"]
    cue: CueNumber = 0
    seconds: float = Field(ge=-_LATEST, le=_LATEST, allow_inf_nan=False)

    def value(self) -> edit.Edit:
        """Return the edit."""
        return edit.Shift(self.cue, seconds_from_json(self.seconds))


class SetSpeaker(Body):
    """Say who speaks; null: nobody knows."""

    type: Literal["setSpeaker"]
    cue: CueNumber
    speaker: Speaker

    def value(self) -> edit.Edit:
        """Return the edit."""
        return edit.SetSpeaker(self.cue, self.speaker)


class SetPlace(Body):
    """Say where on the picture a cue stands."""

    type: Literal["setPlace"]
    cue: CueNumber
    place: Place

    def value(self) -> edit.Edit:
        """Return the edit."""
        return edit.SetPlace(self.cue, self.place)


class ReplaceText(Body):
    """Replace a text in all cues; a cue of which nothing is left goes."""

    type: Literal["replaceText"]
    find: str = Field(
        min_length=1, max_length=1000, description="What cues show; a space stands for a line break too."
    )
    replace: str = Field("", max_length=1000)
    case_sensitive: bool = True
    whole_words: bool = False

    def value(self) -> edit.Edit:
        """Return the edit."""
        return edit.ReplaceText(self.find, self.replace, self.case_sensitive, self.whole_words)


class Fix(Body):
    """Let the fixer mend violations: of some cues or all, of some rules or all."""

    type: Literal["fix"]
    cues: list[CueNumber] | None = Field(None, max_length=_MOST_CUES)
    rules: list[RuleName] | None = Field(None, max_length=len(RULES))

    def value(self) -> edit.Edit:
        """Return the edit."""
        return edit.FixCues(
            None if self.cues is None else tuple(self.cues),
            None if self.rules is None else tuple(self.rules),
        )


def _type_of(content: Any) -> str | None:
    """Return which edit a JSON value is; a field's own discriminator cannot stand behind `Body`'s checks."""
    if not isinstance(content, dict):
        return None
    named = cast("dict[str, Any]", content).get("type")
    return named if isinstance(named, str) else None


Edit = Annotated[
    Annotated[SetText, Tag("setText")]
    | Annotated[SetTimes, Tag("setTimes")]
    | Annotated[Split, Tag("split")]
    | Annotated[Merge, Tag("merge")]
    | Annotated[Insert, Tag("insert")]
    | Annotated[Delete, Tag("delete")]
    | Annotated[Shift, Tag("shift")]
    | Annotated[SetSpeaker, Tag("setSpeaker")]
    | Annotated[SetPlace, Tag("setPlace")]
    | Annotated[ReplaceText, Tag("replaceText")]
    | Annotated[Fix, Tag("fix")],
    Discriminator(_type_of),
]


class Edits(Body):
    """Edits that are one step of undo."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"revision": 1, "edits": [{"type": "setText", "cue": 0, "text": "Hello."}]}]
        }
    )

    revision: int = Field(ge=1, le=2**31 - 1, description="The one that the edits were made for.")
    edits: list[Edit] = Field(
        min_length=1, max_length=_MOST_EDITS, description="In order; each meets what the one before left."
    )


class Revision(Body):
    """Which state is meant."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"revision": 2}]})

    revision: int = Field(ge=1, le=2**31 - 1, description="The one that you see.")
