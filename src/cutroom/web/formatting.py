"""Numbers as people read them; pure functions, used as filters by the templates."""

from __future__ import annotations

import math
from datetime import datetime

from cutroom.base.clock import now
from cutroom.base.units import human_bytes

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


def clock(seconds: float | None) -> str:
    """Write a media time: `0:07`, `12:30`, `1:02:03`; nothing for None."""
    if seconds is None:
        return ""
    whole = max(0, math.floor(seconds))
    hours, minutes, rest = whole // _HOUR, whole // _MINUTE % _MINUTE, whole % _MINUTE
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def duration(seconds: float | None) -> str:
    """Say how long something takes: `a moment`, `12 seconds`, `3 minutes`, `2 hours 5 minutes`."""
    if seconds is None:
        return ""
    whole = math.ceil(seconds)
    if whole <= 1:
        return "a moment"
    if whole < 2 * _MINUTE:
        return f"{whole} seconds"
    minutes = round(whole / _MINUTE)
    if minutes < _MINUTE:
        return f"{minutes} minutes"
    hours, rest = divmod(minutes, 60)
    said = _count(hours, "hour")
    return f"{said} {_count(rest, 'minute')}" if rest else said


def size(count: int | None) -> str:
    """Say a size in bytes."""
    return "" if count is None else human_bytes(count)


def moment(text: str | datetime) -> datetime:
    """Read a time of the API; a datetime stays as it is."""
    return text if isinstance(text, datetime) else datetime.fromisoformat(text)


def ago(text: str | datetime) -> str:
    """Say how long ago a time was; days and more as a date."""
    seconds = (now() - moment(text)).total_seconds()
    if seconds < _MINUTE:
        return "just now"
    if seconds < _HOUR:
        return f"{_count(int(seconds // _MINUTE), 'minute')} ago"
    if seconds < _DAY:
        return f"{_count(int(seconds // _HOUR), 'hour')} ago"
    return moment(text).strftime("%-d %B %Y")


def when(text: str | datetime) -> str:
    """Write a time in full: `21 November 2026, 10:30 UTC`."""
    return moment(text).strftime("%-d %B %Y, %H:%M UTC")


def decibels(value: float | None, unit: str = "dB") -> str:
    """Write a level with one digit and a true minus sign; silence has none."""
    if value is None or not math.isfinite(value):
        return "silent"
    text = f"{value:.1f}".replace("-", "\N{MINUS SIGN}")
    return f"{text}\N{NO-BREAK SPACE}{unit}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
