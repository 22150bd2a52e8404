"""Pages of any cues: no word is lost."""

from hypothesis import given, settings
from hypothesis import strategies as st

from caption_pages import cue, pages, shown
from cutroom.render.captions.pages import Paging
from cutroom.subtitles import markup


@settings(max_examples=60)
@given(
    st.text("ab .,今日は\n<i>ไทย", max_size=40),
    st.integers(1, 5),
    st.integers(1, 3),
    st.booleans(),
)
def test_captions_pages_lose_nothing(text, most, lines, keeps):
    found = pages(cue(text), paging=Paging(most, lines, keeps_lines=keeps, language=""))
    wanted = "".join(markup.strip(text).split())
    assert "".join("".join(shown(page)) for page in found) == wanted
    for page in found:
        assert len(page.words) <= most
        assert 0 <= page.begins < page.ends <= 10
        times = [word.begins for word in page.words]
        assert times == sorted(times)
