"""Lines of any text."""

from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.subtitles.line_break import wrap
from cutroom.subtitles.reading import visible
from cutroom.subtitles.rules import preset_names, read_preset


@given(
    st.text(max_size=60),
    st.sampled_from(["en", "ja", "zh", "th", "he", "ko", "und"]),
    st.sampled_from(preset_names()),
)
@settings(max_examples=40)
def test_any_text_keeps_its_characters(text, language, preset):
    wrapped = wrap(text, read_preset(preset), language)
    strip = "".join(visible(text).split()).replace("\u200f", "")
    assert "".join(visible(wrapped).split()).replace("\u200f", "") == strip
