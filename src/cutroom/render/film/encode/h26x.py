"""H.264 and HEVC: options pinned so that every machine writes the same bytes, and hardware by name."""

from __future__ import annotations

from typing import Literal

from cutroom.render.film.encode.processor import x264_instructions
from cutroom.render.output import Coding, Output, VideoCodec, bad_output

_MOST_CRF = 51
_LEAST_CRF = {"h264": 1, "hevc": 0}
"""0 is lossless, which H.264's High profile, the one that every player knows, is not."""
_DEFAULT_CRF = {"h264": 18, "hevc": 20}
_SOFTWARE = {"h264": "libx264", "hevc": "libx265"}
_PYRAMID_DELAY = 2
"""Frames that decoding runs ahead where B-frames are referred to by others (x264 common/common.h: 2 when
b-pyramid is on; x265 the same)."""


def code_h26x(output: Output, codec: VideoCodec, container: str, sound: Literal["aac", "wav"]) -> Coding:
    """Return how H.264 or HEVC is encoded.

    Raises:
        Refused: With code `bad_output` for a rate factor that the codec does not know.
    """
    crf = _DEFAULT_CRF[codec] if output.crf is None else output.crf
    if not _LEAST_CRF[codec] <= crf <= _MOST_CRF:
        raise bad_output(f"{codec} takes rate factors of {_LEAST_CRF[codec]} to {_MOST_CRF}, not {crf}.")
    tag = "hvc1" if codec == "hevc" else ""  # QuickTime and Safari play no hev1
    if output.encoder != "software":
        options = _hardware_options(output.encoder, crf)
        return Coding(f"{codec}_{output.encoder}", container, "yuv420p", options, tag, sound=sound)
    options = {"preset": output.preset, "crf": str(crf)}
    if codec == "h264":
        # One frame and one lookahead thread; a constant frame rate, or the length of a segment's last frame
        # would be guessed; AVX-512 left out because its macroblock tree gives other bytes than that of AVX2.
        options["x264-params"] = ":".join(
            [
                "threads=1",
                "lookahead-threads=1",
                "force-cfr=1",
                "b-pyramid=normal",
                "open-gop=0",
                *x264_instructions(),
            ]
        )
        options["profile"] = "high"
    else:
        # The line about the encoder that x265 writes into the stream names the machine's instructions.
        options["x265-params"] = (
            "pools=none:frame-threads=1:wpp=0:pmode=0:pme=0:info=0:open-gop=0:b-pyramid=1"
            ":repeat-headers=0:log-level=none"
        )
    has_b_frames = (codec, output.preset) != ("h264", "ultrafast")
    delay = _PYRAMID_DELAY if has_b_frames else 0
    return Coding(_SOFTWARE[codec], container, "yuv420p", options, tag, delay, sound)


def _hardware_options(encoder: str, crf: int) -> dict[str, str]:
    # Without B-frames decoding never runs ahead, whatever the driver.
    if encoder == "nvenc":
        return {"preset": "p4", "rc": "constqp", "qp": str(crf), "bf": "0"}
    if encoder == "vaapi":
        return {"rc_mode": "CQP", "qp": str(crf), "bf": "0"}
    return {"q": str(max(1, 100 - 2 * crf)), "bf": "0"}
