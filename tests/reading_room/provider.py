"""A provider of OpenID Connect, small and on this computer, which can also do what none may do."""

import base64
import hashlib
import json
import secrets
import time
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "reading-room", "a secret of these tests"


@cache
def rsa_key(name):
    return RSAKey.generate_key(2048, {"kid": name})


class Provider:
    """Answers at `issuer` until `close`. What it says of who logs in is `claims`.

    `spoilt` replaces claims of the next ID tokens, None removes one; `header` is that of the token.
    With `in_userinfo` the groups are only told at the address for them. `bodies` has, by route,
    functions that return the pieces of a body which is sent instead of the true one.
    """

    def __init__(self):
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                provider.answer(self, parse_qs(urlsplit(self.path).query))

            def do_POST(self):
                length = int(self.headers["Content-Length"])
                provider.answer(self, parse_qs(self.rfile.read(length).decode()))

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.keys = {name: rsa_key(name) for name in ("own", "foreign")}
        self.codes = {}
        self.claims, self.spoilt, self.userinfo, self.bodies = {}, {}, {}, {}
        self.header, self.key, self.in_userinfo = {"alg": "RS256", "kid": "own"}, "own", False
        self.thread = Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def answer(self, handler, asked):
        asked = {name: values[0] for name, values in asked.items()}
        route = urlsplit(handler.path).path
        if route == "/authorize":
            handler.send_response(302)
            handler.send_header("Location", self.authorize(asked))
            handler.end_headers()
            return
        routes = {"/token": self.token, "/jwks": self.jwks, "/userinfo": self.tell}
        status, data = routes.get(route, self.metadata)(handler, asked)
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.end_headers()
        pieces = self.bodies.get(route, lambda: [json.dumps(data).encode()])
        try:
            for piece in pieces():
                handler.wfile.write(piece)
        except ConnectionError:  # The room did not want all of it.
            pass

    def metadata(self, handler, asked):
        return 200, {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "id_token_signing_alg_values_supported": ["RS256", "none"],
        }

    def jwks(self, handler, asked):
        return 200, {"keys": [self.keys["own"].as_dict(private=False)]}

    def authorize(self, asked):
        """Return where the browser goes next: the provider asks nobody for a password."""
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, handler, asked):
        """Return the tokens for a code, which works once, for the client with the verifier."""
        expected = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        begun = self.codes.pop(asked.get("code"), None)
        digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            not begun
            or handler.headers["Authorization"] != f"Basic {expected}"
            or begun["code_challenge"] != challenge
            or begun["redirect_uri"] != asked["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        token = self.id_token(begun)
        return 200, {"access_token": "for-userinfo", "token_type": "Bearer", "id_token": token}

    def id_token(self, begun):
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300}
        claims |= {"nonce": begun["nonce"]} | self.claims | self.spoilt
        if self.in_userinfo:
            claims.pop("groups", None)
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.header["alg"] == "none":
            parts = (json.dumps(part).encode() for part in (self.header, claims))
            return (
                ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
                + "."
            )
        return jwt.encode(self.header, claims, self.keys[self.key])

    def tell(self, handler, asked):
        return 200, self.claims | self.userinfo
