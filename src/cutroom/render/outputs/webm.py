"""WebM: VP9 with Opus, transparent where it is asked for."""

from __future__ import annotations

from fractions import Fraction

from cutroom.render.output import Coding, Output, OutputFormat, bad_output, choose_codec

_DEFAULT_CRF = 30
_SPEEDS = {"medium": 3, "slow": 2, "slower": 1, "veryslow": 0, "fast": 4, "faster": 4}
_FASTEST = 5
"""libvpx's `cpu-used` in its good-quality mode ends there; larger numbers are for live pictures."""


class WebM(OutputFormat):
    """VP9, 4:2:0, 8 bits, BT.709."""

    name = "webm"
    title = "WebM"
    suffix = ".webm"
    mime_type = "video/webm"
    kind = "film"
    has_alpha = True

    def coding(self, output: Output, rate: Fraction) -> Coding:
        """Return how frames are encoded."""
        del rate
        codec = choose_codec(output, ("vp9",))
        if output.encoder != "software":
            raise bad_output(f"{codec} has no hardware encoder here; choose the software encoder or mp4.")
        options = {
            "crf": str(_DEFAULT_CRF if output.crf is None else output.crf),
            "b": "0",  # a rate factor alone decides only where no bit rate is given
            "deadline": "good",
            "cpu-used": str(_SPEEDS.get(output.preset, _FASTEST)),
            "row-mt": "0",
            "lag-in-frames": "16",
            # libvpx cannot hide frames in the stream of alpha.
            "auto-alt-ref": "0" if output.alpha else "1",
        }
        pixel_format = "yuva420p" if output.alpha else "yuv420p"
        return Coding("libvpx-vp9", "webm", pixel_format, options, sound="opus")


output = WebM()
