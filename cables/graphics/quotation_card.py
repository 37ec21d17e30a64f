"""Draw a quotation as a picture that other sites show beside a link: 1200 by 630 pixels, PNG.

No Django. The letters are the fonts that the room serves; they have Latin letters only.
"""

from bisect import bisect_right
from functools import cache
from io import BytesIO
from pathlib import Path
from unicodedata import combining, normalize

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from ..telegram.shorten_text import cut_at_word

WIDTH, HEIGHT = 1200, 630
EDGE = 72
PAPER, INK, SOFT, ACCENT = "#faf8f3", "#1e1c19", "#5c574e", "#14594a"
COLOURS = 32  # Shades of these four: a picture of 15 to 30 kilobytes.
FONTS = Path(__file__).resolve().parents[2] / "static" / "fonts"
SERIF, BOLD, SANS = "serif-400", "serif-600", "sans"
SANS_WEIGHT = 400
SIZES = (56, 50, 44, 40, 36, 32)  # Of the words: the largest in which all fit.
LEADING = 1.32  # The height of a line, in sizes.
SMALL = 28
TOP, BOTTOM = 148, 168  # Kept free for the name of the room, and for the source.
REPLACED = "·"  # For a letter that the fonts do not have.
PUNCTUATION = "–—‘’“”…•"
Font = ImageFont.FreeTypeFont


def draw_card(words: str, title: str, source: str, room: str) -> bytes:
    """Return the PNG of a quotation.

    `words` are set as large as they fit, and cut if they are too long. `title` and `source` stand
    below them, `room` above. The file says the same in letters, for whoever cannot see it.
    """
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    drawing = ImageDraw.Draw(picture)
    drawing.rectangle((0, 0, 14, HEIGHT), ACCENT)
    drawing.text((EDGE, 62), f"¶ {in_latin(room)}", ACCENT, font(BOLD, SMALL))
    size, lines = fit(in_latin(words))
    for number, line in enumerate(lines):
        drawing.text((EDGE, TOP + number * size * LEADING), line, INK, font(SERIF, size))
    below = HEIGHT - BOTTOM + 40
    drawing.line((EDGE, below - 18, WIDTH - EDGE, below - 18), SOFT, 1)
    heading = wrap(in_latin(title), font(BOLD, SMALL), 1)
    drawing.text((EDGE, below), "".join(heading), INK, font(BOLD, SMALL))
    origin = wrap(in_latin(source), font(SANS, SMALL - 2), 1)
    drawing.text((EDGE, below + 42), "".join(origin), SOFT, font(SANS, SMALL - 2))
    written = PngInfo()
    written.add_itxt("Description", "\n".join([words, title, source]))
    file = BytesIO()
    picture.quantize(COLOURS).save(file, "PNG", optimize=True, pnginfo=written)
    return file.getvalue()


def fit(words: str) -> tuple[int, list[str]]:
    """Return the largest size in which all words fit, and their lines; the smallest cuts them."""
    for size in SIZES:
        most = int((HEIGHT - TOP - BOTTOM) / (size * LEADING))
        lines = wrap(words, font(SERIF, size), most + 1)
        if len(lines) <= most:
            break
    return size, wrap(words, font(SERIF, size), most)


def wrap(text: str, face: Font, most: int) -> list[str]:
    """Return the lines of a text that are as wide as the card, at most so many; "…" ends a cut."""
    wide = WIDTH - 2 * EDGE
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if face.getlength(longer) <= wide:
            lines[-1] = longer
        elif len(lines) == most:
            lines[-1] = shortened(longer, face, wide)
            return lines
        else:
            lines.append(shortened(word, face, wide))
    return lines if lines[0] else lines[1:]


def shortened(line: str, face: Font, wide: int) -> str:
    """Return a line that ends in "…" if it is too wide."""
    if face.getlength(line) <= wide:
        return line
    # By halves, as measuring takes time in proportion to the length.
    fitting = bisect_right(
        range(1, len(line)), float(wide), key=lambda end: face.getlength(f"{line[:end]}…")
    )
    return cut_at_word(line, fitting + 1)


def in_latin(text: str) -> str:
    """Return a text in letters that the fonts have: others lose their accents, or are a dot."""
    return "".join(_letter(sign) for sign in text)


def _letter(sign: str) -> str:
    if sign in PUNCTUATION or sign.isspace() or " " <= sign <= "~" or "\xa0" <= sign <= "\xff":
        return sign
    bare = "".join(each for each in normalize("NFKD", sign) if not combining(each))
    return bare if bare.isascii() and bare.isprintable() and bare else REPLACED


@cache
def font(name: str, size: int) -> Font:
    """Return a font of the room. The sans is variable: a weight is chosen."""
    face = ImageFont.truetype(FONTS / f"{name}.woff2", size)
    if name == SANS:
        face.set_variation_by_axes([SANS_WEIGHT])
    return face
