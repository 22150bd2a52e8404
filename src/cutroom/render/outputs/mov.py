"""QuickTime: ProRes 4444 for editors, transparent where it is asked for; H.264 and HEVC too."""

from __future__ import annotations

from fractions import Fraction

from cutroom.render.film.encode.h26x import code_h26x
from cutroom.render.output import Coding, Output, OutputFormat, bad_output, choose_codec


class Mov(OutputFormat):
    """ProRes 4444, 10 bits, with uncompressed sound."""

    name = "mov"
    title = "QuickTime"
    suffix = ".mov"
    mime_type = "video/quicktime"
    kind = "film"
    has_alpha = True

    def coding(self, output: Output, rate: Fraction) -> Coding:
        """Return how frames are encoded."""
        del rate
        codec = choose_codec(output, ("prores", "h264", "hevc"))
        if codec != "prores":
            if output.alpha:
                raise bad_output(f"{codec} cannot be transparent; choose prores.")
            return code_h26x(output, codec, "mov", "aac")
        if output.encoder != "software":
            raise bad_output("ProRes has no hardware encoder here; choose the software encoder.")
        options = {"profile": "4444", "vendor": "apl0", "alpha_bits": "16" if output.alpha else "0"}
        pixel_format = "yuva444p10le" if output.alpha else "yuv444p10le"
        return Coding("prores_ks", "mov", pixel_format, options, "ap4h", sound="wav")


output = Mov()
