"""Requests by which somebody could try to change what others get at an address, as bytes."""

from collections.abc import Iterator

from tests.proxies import NAME

LONG = "a" * 7_000
# Headers that some server, framework or proxy heeds; {path} is the address that is aimed at.
HEADERS = (
    *("SCRIPT_NAME: {path}", "SCRIPT_NAME: /nowhere", "SCRIPT_NAME: ", "SCRIPT-NAME: {path}"),
    *("Script_Name: {path}", "Script-Name: /", "X-Script-Name: {path}", "X_SCRIPT_NAME: {path}"),
    *("PATH_INFO: /", "PATH-INFO: /", "Path_Info: {path}", "REQUEST_URI: /", "QUERY_STRING: q=x"),
    *("X-Forwarded-Prefix: /evil", "X-Forwarded-Host: evil.example", "X_FORWARDED_HOST: evil"),
    *("X-Forwarded-Proto: https", "X-Forwarded-Proto: evil", "X_FORWARDED_PROTO: https"),
    *("X-Forwarded-Protocol: ssl", "X-Forwarded-Ssl: on", "X-Forwarded-Port: 1"),
    *("X-Forwarded-Proto: http\r\nX-Forwarded-Ssl: on", "X-Forwarded-For: 203.0.113.9"),
    *("X-Real-IP: 203.0.113.9", "Forwarded: for=203.0.113.9;host=evil.example;proto=https"),
    *("REMOTE_USER: admin", "Remote-User: admin", "X-Forwarded-User: admin", "REMOTE_ADDR: ::1"),
    *("X-HTTP-Method-Override: POST", "X-Original-URL: /", "X-Rewrite-URL: /", "X-Sendfile: /x"),
    *("X-Accel-Redirect: /x", "X-Accel-Expires: 1000", "SERVER_NAME: evil", "HTTPS: on"),
    *("wsgi.url_scheme: https", "wsgi_url_scheme: https", "Proxy: http://evil.example"),
    *("Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk",),
    *("Connection: Host", "Connection: keep-alive, X-Forwarded-Proto", "Expect: 100-continue"),
    *("Range: bytes=0-9", "Range: bytes=0-9\r\nIf-Range: *", "Range: bytes=9-0,-1", "TE: trailers"),
    *("If-None-Match: *", 'If-None-Match: "x", W/"y"', "If-Match: *", 'If-Match: "x"'),
    *("If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT", "If-Modified-Since: x"),
    *("If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT", "Cache-Control: only-if-cached"),
    *("Accept: application/json", "Accept: x", "Accept-Language: de", "Accept-Charset: utf-7"),
    *(
        "Accept-Encoding: br",
        "Accept-Encoding: gzip;q=x, *",
        "Accept-Encoding: identity;q=0, *;q=0",
    ),
    *("Accept-Encoding: gzip\r\nAccept-Encoding: br", f"Accept-Encoding: {LONG}"),
    *("Accept-Datetime: Thu, 31 May 2007 20:35:00 GMT", "Accept-Datetime: x"),
    *(
        "Cookie: theme=dark",
        "Cookie: csrftoken=x; messages=x",
        "Cookie: sessionid=x",
        "Cookie: ;=;",
    ),
    *("Authorization: Basic YTph", "Authorization: Bearer x", "Content-Type: application/json"),
    *("X-Requested-With: XMLHttpRequest", "User-Agent: \xff\xfe", "Referer: https://evil.example/"),
    *("Origin: https://evil.example", "Purpose: prefetch", "Save-Data: on", "DNT: 1", "X: \t"),
    *("Content-Length: 5\r\n\r\nhello", "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"),
    *("Content-Length: x", "Content-Length: -1", "Content-Length: +5\r\n\r\nhello"),
    *("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0", "Transfer-Encoding: xchunked\r\n\r\n0"),
    *("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0",),
    *("Transfer-Encoding : chunked\r\n\r\n0", "Transfer-Encoding: chunked\r\n\r\nX\r\n"),
    *("no header at all", "Folded: a\r\n b", "Bad Name: a", "Nul: \x00", ": none"),
)
HOSTS = (
    *("evil.example", "", f"{NAME}:1", f"{NAME}:99999", NAME.upper(), f"{NAME}.", f"a.{NAME}"),
    *(
        f"{NAME}@evil.example",
        f"evil.example/{NAME}",
        f"{NAME}, evil.example",
        "127.0.0.1",
        "[::1]",
    ),
    *(f"{NAME}\r\nHost: evil.example", f"{NAME}\r\nX-Host: evil.example", "\xff", "a b"),
)
TARGETS = (
    *(
        "/{path}",
        "//evil.example{path}",
        "/.{path}",
        "/x/..{path}",
        "{path}?",
        "{path}?#",
        "{path}#x",
    ),
    *(
        "{path};x",
        "{path}//",
        "{path}%2f",
        "{path}%00",
        "{path}%ff",
        "{path}%0d%0aX:%20y",
        "\\{path}",
    ),
    *("http://evil.example{path}", f"http://{NAME}{{path}}", "http://evil.example:1{path}", "*"),
    *("{path}?SCRIPT_NAME=/", "{path}?q=%ff%00", "{path}?" + LONG, "{path}?a=1&a=2", "{path}?=&&"),
    *("{path}?page=2", "{path}?page=0", "evil.example:443", "?", "%2f", "{path}\x7f"),
)
METHODS = ("HEAD", "POST", "PUT", "OPTIONS", "TRACE", "CONNECT", "get", "FOO", "PRI", "X" * 300)


def requests(path: str) -> Iterator[bytes]:
    """Yield such requests, aimed at the address `path` of the site NAME."""
    for header in HEADERS:
        yield request("GET", path, f"Host: {NAME}", header.format(path=path))
    for start in ("/", path.rstrip("/")):  # A script's name that makes `path` of another address.
        for name in ("SCRIPT_NAME", "SCRIPT-NAME", "Script_Name"):
            yield request("GET", start, f"Host: {NAME}", f"{name}: {path.rstrip('/')}")
    for host in HOSTS:
        yield request("GET", path, f"Host: {host}")
    for target in TARGETS:
        yield request("GET", target.format(path=path), f"Host: {NAME}")
    for method in METHODS:
        yield request(method, path, f"Host: {NAME}")
    yield f"GET {path} HTTP/1.0\r\n\r\n".encode()
    yield f"GET {path}\r\n\r\n".encode()
    yield f"GET {path} HTTP/9.9\r\nHost: {NAME}\r\n\r\n".encode()


def request(method: str, target: str, *headers: str) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1")
