"""The tables, their querysets, constraints and triggers. PUBLIC are those that readers may read.

cable.py                  Cable, its versions, mentions, list rows, and withheld originals
collection_origin_tag.py  what cables are browsed by, and countries
account_fields.py         the field of a row that names an account of the desk
archive_state.py          a number that grows with every change of the archive
highlights.py             cables that curators recommend on the home page
citing_works.py           works elsewhere that cite a cable or a paragraph
former_references.py      other references and former paragraphs of a cable; erased references
held_references.py        which cable a reference names here, asked in SQL
editorial.py              articles, pages, notes, links, corrections, redactions, merges
load_records.py           loads, their rows and previews, and the copy that each source gave
column_mappings.py        how tables of another shape are read, saved under names
decision_context.py       the decision that is being carried out, which what it makes refers to
change_log.py             the append-only log of changes, and its public part
curation_issues.py        what needs a person, kept by triggers; rules that are off; who has what
redaction_searches.py     words looked for in all texts to be redacted, and their matches
sealing.py                withhold and publish cables; seal and unseal their contents
scheduled_publications.py until when cables are withheld, where a time was set
embargo_ends.py           when embargoes end, by day and by load
bulk_decision_records.py  decisions on many cables, and what became of each cable
state_triggers.py         triggers that move the state of the archive with each change
index_changes.py          which cables changed in which state, for the search index
harvest_records.py        when the record of each public cable changed or was deleted, for OAI-PMH
reader_role.py            the rights of the database role that pages read with
planner_statistics.py     which columns PostgreSQL keeps statistics of
roles.py                  the groups of the desk and their rights
addresses.py              addresses of pages that are named after one thing
querysets.py              queries of cables, by name
database_snapshot.py      one state of the database for several queries
key_array.py              a condition on many primary keys
list_querysets.py         the same for the narrow tables of lists
sending_order.py          which of two cables was sent first, as far as it is known
text_search.py            PostgreSQL's search of superseded texts and names of origins
volume_pages.py           what volumes print before their documents, and what of it is withheld
counted_words.py          the words of all public texts, for spelling suggestions
saved_searches.py         searches of the desk that curators saved, and pasted lists of references
decided_numbers.py        withheld, redacted and other rows by number, whatever its spelling
request_cases.py          requests to take down or correct: cases, comments, letters
request_figures.py        how many of them there were in past years, for readers
proposals.py              decisions that wait for a second person, and comments on them
bulk_copy.py              insert many rows by COPY
"""

from .archive_state import State
from .bulk_decision_records import BulkDecision, BulkDecisionCable, edit_tokens
from .cable import Cable, Marking, Mention, Sealed, Tagging, Version, refresh_lists
from .change_log import Change, ChangeKind, PublicChange
from .citing_works import CitingWork
from .collection_origin_tag import Collection, Country, Origin, Tag
from .column_mappings import ColumnMapping
from .counted_words import Word
from .curation_issues import Archive, Cited, Left, Matter, MatterAssignment, RuleSwitch
from .decision_context import approving, current_approver, current_decision, recording
from .editorial import (
    Article,
    ArticleCable,
    Correction,
    Link,
    Merge,
    Note,
    Page,
    PublicMerge,
    Redaction,
)
from .former_references import Erased, FormerParagraph, FormerReference
from .harvest_records import HarvestRecord
from .highlights import Highlight
from .index_changes import ChangedCable, PastState
from .load_records import Copy, Load, LoadRow, Preview
from .proposals import Proposal, ProposalComment
from .redaction_searches import RedactionMatch, RedactionSearch, StandingForm
from .request_cases import CaseComment, FormUse, LetterTemplate, Outcome, RequestCase
from .request_figures import RequestFigure
from .saved_searches import SavedSearch
from .scheduled_publications import ScheduledPublication
from .sealing import seal, unseal, withhold_all
from .volume_pages import SealedVolumePage, VolumePage, VolumeWithholding, WaitingVolumePage

PUBLIC = [
    Article,
    ArticleCable,
    Cable,
    ChangedCable,
    Cited,
    CitingWork,
    Collection,
    Country,
    Erased,
    FormerParagraph,
    FormerReference,
    HarvestRecord,
    Highlight,
    Link,
    Marking,
    Mention,
    Note,
    Origin,
    Page,
    PastState,
    PublicChange,
    PublicMerge,
    RequestFigure,
    State,
    Tag,
    Tagging,
    Version,
    VolumePage,
    Word,
]
HELD = [
    *(Change, ChangeKind, Copy, Correction, Left, Load, LoadRow, Matter, Merge, Preview),
    *(Redaction, Sealed, SealedVolumePage, VolumeWithholding, WaitingVolumePage),
    *(RedactionMatch, RedactionSearch, StandingForm),
    *(ColumnMapping, SavedSearch),
    *(RequestCase, CaseComment, LetterTemplate, FormUse),
    *(BulkDecision, BulkDecisionCable, ScheduledPublication),
    *(Proposal, ProposalComment),
    *(MatterAssignment, RuleSwitch),
]

__all__ = [
    "Archive",
    "Outcome",
    "approving",
    "recording",
    "current_approver",
    "current_decision",
    "seal",
    "unseal",
    "edit_tokens",
    "refresh_lists",
    "withhold_all",
    *(model.__name__ for model in PUBLIC + HELD),
]
