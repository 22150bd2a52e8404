"""Which recogniser hears a recording: the one that is asked for, or the best that is ready, and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cutroom.base.errors import CutroomError, Refused, Unsupported
from cutroom.engines.transcriber import TRANSCRIBERS, Access, Transcriber
from cutroom.engines.vendors.model_hub import MODEL_MISSING, reach

_NAMES = {"en": "English"}
"""Languages of engines that know only some, as people read them."""


@dataclass(frozen=True)
class Choice:
    """Which transcriber works, and why. Picklable.

    Attributes:
        name: A name of `TRANSCRIBERS`.
        reason: Why this one and where the sound goes, in sentences for the user.
        tried: One sentence for each that would have been taken before it and cannot work.
        fetches: What is fetched before it can begin ("the Whisper model small, 486 MB"); None: nothing.
        notes: Where only a rough engine was at hand: what keeps the better ones of this machine from
            working and what to do, in sentences for the user. Keys of services are not asked for.
    """

    name: str
    reason: str
    tried: tuple[str, ...] = ()
    fetches: str | None = None
    notes: tuple[str, ...] = ()


def check_transcriber(name: str, access: Mapping[str, Access], *, language: str | None) -> None:
    """Make sure that a named engine can work, without calling anybody; a model may still be fetched.

    Raises:
        Refused: With code `unknown_engine`.
        Unsupported: When it lacks a key, a library or the language.
    """
    engine, own = _load(name), access.get(name, Access())
    _check_language(engine, _primary(language))
    try:
        engine.check(own)
    except Unsupported as error:
        if error.code_word != MODEL_MISSING or not own.may_fetch:
            raise


def choose_transcriber(
    wanted: str, access: Mapping[str, Access], *, language: str | None, besides: Collection[str] = ()
) -> Choice:
    """Choose who recognises the speech.

    Calls the model hub for at most 3 s where a model would have to be fetched, nobody else.

    Args:
        wanted: `auto`: the ready one of the lowest rank; `local`: the same of those here; or a name.
        access: Key and model of each, by name; a missing one has neither.
        language: The recording's, a BCP 47 tag; None: nobody knows.
        besides: Names of those that have failed already; `auto` and `local` take none of them.

    Raises:
        Refused: With code `unknown_engine`.
        Unsupported: The reason where the one that is wanted cannot work; code `no_engine` where none can.
    """
    spoken = _primary(language)
    if wanted not in {"auto", "local"}:
        engine = _load(wanted)
        fetches = _make_sure(engine, access.get(wanted, Access()), spoken)
        return Choice(wanted, f"{engine.title} was asked for. {engine.destination}", (), fetches)
    tried: list[str] = []
    better: list[str] = []
    for engine in _by_rank(tried):
        if engine.name in besides or (wanted == "local" and not engine.is_local):
            continue
        try:
            fetches = _make_sure(engine, access.get(engine.name, Access()), spoken)
        except CutroomError as error:
            tried.append(f"{engine.title}: {error.message}")
            better += [tried[-1]] if engine.is_local else []
        else:
            notes = _notes(engine, better)
            return Choice(engine.name, _reason(engine, wanted), tuple(tried), fetches, notes)
    raise Unsupported(" ".join(["No engine can recognise the speech.", *tried]), code="no_engine")


def _load(name: str) -> Transcriber:
    if name not in TRANSCRIBERS.names():
        known = ", ".join(["auto", "local", *TRANSCRIBERS.names()])
        raise Refused(f"engine is {name!r}; known: {known}.", code="unknown_engine")
    return TRANSCRIBERS.load(name)


def _notes(engine: Transcriber, better: list[str]) -> tuple[str, ...]:
    if engine.trust.level != "rough" or not better:
        return ()
    return (f"A better engine of this machine could not be used. {' '.join(better)}",)


def _primary(language: str | None) -> str:
    return (language or "und").partition("-")[0].lower()


def _check_language(engine: Transcriber, spoken: str) -> None:
    if engine.languages is not None and spoken not in {*engine.languages, "und"}:
        message = f"{engine.title} does not know the language {spoken!r}; choose another engine."
        raise Unsupported(message, code="language_not_supported")


def _by_rank(tried: list[str]) -> list[Transcriber]:
    found: list[Transcriber] = []
    for name in TRANSCRIBERS.names():
        try:
            found.append(TRANSCRIBERS.load(name))
        except Unsupported as error:
            tried.append(error.message)
    return sorted(found, key=lambda engine: (engine.rank, engine.name))


def _make_sure(engine: Transcriber, access: Access, spoken: str) -> str | None:
    """Return what has to be fetched first, or None.

    Raises:
        Unsupported: When it cannot work.
    """
    _check_language(engine, spoken)
    try:
        engine.check(access)
    except Unsupported as error:
        if error.code_word != MODEL_MISSING or not access.may_fetch:
            raise
        reason = reach(access.hub)
        if reason is not None:
            raise Unsupported(f"{error.message} {reason}", code=MODEL_MISSING, hint=error.hint) from error
        return str((error.details or {}).get("fetches", "A model"))
    return None


def _reason(engine: Transcriber, wanted: str) -> str:
    reach_of = "on this machine" if wanted == "local" else "that is ready"
    names = [_NAMES.get(code, code) for code in sorted(engine.languages or ())]
    limits = f" It knows only {', '.join(names)}." if names else ""
    return f"{engine.title} is the best engine {reach_of}. {engine.destination}{limits}"
