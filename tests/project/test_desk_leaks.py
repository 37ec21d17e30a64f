"""No page, filter or order of the desk tells sealed words to roles that may not see them.

One cable is redacted and one is withheld; what stands beside them repeats the word. Every page that
such a role reaches by links is read, and each list is asked for the word in all ways that Django
knows: the answer has to be that for a word that nobody wrote. Nothing of a proposal or a request
reaches readers.
"""

import re
from collections.abc import Iterator

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.test import RequestFactory, override_settings

from cables import models
from cables.admin.base import DeskAdmin
from cables.curation.redactions_and_corrections import redact_cable
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from tests.admin.test_request_cases import close, make_case
from tests.base import TestCase
from tests.builders import forget_counts, make_cable, make_changes, withhold
from tests.desk_pages import DeskWalk
from tests.models.test_roles import LETTERS, make_people
from tests.planted import WORD, tells
from tests.project.routes import ROUTES
from tests.project.test_redacted_leaks import PHRASES, body, plant, public_rows
from tests.slow import some

# Rights that open sealed texts, or tell which words are redacted.
SIGHT = {"see_sealed", "withhold_cable", "redact_cable"}
OTHER = "XYLOPHAGOUS"  # A word that nobody wrote.
WITHOUT_SIGHT, WITH_SIGHT = "CL", "RA"  # Letters of roles, as in tests.models.test_roles.
WITHHELD = "06OSLO900003"
LOOKUPS = [
    *("", "__exact", "__iexact", "__contains", "__icontains", "__in", "__gt", "__gte", "__lt"),
    *("__lte", "__startswith", "__istartswith", "__endswith", "__iendswith", "__range"),
    *("__isnull", "__regex", "__iregex", "__search", "__year", "__date", "__has_key"),
    *("__overlap", "__len", "__0", "__trigram_similar", "__unaccent", "__lower", "__id__exact"),
]
# List -> the columns by which it filters. None of them may hold what cables say.
FILTERED = {
    "bulkdecision": {"kind", "state"},
    "change": {"action", "at", "by", "decision"},
    "citingwork": {"is_public"},
    "correction": {"field"},
    "load": {"state", "by"},
    "loadrow": {"outcome", "load", "due"},
    "merge": {"kind"},
    "origin": {"kind"},
    "proposal": {"state"},
    "requestcase": {"kind", "way", "outcome"},
    "tag": {"kind"},
    "user": {"is_active"},
}
TOKEN = re.compile('name="csrfmiddlewaretoken" value="[^"]*"')


def make_sealed_words(people) -> models.Cable:
    """Store the word in everything that these roles may not see; return the redacted cable."""
    redactor, cataloguer = people["R"], people["C"]
    redacted = plant()
    withheld = make_cable(
        WITHHELD,
        **{"origin": f"Embassy {WORD.title()}", "subject": WORD, "body": body("x"), "tags": [WORD]},
        **{"header": f"FM {WORD}", "facts": {"title": WORD}, "warnings": [["M-5", WORD]]},
    )
    values = {"reason": WORD, "by": cataloguer}
    for cable in (redacted, withheld):
        models.Correction.objects.create(cable=cable, field="subject", value=WORD, **values)
        entry = cable.changes.create(action="corrected", **values)
        models.LoggedFact.objects.create(change=entry, cable=cable, old=WORD, new=WORD)
        models.Left.objects.create(
            kind="no-subject",
            key=cable.reference,
            label=cable.reference,
            reason=WORD,
            by=cataloguer,
        )
        decision = models.BulkDecision.objects.create(
            kind="correct", state="done", parameters={"field": "subject", "value": WORD}, **values
        )
        decision.rows.create(cable=cable, outcome="done")
        models.LoadRow.objects.create(
            load=redacted.copies.first().load,
            position=cable.pk,
            source="x.csv",
            reference=cable.reference,
            raw=body("x"),
            digest=cable.pk,
            outcome=models.LoadRow.Outcome.HELD,
            reason="It waits.",
        )
    redact_cable(redacted, Strike(EVERYWHERE, PHRASES), "A witness is named.", redactor)
    withhold(withheld, "A witness.", by=redactor)
    forget_counts()
    return redacted


def rights() -> dict[str, Permission]:
    """Return {codename: right} of all rights of the desk."""
    models_of_desk = {model._meta.model_name for model in admin.site._registry}
    special = {name for model in apps.get_models() for name, _ in model._meta.permissions}
    return {
        right.codename: right
        for right in Permission.objects.filter(content_type__app_label__in=("cables", "auth"))
        if right.codename in special or right.codename.partition("_")[2] in models_of_desk
    }


def make_unsighted(people) -> dict[str, User]:
    """Return {name: account} of those that may not see sealed texts.

    They are roles, an account that may view everything, and accounts with one right, alone or
    beside those to view.
    """
    known = {name: right for name, right in rights().items() if name not in SIGHT}
    views = [right for name, right in known.items() if name.startswith("view_")]
    given = {name: [right] for name, right in known.items()}
    given |= {f"views, {name}": [*views, right] for name, right in known.items()}
    accounts = {LETTERS[letter]: people[letter] for letter in WITHOUT_SIGHT}
    for name, each in [("views", views), *some(given.items(), 40)]:
        accounts[name] = User.objects.create_user(name, is_staff=True)
        accounts[name].user_permissions.set(each)
    return accounts


def columns(model, depth: int = 2) -> Iterator[str]:
    """Yield the paths of the columns of a model, and of the rows that it refers to."""
    for field in model._meta.get_fields():
        yield field.name
        related = field.related_model
        if depth and related and related != "self":
            yield from (f"{field.name}__{name}" for name in columns(related, depth - 1))


class DeskLeakTests(DeskWalk, TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.people = make_people()
        cls.cable = make_sealed_words(cls.people)
        cls.sighted = {LETTERS[letter]: cls.people[letter] for letter in WITH_SIGHT}
        cls.unsighted = make_unsighted(cls.people)
        cls.roles = {LETTERS[letter]: cls.people[letter] for letter in WITHOUT_SIGHT}

    def clients(self, accounts):
        for name, account in accounts.items():
            client = self.client_class()
            client.force_login(account)
            yield name, client

    def answers(self, client, address: str) -> set[tuple[int, str]]:
        """Return the answers for the word and for one that nobody wrote, without the words."""
        return {
            (
                response.status_code,
                TOKEN.sub("", response.getvalue().decode()).upper().replace(word, ""),
            )
            for word in (WORD, OTHER)
            for response in [client.get(address.format(word))]
        }

    def test_no_page_tells_the_word(self):
        for role, client in some(self.clients(self.roles), 2):
            with self.subTest(role):
                told = [page for page, text in self.pages(client) if WORD in text.upper()]
                self.assertEqual(told, [])

    def test_no_key_of_a_row_leads_to_its_address_or_name(self):
        kinds = ContentType.objects.get_for_models(*admin.site._registry)
        addresses = [
            f"/admin/r/{kinds[type(row)].pk}/{row.pk}/"
            for row in (models.Origin.objects.last(), models.Tag.objects.last())
        ]
        for role, client in self.clients(self.unsighted):
            for address in addresses:
                with self.subTest(role, address=address):
                    self.assertEqual(client.get(address).status_code, 404)

    def test_those_who_may_see_it_are_told(self):
        for role, client in some(self.clients(self.sighted), 2):
            told = {page for page, text in self.pages(client) if WORD in text.upper()}
            for kind in ("cable", "change", "left", "loadrow", "bulkdecision", "redaction"):
                with self.subTest(role, kind=kind):
                    self.assertTrue([each for each in told if f"/cables/{kind}/" in each])

    def test_lists_filter_by_nothing_but_what_they_offer(self):
        request = RequestFactory().get("/")
        for model, site in admin.site._registry.items():
            with self.subTest(model._meta.label):
                self.assertIsInstance(site, DeskAdmin)
                allowed = {
                    path.partition("__")[0]
                    for path in columns(model)
                    for lookup in LOOKUPS
                    if site.lookup_allowed(path + lookup, WORD, request)
                }
                self.assertEqual(allowed, FILTERED.get(model._meta.model_name, set()) & allowed)

    def test_a_filter_that_is_not_offered_answers_no_word(self):
        self.client.force_login(User.objects.create_superuser("root"))
        for model in admin.site._registry:
            meta = model._meta
            for field in some(meta.concrete_fields, 4):
                for lookup in some(("iregex", "icontains"), 2):
                    address = f"/admin/{meta.app_label}/{meta.model_name}/?{field.name}__{lookup}="
                    with self.subTest(address):
                        self.assertEqual(len(self.answers(self.client, address + "{}")), 1)
        for form in ("csv", "jsonl"):
            address = f"/admin/cables/change/log.{form}?reason__iregex="
            self.assertEqual({code for code, _ in self.answers(self.client, address + "{}")}, {400})

    def test_lists_are_sorted_only_by_their_sortable_columns(self):
        self.client.force_login(User.objects.create_superuser("root"))
        for model in some(admin.site._registry, 2):
            address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
            usual = self.client.get(address).context["cl"]
            for number, name in enumerate(usual.list_display):
                if name not in usual.sortable_by:
                    with self.subTest(address, column=name):
                        asked = self.client.get(f"{address}?o=-{number}").context["cl"]
                        orders = (set(each.queryset.query.order_by) for each in (asked, usual))
                        self.assertLessEqual(next(orders), {"-pk", *next(orders)})

    def test_a_search_for_the_word_finds_what_one_for_no_word_finds(self):
        addresses = [
            f"/admin/cables/cable/{page}?{name}={{}}"
            for page in ("", "cables.csv")
            for name in ("q", "words", "origin", "tag", "caption")
        ]
        addresses += [f"/admin/cables/change/log.{form}?q={{}}" for form in ("csv", "jsonl")]
        for model in admin.site._registry:
            meta = model._meta
            addresses.append(f"/admin/{meta.app_label}/{meta.model_name}/?q={{}}")
        for role, client in self.clients(self.unsighted):
            for address in some(addresses, 4):
                with self.subTest(role, address=address):
                    self.assertEqual(len(self.answers(client, address)), 1)


@override_settings(REQUEST_FORM=True, REQUEST_FIGURES=True, REQUEST_ADDRESS="desk@example.org")
class ProposalAndRequestLeakTests(TestCase):
    """No word to be redacted, name, letter or comment reaches readers, whatever they are shown."""

    @classmethod
    def setUpTestData(cls):
        cls.cable = make_cable("06BERLIN900001", tags=["EFIS"])
        make_changes(cls.cable, "HARMLESS")
        texts = dict.fromkeys(("name", "contact", "message", "written", "letter"), WORD)
        for number in range(6):
            case = make_case(
                received=f"2025-03-0{number + 1}", places=[WORD], named=[WORD], **texts
            )
            case.comment(WORD)
            case.write_down("received")
            if number:
                close(case)
        models.RequestFigure.renew()
        cls.anna = User.objects.create_user("anna", is_staff=True)
        cls.before = models.State.objects.get().number
        for state in models.Proposal.State.values:
            proposal = models.Proposal.objects.create(
                kinds=["redact"],
                title=f"Redact {cls.cable}",
                address=f"/admin/cables/redaction/new/?cable={WORD}",
                data=f"words={WORD}",
                fields=[["Words", WORD]],
                reason=WORD,
                answer=WORD,
                named=[cls.cable.reference],
                cable=cls.cable,
                by=cls.anna,
                state=state,
            )
            proposal.comment(WORD, cls.anna)
            for action in ("proposed", "approved", "refused", "withdrawn", "proposed again"):
                proposal.write_down(action, cls.anna)

    def test_no_page_has_a_word_of_a_proposal_or_a_case(self):
        for addresses in ROUTES.values():
            for address in addresses:
                with self.subTest(address):
                    own = WORD in address.upper()  # An address may have no word of it.
                    self.assertFalse(not own and tells(self.client.get(address)))

    def test_no_row_that_readers_can_read_has_one(self):
        self.assertNotIn(WORD, public_rows().upper())
        self.assertNotIn("PROPOSAL", public_rows().upper())
        self.assertFalse({models.Proposal, models.ProposalComment} & set(models.PUBLIC))

    def test_readers_do_not_see_that_there_are_proposals(self):
        models.ChangeKind.objects.update(is_public=True, with_reason=True, with_name=True)
        for address in ("/changes/", "/changes.atom", "/cable/06BERLIN900001/"):
            with self.subTest(address):
                self.assertNotIn("propos", self.client.get(address).content.decode().lower())
        self.assertEqual(models.State.objects.get().number, self.before)

    def test_no_page_has_the_number_of_a_case(self):
        number = f"case {make_case().number}"
        for address in ("/changes/", "/changes.atom", "/about/requests/figures/", "/holdings/"):
            with self.subTest(address):
                self.assertNotContains(self.client.get(address), number)
