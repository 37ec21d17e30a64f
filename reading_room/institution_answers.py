"""Read the answers of the institution's provider within limits of time and size.

The timeout of Requests is for each piece of an answer: one of many small pieces would hold a thread
for as long as it likes, and one without an end would fill the memory.
"""

import time
from io import BytesIO

from authlib.integrations.django_client import DjangoOAuth2App
from authlib.integrations.requests_client import OAuth2Session
from requests import Response
from requests.adapters import HTTPAdapter
from requests.exceptions import ContentDecodingError
from urllib3.exceptions import HTTPError

PATIENCE = 10  # Seconds for connecting, for each piece, and for all of a body.
MOST_BYTES = 1_000_000  # Of a body, unpacked. Lists of keys and of groups have some 10,000.
MOST_REDIRECTS = 3
PIECE = 16_384


class BoundedAdapter(HTTPAdapter):
    """Bring the body of each answer, also of those that redirect, whole or not at all."""

    def send(
        self, request, stream=False, timeout=None, verify=True, cert=None, proxies=None
    ) -> Response:
        """Return the answer. Raises ContentDecodingError if its body is too long or too slow."""
        begun = time.monotonic()
        response = super().send(request, True, timeout, verify, cert, proxies)
        try:
            response.raw = BytesIO(body_of(response.raw, begun + PATIENCE))
        except HTTPError as error:  # Of urllib3, which is not one of Requests.
            raise ContentDecodingError(error) from error
        return response


def body_of(raw, end: float) -> bytes:
    """Return a body. Raises ContentDecodingError if it is too long or not whole at this time."""
    body = bytearray()
    with raw:
        while piece := raw.read1(PIECE, decode_content=True):
            body += piece
            if len(body) > MOST_BYTES or time.monotonic() > end:
                raise ContentDecodingError("The answer is too long or too slow.")
    return bytes(body)


class BoundedSession(OAuth2Session):
    def __init__(self, *args, **options):
        super().__init__(*args, default_timeout=PATIENCE, **options)
        self.max_redirects = MOST_REDIRECTS
        for scheme in ("http://", "https://"):
            self.mount(scheme, BoundedAdapter())


class BoundedApp(DjangoOAuth2App):
    """Authlib's client, whose answers have limits."""

    client_cls = BoundedSession
