"""What readers count as one character."""

import pytest

from cutroom.render.text.clusters import is_emoji, split_clusters, visible


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("abc", 3),
        ("e\u0301a", 2),
        ("a\r\nb", 3),
        ("👨‍👩‍👧‍👦", 1),
        ("👍🏽👍", 2),
        ("🇩🇪🇫🇷🇯", 3),
        ("1️⃣2", 2),
        ("क्षत्रिय", 3),
        ("ทำงาน", 4),
        ("각한", 2),
        ("\u1112\u1161\u11ab\u1100", 2),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 1),
        ("", 0),
    ],
)
def test_text_clusters_are_what_readers_count(text, count):
    assert len(split_clusters(text)) == count


@pytest.mark.parametrize("cluster", ["😀", "❤️", "👍🏽", "1️⃣", "🇩🇪", "⌚", "👩‍🚀"])
def test_text_clusters_tell_emoji(cluster):
    assert is_emoji(cluster)


@pytest.mark.parametrize("cluster", ["a", "1", "❤", "❤︎", "→", "✓", "字", "ع", "⌚︎"])
def test_text_clusters_leave_signs_of_text(cluster):
    assert not is_emoji(cluster)


def test_text_clusters_need_no_glyphs_for_what_shows_nothing():
    assert visible("a\u200d\ufe0f") == "a"
    assert visible("\u200b") == ""
