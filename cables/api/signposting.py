"""Typed links (Signposting): the Link header, and files of the type application/link-format."""


class TypedLinks:
    """Links for the header Link (RFC 8288) or for a file in link-format (RFC 6690).

    `site` is the scheme and host that paths belong to.
    """

    def __init__(self, site: str):
        self.site = site
        self.links: list[str] = []

    @classmethod
    def of(cls, request) -> "TypedLinks":
        return cls(f"{request.scheme}://{request.get_host()}")

    def add(self, rel: str, address: str, **attributes: str) -> "TypedLinks":
        """Add a link to an address or a path. `rel` may have several relations. Returns self."""
        target = address if "://" in address else f"{self.site}{address}"
        named = {"rel": rel} | {name: value for name, value in attributes.items() if value}
        self.links.append("; ".join([f"<{target}>", *(f'{n}="{v}"' for n, v in named.items())]))
        return self

    def file(self) -> str:
        """Return the content of a file of the type application/link-format."""
        return ",\n".join(self.links) + "\n"

    def put(self, response):
        """Append the links to the header Link of a response. Returns the response."""
        response["Link"] = ", ".join([*filter(None, [response.get("Link")]), *self.links])
        return response
