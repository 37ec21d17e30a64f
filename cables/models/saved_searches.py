"""Searches of the desk that curators saved, and pasted lists of references."""

from django.db import models
from django.db.models import Q

from .change_log import account


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    def of(self, user):
        """Those that a user saved, and those that others saved for all."""
        return self.filter(Q(by=user) | Q(is_shared=True))

    def named(self):
        """Without pasted lists that nobody saved."""
        return self.exclude(name="")


class SavedSearch(models.Model):
    """A search of the list of cables at the desk. Without a name it is a pasted list of references.

    `query` is the query string of the search. What is typed into it may repeat sealed words:
    `sight` says what its author could see, and nobody who sees less is shown the search.
    """

    class Sight(models.IntegerChoices):
        PUBLIC = 0, "What readers see"
        WITHHELD = 1, "Withheld cables too"
        SEALED = 2, "Everything"

    name = models.CharField(max_length=100, blank=True)
    query = models.TextField(blank=True)
    references = models.TextField(blank=True, help_text="A pasted list, as typed.")
    by = account(related_name="saved_searches")
    is_shared = models.BooleanField("for all", default=False)
    sight = models.PositiveSmallIntegerField(choices=Sight, default=Sight.PUBLIC)
    at = models.DateTimeField(auto_now_add=True)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name_plural = "saved searches"
        permissions = [("share_savedsearch", "Can save searches for all")]
        constraints = [
            models.UniqueConstraint(
                fields=["by", "name"], condition=~Q(name=""), name="saved_search_name_once"
            )
        ]

    def __str__(self):
        return self.name or f"List {self.pk}"
