"""Security headers of every response, in addition to those of Django and django-csp."""

PASSKEYS = "publickey-credentials-get"
# Browser features that the room never uses, denied to its pages; passkeys, but at the login.
UNUSED = (
    *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture"),
    *("encrypted-media", "fullscreen", "geolocation", "gyroscope", "hid", "magnetometer"),
    *("microphone", "midi", "payment", "picture-in-picture", PASSKEYS),
    *("screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
)
POLICY = "Permissions-Policy"
HEADERS = {
    POLICY: ", ".join(f"{name}=()" for name in UNUSED),
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}


def let_use_passkeys(response):
    """Let a page of this site ask the browser to sign with a passkey. Only the login does."""
    response.headers[POLICY] = HEADERS[POLICY].replace(f"{PASSKEYS}=()", f"{PASSKEYS}=(self)")
    return response


class Headers:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response
