"""Pictures that are uploaded: scaled, upright, without metadata; what cannot be read is refused."""

import unittest
from io import BytesIO
from unittest import mock

from PIL import Image

from cables.graphics import scaled_picture
from cables.graphics.scaled_picture import scale

UPRIGHT = 0x0112  # The tag of EXIF that says how the camera was held.


def file_of(picture, form="PNG", **options):
    file = BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


class ScaledPictureTests(unittest.TestCase):
    def scaled(self, data):
        made = scale(BytesIO(data))
        with Image.open(BytesIO(made.data)) as picture:
            self.assertEqual((picture.format, picture.size), ("WEBP", (made.width, made.height)))
            self.assertFalse(picture.getexif() or picture.info.keys() & {"exif", "xmp"})
            return picture.size, picture.mode

    def test_it_is_scaled_turned_and_keeps_what_is_transparent(self):
        held = Image.Exif()
        held[UPRIGHT], held[0x013B] = 6, "Quinto Rossilante"
        wide, clear = Image.new("RGB", (3200, 800)), Image.new("RGBA", (20, 10), (0, 0, 0, 0))
        for data, expected in (
            (file_of(wide), ((1600, 400), "RGB")),
            (file_of(wide, "JPEG", exif=held), ((400, 1600), "RGB")),
            (file_of(clear), ((20, 10), "RGBA")),
            (file_of(Image.new("P", (20, 10)), "GIF"), ((20, 10), "RGB")),
        ):
            with self.subTest(expected):
                self.assertEqual(self.scaled(data), expected)

    def test_what_is_no_whole_picture_or_too_large_is_refused(self):
        whole = file_of(Image.effect_noise((300, 300), 50))
        for data in (b"", b"<svg onload='alert(1)'/>", whole[:9_000], whole[:40], b"GIF89a" * 9):
            with self.subTest(data[:20]), self.assertRaisesRegex(ValueError, "no picture"):
                scale(BytesIO(data))
        with (
            mock.patch.object(scaled_picture, "MOST_POINTS", 80_000),
            self.assertRaisesRegex(ValueError, "more than 80,000 points"),
        ):
            scale(BytesIO(whole))
