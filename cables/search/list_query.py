"""What is asked of a list of cables: words, filters, order and page, as an address says them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self
from urllib.parse import unquote

from django.http import HttpRequest, QueryDict

from .query import Question, parse_question


@dataclass(frozen=True)
class ListQuery:
    """The parameters of a list, and the path of the list that links repeat."""

    parameters: QueryDict
    path: str = "/"

    @classmethod
    def from_request(cls, request: HttpRequest) -> Self:
        return cls(request.GET, request.path)

    @classmethod
    def from_address(cls, address: str) -> Self:
        """Read "/tag/EFIS/?sort=created", or a query string alone: "?tag=EFIS".

        Raises TooManyFieldsSent for a longer query string than a page accepts.
        """
        path, _, query = address.partition("?")
        return cls(QueryDict(query), unquote(path) or "/")

    @cached_property
    def question(self) -> Question:
        return parse_question(self.parameters.get("q", ""))

    def with_values(self, **values: str | list[str]) -> Self:
        """Return the same with some parameters replaced; a list is added to present values."""
        parameters = self.parameters.copy()
        for name, value in values.items():
            if isinstance(value, list):
                parameters.setlist(name, [*parameters.getlist(name), *value])
            else:
                parameters[name] = value
        return type(self)(parameters, self.path)
