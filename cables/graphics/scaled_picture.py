"""Scale a picture that somebody uploads, and leave out all but its points. No Django."""

import struct
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO, NamedTuple

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF")
WIDEST = 1_600  # Pixels of the longer side.
MOST_POINTS = 80_000_000  # Of what is uploaded: more take too much memory.
QUALITY = 82
BROKEN = (OSError, SyntaxError, ValueError, EOFError, ArithmeticError, LookupError, struct.error)
UNREADABLE = "It is no picture that can be read: upload a PNG, JPEG, WebP, GIF or TIFF file."


class ScaledPicture(NamedTuple):
    data: bytes  # A WebP file.
    width: int
    height: int

    @property
    def digest(self) -> str:
        return sha256(self.data).hexdigest()[:32]


def scale(file: BinaryIO) -> ScaledPicture:
    """Return a picture as WebP, at most WIDEST pixels wide and high, turned as its camera was held.

    It has no metadata: no place, time, camera or name. Raises ValueError if it cannot be read.
    """
    from PIL import Image, ImageOps

    try:
        with Image.open(file, formats=FORMATS) as opened:
            is_small = opened.width * opened.height <= MOST_POINTS
            turned = ImageOps.exif_transpose(opened) if is_small else Image.new("1", (1, 1))
            points = turned.convert("RGBA" if turned.has_transparency_data else "RGB")
    except (*BROKEN, Image.DecompressionBombError):
        raise ValueError(UNREADABLE) from None
    if not is_small:
        raise ValueError(f"It has more than {MOST_POINTS:,} points: scale it down first.")
    points.thumbnail((WIDEST, WIDEST))
    plain = Image.new(points.mode, points.size)
    plain.paste(points)
    out = BytesIO()
    plain.save(out, "WEBP", quality=QUALITY)
    return ScaledPicture(out.getvalue(), *plain.size)
