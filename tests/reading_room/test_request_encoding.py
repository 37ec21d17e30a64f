"""A header of a request cannot make another page of the same address: caches keep it for all."""

from io import BytesIO
from unittest import TestCase

from django.core.handlers.wsgi import WSGIRequest
from hypothesis import given, settings
from hypothesis import strategies as st

from reading_room.incoming_requests import RequestEncoding

FORM = "application/x-www-form-urlencoded"
PARTS = (
    b'--x\r\nContent-Disposition: form-data; name="q"\r\n\r\nF\xc3\xa4hre\r\n'
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nZ\r\n--x--\r\n'
)


def read(content_type, query="q=F%C3%A4hre", body=b""):
    """Return the request that Django makes, as the web server calls the application."""
    environ = {
        "REQUEST_METHOD": "POST" if body else "GET",
        "PATH_INFO": "/search/",
        "QUERY_STRING": query,
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    return RequestEncoding(lambda environ, start_response: WSGIRequest(environ))(environ, None)


class RequestEncodingTests(TestCase):
    def test_a_query_string_is_utf_8_whatever_a_header_says(self):
        for charset in (
            *("cp037", "utf-16", "latin-1", "utf-7"),  # They would make other words of it.
            *("base64", "hex", "undefined", "punycode", "idna", "\0"),  # They would fail.
            *('"cp037"', "cp037; charset=utf-8", "UTF-8"),
        ):
            for given_type in (f"text/plain; charset={charset}", f"x;CharSet ={charset}"):
                with self.subTest(given_type):
                    self.assertEqual(read(given_type).GET["q"], "Fähre")
        self.assertEqual(read("text/plain; charset*=utf-8''cp037").GET["q"], "Fähre")
        self.assertEqual(read("text/plain; x*=base64''%41").GET["q"], "Fähre")

    @settings(deadline=None)
    @given(st.text(st.characters(max_codepoint=255), max_size=60))
    def test_no_header_fails_or_changes_what_is_read(self, content_type):
        self.assertEqual(read(content_type).GET["q"], "Fähre")

    def test_a_form_is_utf_8_too(self):
        for given_type in (FORM, f"{FORM}; charset=utf-8", f"{FORM}; charset=cp037"):
            with self.subTest(given_type):
                self.assertEqual(read(given_type, "", b"q=F%C3%A4hre").POST["q"], "Fähre")

    def test_files_come_with_a_form(self):
        for parameters in ("boundary=x", 'boundary="x"', "charset=cp037; boundary=x", "Boundary=x"):
            with self.subTest(parameters):
                request = read(f"multipart/form-data; {parameters}", "", PARTS)
                self.assertEqual(request.POST["q"], "Fähre")
                self.assertEqual(request.FILES["file"].read(), b"Z")

    def test_the_application_of_the_web_server_reads_so(self):
        from reading_room.wsgi import application

        self.assertIsInstance(application, RequestEncoding)
