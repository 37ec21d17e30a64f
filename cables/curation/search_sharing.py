"""Save searches of the desk, and choose those that a user may be shown.

What is typed into a search can be a secret: the name of a person that was redacted.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.http import QueryDict

from ..models import Change, SavedSearch, Sealed
from ..models.saved_searches import SavedSearchQuerySet
from ..telegram.redact_phrases import words_in
from .cable_search import OF_ADMIN
from .sealed_text_search import Sight, sight_of

TYPED = ("q", "words")  # Parameters with words of a text.
MOST_PASTED = 50  # Pasted lists that are kept of each user.
LONGEST_PASTED = 300_000  # Characters.


def searches_open_to(user) -> SavedSearchQuerySet:
    """Return the named searches of a user, and those that others saved for all.

    Left out are those of users who could see more of the texts, and those with words that are
    redacted by now, unless the user may see these.
    """
    sight = sight_of(user)
    own_or_less = Q(by=user) | Q(sight__lte=sight)
    searches = SavedSearch.objects.of(user).named().filter(own_or_less)
    if sight == Sight.SEALED:
        return searches
    others = searches.exclude(by=user)
    texts = {each.pk: f"{each.name} {typed_text(each.query)}" for each in others}
    return searches.exclude(pk__in=holding_redacted(texts))


def typed_text(query: str) -> str:
    """Return the words of texts that a query string has."""
    parameters = QueryDict(query)
    return " ".join(value for name in TYPED for value in parameters.getlist(name))


def holding_redacted(texts: dict[int, str]) -> list[int]:
    """Return the keys of the texts with all words of a phrase that is redacted in some cable."""
    words = {key: set(words_in(text)) for key, text in texts.items()}
    if not any(words.values()):
        return []
    sealed = Sealed.objects.filter(place__startswith="redaction ")
    phrases: Iterable[list[str]] = sealed.values_list("values__words", flat=True)
    redacted = {frozenset(words_in(phrase)) for each in phrases for phrase in each or ()}
    redacted.discard(frozenset())
    return [key for key, each in words.items() if any(phrase <= each for phrase in redacted)]


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
