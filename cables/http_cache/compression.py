"""Compression of response bodies with brotli or gzip."""

import gzip
import re

import brotli

CODINGS = ("br", "gzip")  # In order of preference.
COMPRESSIBLE = re.compile(r"text/|image/svg|application/(\S+\+)?(json|xml|javascript|link-format)")
ACCEPTED = re.compile(r"\s*([\w*-]+)\s*(?:;\s*q\s*=\s*([\d.]+)\s*)?(?:,|$)")
# Higher levels save a few per cent and take many times as long.
BROTLI_QUALITY, GZIP_LEVEL = 4, 5


def best_coding(accepted: str) -> str:
    """Return the coding for an Accept-Encoding header: "br", "gzip", or "" for none.

    >>> best_coding("gzip, deflate, br;q=0")
    'gzip'
    """
    qualities = {name.lower(): quality or "1" for name, quality in ACCEPTED.findall(accepted)}
    # A quality of 0, 0.0, 0.00 … refuses.
    return next((each for each in CODINGS if qualities.get(each, "0").strip("0.")), "")


def encode(body: bytes, coding: str) -> bytes:
    """Return the body compressed with one of CODINGS."""
    if coding == "br":
        return brotli.compress(body, mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY)
    return gzip.compress(body, GZIP_LEVEL, mtime=0)
