"""The typed links of an answer: what it is, where it stands, what it should be cited as."""


class Links:
    """Links to addresses of a site, as the header Link and application/link-format write them.

    `site` is its scheme and host. The form is that of RFC 8288 and, for a file, RFC 6690.
    """

    def __init__(self, site: str):
        self.site = site
        self.links: list[str] = []

    def add(self, rel: str, address: str, **attributes: str) -> "Links":
        """Add a link to an address; a path is one of the site. `rel` may name several relations."""
        target = address if "://" in address else f"{self.site}{address}"
        named = {"rel": rel} | {name: value for name, value in attributes.items() if value}
        self.links.append("; ".join([f"<{target}>", *(f'{n}="{v}"' for n, v in named.items())]))
        return self

    def file(self) -> str:
        """Return the links as a file of the type application/link-format."""
        return ",\n".join(self.links) + "\n"

    def put(self, response):
        """Set the header of a response, behind what it has already. Returns the response."""
        response["Link"] = ", ".join([*filter(None, [response.get("Link")]), *self.links])
        return response
