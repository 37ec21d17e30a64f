"""Downloads of data sets: whole, in parts, resumed, and sent by the web server without a thread."""

from contextlib import closing
from io import SEEK_CUR, SEEK_END
from unittest.mock import Mock

from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory
from waitress.buffers import ReadOnlyFileBasedBuffer

from cables.api.data_sets import make_data_set
from cables.views.data_set_pages import FilePart
from tests.api.test_data_sets import DataSetTestCase


class DownloadTests(DataSetTestCase):
    def setUp(self):
        super().setUp()
        made = make_data_set()
        self.address = f"/datasets/{made.version}/cables.jsonl.gz"
        self.file = made.file("cables.jsonl.gz")
        self.whole = (made.folder / self.file.name).read_bytes()
        self.etag = f'"{self.file.digest}"'

    def test_parts_are_sent_and_others_refused(self):
        size = len(self.whole)
        for asked, status, part in (
            ("", 200, (0, size)),
            ("bytes=0-0", 206, (0, 1)),
            ("bytes=2-5", 206, (2, 6)),
            ("bytes=5-", 206, (5, size)),
            ("bytes=-7", 206, (size - 7, size)),
            (f"bytes=-{size + 9}", 206, (0, size)),
            (f"bytes=3-{size + 9}", 206, (3, size)),
            ("bytes=0-1,4-5", 200, (0, size)),
            ("bytes=-", 200, (0, size)),
            ("lines=1-2", 200, (0, size)),
            (f"bytes={size}-", 416, (0, 0)),
            ("bytes=5-2", 200, (0, size)),  # Not a valid range.
            ("bytes=-0", 416, (0, 0)),
        ):
            with self.subTest(asked):
                response = self.get(self.address, **({"Range": asked} if asked else {}))
                self.assertEqual(response.status_code, status)
                self.assertEqual(response.getvalue(), self.whole[slice(*part)])
                self.assertEqual(response["Accept-Ranges"], "bytes")
                self.assertEqual(response["ETag"], self.etag)
                if status == 206:
                    told = f"bytes {part[0]}-{part[1] - 1}/{size}"
                    self.assertEqual(response["Content-Range"], told)
                    self.assertEqual(int(response["Content-Length"]), part[1] - part[0])
                elif status == 416:
                    self.assertEqual(response["Content-Range"], f"bytes */{size}")

    def test_a_resumed_download_is_of_the_same_file(self):
        for etag, status in ((self.etag, 206), ('"other"', 200), (f"W/{self.etag}", 200)):
            with self.subTest(etag):
                asked = {"Range": "bytes=4-", "If-Range": etag}
                self.assertEqual(self.get(self.address, **asked).status_code, status)

    def test_a_client_that_has_the_file_is_told_so(self):
        response = self.get(self.address, **{"If-None-Match": self.etag})
        self.assertEqual((response.status_code, response["ETag"]), (304, self.etag))
        self.assertEqual(self.get(self.address, **{"If-Match": '"other"'}).status_code, 412)

    def test_the_size_is_told_without_the_file(self):
        response = self.client.head(self.address)
        self.assertEqual(int(response["Content-Length"]), len(self.whole))
        self.assertEqual(response.content, b"")

    def test_a_range_belongs_to_get_alone(self):
        response = self.client.head(self.address, headers={"Range": "bytes=0-3"})
        self.assertEqual(response.status_code, 200)
        self.assertEqual(int(response["Content-Length"]), len(self.whole))

    def test_the_web_server_can_send_a_part_by_itself(self):
        """It seeks in the file and reads it in pieces, after the view has returned."""
        path = self.folder / "file"
        path.write_bytes(bytes(range(100)))
        with closing(FilePart(path.open("rb"), 10, 20)) as part:
            self.assertEqual(part.seek(0, SEEK_END), 10)
            self.assertEqual(part.seek(0), 0)
            self.assertEqual(part.read(4), bytes(range(10, 14)))
            self.assertEqual(part.seek(-2, SEEK_CUR), 2)
            self.assertEqual(part.read(), bytes(range(12, 20)))
            self.assertEqual(part.read(5), b"")
        self.assertTrue(part.whole.closed)
        environ = RequestFactory(headers={"Range": "bytes=3-8"}).get(self.address).environ
        environ["wsgi.file_wrapper"] = ReadOnlyFileBasedBuffer
        sent = WSGIHandler()(environ, Mock())
        self.assertIsInstance(sent, ReadOnlyFileBasedBuffer)  # No middleware has unpacked it.
        self.assertEqual(sent.prepare(), 6)
        self.assertEqual(sent.get(), self.whole[3:9])
        sent.close()

    def test_other_names_and_methods_are_refused(self):
        for name in ("data_set.json", "..", "../secret_key", "cables.zip", "%2e%2e/x"):
            with self.subTest(name):
                address = self.address.replace("cables.jsonl.gz", name)
                self.assertEqual(self.get(address).status_code, 404)
        self.assertEqual(self.client.post(self.address).status_code, 405)
