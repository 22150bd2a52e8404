"""MIME types and kinds, from what a container is and holds."""

from __future__ import annotations

from typing import Literal

Kind = Literal["video", "audio", "image", "subtitles", "document"]

IMAGES = {
    "png_pipe": "image/png",
    "apng": "image/apng",
    "jpeg_pipe": "image/jpeg",
    "webp_pipe": "image/webp",
    "bmp_pipe": "image/bmp",
    "tiff_pipe": "image/tiff",
    "jpegxl_pipe": "image/jxl",
    "jpegxl_anim": "image/jxl",
    "qoi_pipe": "image/qoi",
    "ppm_pipe": "image/x-portable-pixmap",
    "gif": "image/gif",
}

_IMAGE_BRANDS = {
    "avif": "image/avif",
    "avis": "image/avif",
    "heic": "image/heic",
    "heix": "image/heic",
    "mif1": "image/heif",
    "msf1": "image/heif",
}

_SUBTITLES = {"srt": "application/x-subrip", "webvtt": "text/vtt", "ass": "text/x-ssa"}

_VIDEO_OR_AUDIO = {
    "ogg": ("video/ogg", "audio/ogg"),
    "mpegts": ("video/mp2t", "audio/mp2t"),
    "mpeg": ("video/mpeg", "audio/mpeg"),
    "mpegvideo": ("video/mpeg", "audio/mpeg"),
    "avi": ("video/x-msvideo", "audio/x-msvideo"),
    "asf": ("video/x-ms-wmv", "audio/x-ms-wma"),
    "asf_o": ("video/x-ms-wmv", "audio/x-ms-wma"),
    "flv": ("video/x-flv", "audio/x-flv"),
    "live_flv": ("video/x-flv", "audio/x-flv"),
    "mxf": ("application/mxf", "application/mxf"),
    "h264": ("video/h264", "video/h264"),
    "hevc": ("video/h265", "video/h265"),
    "wav": ("audio/wav", "audio/wav"),
    "w64": ("audio/x-w64", "audio/x-w64"),
    "aiff": ("audio/aiff", "audio/aiff"),
    "flac": ("audio/flac", "audio/flac"),
    "mp3": ("audio/mpeg", "audio/mpeg"),
    "aac": ("audio/aac", "audio/aac"),
    "ac3": ("audio/ac3", "audio/ac3"),
    "eac3": ("audio/eac3", "audio/eac3"),
    "caf": ("audio/x-caf", "audio/x-caf"),
    "au": ("audio/basic", "audio/basic"),
    "amr": ("audio/amr", "audio/amr"),
}


def image_type(family: str, brand: str) -> str | None:
    """Return the MIME type of a picture, or None when the container is none.

    Args:
        family: The demuxer's first name, for example `png_pipe` or `mov`.
        brand: The major brand of an ISO base media file, else empty.
    """
    return IMAGES.get(family) or _IMAGE_BRANDS.get(brand.strip())


def media_type(family: str, brand: str, head: bytes, *, has_picture: bool) -> str:
    """Return the MIME type of video or sound; `head` tells WebM from other Matroska."""
    first = "video" if has_picture else "audio"
    if family == "mov":
        return _mp4_type(brand.strip(), first)
    if family == "matroska":
        # DocType (RFC 8794, 11.2.7) stands in the first bytes.
        return f"{first}/webm" if b"webm" in head[:64] else f"{first}/x-matroska"
    fallback = f"{first}/x-{family.replace('_', '-')}"
    return _VIDEO_OR_AUDIO.get(family, (fallback, fallback))[0 if has_picture else 1]


def _mp4_type(brand: str, first: str) -> str:
    if brand == "qt":
        return f"{first}/quicktime"
    return f"{first}/3gpp" if brand.startswith("3g") else f"{first}/mp4"


def subtitles_by_format(family: str) -> str:
    """Return the MIME type of a container that holds nothing but subtitles."""
    return _SUBTITLES.get(family, "application/x-matroska-subtitles")
