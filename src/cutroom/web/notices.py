"""Notices after a form: the address carries a word, the page says the sentence of that word."""

from __future__ import annotations

_SENTENCES = {
    "project-created": "The project is made. Drop a recording into it.",
    "project-renamed": "The project has its new name.",
    "project-deleted": "The project and everything in it is deleted.",
    "uploaded": "Uploaded.",
    "asset-deleted": "The file is deleted.",
    "job-cancelled": "The job is cancelled and its temporary files are gone.",
    "job-retried": "It tries again and keeps the steps that were finished.",
    "job-deleted": "The job is deleted; what it made stays in the project.",
    "subtitles-imported": "The subtitles are imported.",
    "subtitles-saved": "Saved.",
    "subtitles-unchanged": "Nothing was to be changed.",
    "subtitles-undone": "Undone.",
    "subtitles-redone": "Done again.",
    "subtitles-renamed": "The subtitles have their new name.",
    "subtitles-deleted": "The subtitles are deleted; the recording stays.",
    "template-saved": "The template is saved.",
    "template-renamed": "The template has its new name.",
    "template-duplicated": "This is the copy.",
    "template-restored": "The earlier version is the newest one again.",
    "template-deleted": "The template is deleted; videos made from it stay.",
    "key-deleted": "The key is deleted; programs that use it are refused from now on.",
    "signed-out": "You are signed out.",
}


def text(word: str | None) -> str | None:
    """Return the sentence of a word; an unknown one says nothing, so an address cannot speak for us."""
    return _SENTENCES.get(word) if word else None
