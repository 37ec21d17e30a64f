"""Save searches of the desk, and choose those that a user may be shown.

What is typed into a search can be a secret: the name of a person that was redacted.
"""

from django.db import transaction
from django.http import QueryDict

from ..models import Change, SavedSearch
from ..models.desk_searches import SavedSearchQuerySet
from .cable_search import OF_ADMIN
from .sealed_text_search import Sight, sight_of

TYPED = ("q", "words")  # Parameters with words of a text.
MOST_PASTED = 50  # Pasted lists that are kept of each user.
LONGEST_PASTED = 300_000  # Characters.


def searches_open_to(user) -> SavedSearchQuerySet:
    """Return the named searches of a user, and those that others saved for all.

    What others typed is shown to those alone who may see all texts: it can have words that are
    redacted by now, and leaving out just these would tell which they are.
    """
    searches = SavedSearch.objects.of(user).named()
    if sight_of(user) == Sight.SEALED:
        return searches
    others = searches.exclude(by=user)
    return searches.exclude(pk__in=[each.pk for each in others if typed_text(each.query)])


def typed_text(query: str) -> str:
    """Return the words of texts that a query string has."""
    parameters = QueryDict(query)
    return " ".join(value for name in TYPED for value in parameters.getlist(name))


@transaction.atomic
def save_search(user, name: str, query: QueryDict, *, is_shared: bool) -> SavedSearch:
    """Save a search under a name. Raises ValueError if the user has one of this name.

    A pasted list of references is saved with it.
    """
    if SavedSearch.objects.filter(by=user, name=name).exists():
        raise ValueError("You have a search of this name. Choose another name, or delete that one.")
    asked, references = without_paging(query), ""
    if pasted := asked.get("pasted"):
        row = SavedSearch.objects.of(user).filter(pk=pasted).first() if is_key(pasted) else None
        if row is None:
            raise ValueError("This list of references is not here.")
        references = row.references
        del asked["pasted"]
    has_text = any(asked.get(each) for each in TYPED)
    search = SavedSearch.objects.create(
        name=name,
        query=asked.urlencode(),
        references=references,
        by=user,
        is_shared=is_shared,
        sight=sight_of(user) if has_text else Sight.PUBLIC,
    )
    if is_shared:
        Change.objects.create(by=user, action="added", what=f"saved search {search.pk}")
    return search


def keep_pasted(user, references: str) -> SavedSearch:
    """Store a pasted list of references, as it may be too long for an address."""
    pasted = SavedSearch.objects.filter(by=user, name="")
    old = list(pasted.order_by("-pk").values_list("pk", flat=True)[MOST_PASTED - 1 :])
    pasted.filter(pk__in=old).delete()
    return SavedSearch.objects.create(by=user, references=references)


def without_paging(query: QueryDict) -> QueryDict:
    """Return the part of a query string that says what is searched."""
    asked = query.copy()
    for name, values in query.lists():
        asked.setlist(name, [value for value in values if value.strip()])
        if name in OF_ADMIN or not asked.getlist(name):
            del asked[name]
    return asked


def is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
