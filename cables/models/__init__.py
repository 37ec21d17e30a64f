"""The tables, their querysets, constraints and triggers. PUBLIC are those that readers may read.

cable.py                  Cable, its versions, mentions, list rows, and withheld originals
collection_origin_tag.py  what cables are browsed by, and countries; addresses of pages of one thing
archive_state.py          a number that grows with every change; which cables changed; the triggers
former_references.py      other references and former paragraphs of a cable; erased references;
                          in SQL, which cable a reference names here
editorial.py              articles, pages, their versions and pictures, notes, links, corrections,
                          redactions, merges, cables that curators recommend, works that cite one
load_records.py           loads, their rows and previews, mappings of columns, copies of each source
change_log.py             the append-only log of changes, and its public part; the decision that is
                          being carried out, and the fields of rows that name it and accounts
curation_issues.py        what needs a person, kept by triggers; rules that are off; who has what
desk_searches.py          words looked for in all texts to be redacted, and their matches; searches
                          that curators saved, and pasted lists of references
sealing.py                withhold cables and publish them again; seal and unseal their contents;
                          until when cables are withheld, and when embargoes end
decision_records.py       decisions on many cables, and what became of each; decisions that wait for
                          a second person
harvest_records.py        when the record of each public cable changed or was deleted, for OAI-PMH
planner_statistics.py     which columns PostgreSQL keeps statistics of
roles.py                  the groups of the desk and their rights; by which account of the
                          institution one logs in
querysets.py              queries of cables, by name
list_querysets.py         the same for the narrow tables of lists
sql_expressions.py        text search of superseded texts and names of origins; many primary keys;
                          which of two cables was sent first, as far as it is known
volume_pages.py           what volumes print before their documents, and what of it is withheld;
                          the persons in their lists, and which the desk joined or separated
copied_rows.py            many new rows of a table, as a stream
counted_words.py          the words of all public texts, for spelling suggestions
decided_numbers.py        withheld, redacted and other rows by number, whatever its spelling
transparency_log.py       the public log of commitments to texts; logs of other rooms
request_cases.py          requests to take down or correct: cases, comments, letters, figures
"""

from .archive_state import ChangedCable, PastState, State
from .cable import Cable, Marking, Mention, Sealed, Tagging, Version, refresh_lists
from .change_log import (
    Change,
    ChangeKind,
    LoggedFact,
    PublicChange,
    approving,
    current_approver,
    current_decision,
    for_case,
    recording,
)
from .collection_origin_tag import Collection, Country, Origin, Tag
from .counted_words import Word
from .curation_issues import Archive, Cited, Left, Matter, MatterAssignment, RuleSwitch
from .decision_records import (
    BulkDecision,
    BulkDecisionCable,
    Proposal,
    ProposalComment,
    edit_tokens,
)
from .desk_searches import RedactionMatch, RedactionSearch, SavedSearch, StandingForm
from .editorial import (
    Article,
    ArticleCable,
    CitingWork,
    Correction,
    Highlight,
    Link,
    Merge,
    Note,
    Page,
    Picture,
    PublicMerge,
    Redaction,
    TextVersion,
)
from .former_references import Erased, FormerParagraph, FormerReference
from .harvest_records import HarvestRecord
from .load_records import ColumnMapping, Copy, Load, LoadRow, Preview
from .request_cases import CaseComment, FormUse, LetterTemplate, Outcome, RequestCase, RequestFigure
from .roles import InstitutionAccount
from .sealing import ScheduledPublication, seal, unseal, withhold_all
from .transparency_log import (
    Commitment,
    Cosignature,
    LogEntry,
    LoggedCable,
    LogTile,
    TransparencyLog,
    WitnessedLog,
)
from .volume_pages import (
    PersonEntry,
    PersonRuling,
    SealedVolumePage,
    VolumePage,
    VolumeWithholding,
    WaitingVolumePage,
)

PUBLIC = [
    *(Article, ArticleCable, Cable, ChangedCable, Cited, CitingWork, Collection, Country, Erased),
    *(FormerParagraph, FormerReference, HarvestRecord, Highlight, Link, Marking, Mention, Note),
    *(
        Origin,
        Page,
        PastState,
        PersonEntry,
        Picture,
        PublicChange,
        PublicMerge,
        RequestFigure,
        State,
        Tag,
    ),
    *(Tagging, Version, VolumePage, Word),
    *(Commitment, Cosignature, LogEntry, LogTile, TransparencyLog, WitnessedLog),
]
HELD = [
    *(Change, ChangeKind, Copy, Correction, Left, Load, LoadRow, Matter, Merge, Preview),
    *(Redaction, Sealed, SealedVolumePage, VolumeWithholding, WaitingVolumePage),
    *(RedactionMatch, RedactionSearch, StandingForm),
    *(ColumnMapping, SavedSearch),
    *(RequestCase, CaseComment, LetterTemplate, FormUse),
    *(BulkDecision, BulkDecisionCable, ScheduledPublication),
    *(Proposal, ProposalComment),
    *(LoggedFact, MatterAssignment, RuleSwitch, TextVersion),
    InstitutionAccount,
    LoggedCable,
    PersonRuling,
]

__all__ = [
    "Archive",
    "InstitutionAccount",
    "Outcome",
    "approving",
    "recording",
    "for_case",
    "current_approver",
    "current_decision",
    "seal",
    "unseal",
    "edit_tokens",
    "refresh_lists",
    "withhold_all",
    *(model.__name__ for model in PUBLIC + HELD),
]
