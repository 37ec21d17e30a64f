"""The ledger of a mirror: an SQLite file with its parts, their files and digests.

A file in the ledger is complete on the disk. A file on the disk that is not in the ledger belongs
to a part that is in it, because a part is recorded before its files are written. `seen` is the
state of the archive from which a part was rendered. A `stale` part is rendered again although its
own stamp is the same, because something that it shows of other parts has changed.

The pages that a mirror must have are counted beside its plan: what that forgets is found here.
"""

import sqlite3
from collections.abc import Iterable, Iterator

from django.urls import reverse

from ..models import Article, Cable, Erased, FormerReference, Tagging, Version, VolumePage
from ..models.querysets import READER
from ..search.list_counts import ListCounts
from .file_paths import file_of
from .files import Made
from .plan import MirrorPart

SCHEMA = """
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS part (
        key TEXT PRIMARY KEY, stamp TEXT NOT NULL, guard TEXT NOT NULL, links TEXT NOT NULL,
        seen TEXT NOT NULL, stale INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS file (
        path TEXT PRIMARY KEY, part TEXT NOT NULL, digest TEXT NOT NULL, size INTEGER NOT NULL,
        outcome TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS file_of_part ON file (part);
    DROP TABLE IF EXISTS planned;
    CREATE TABLE planned (
        key TEXT PRIMARY KEY, stamp TEXT NOT NULL, guard TEXT NOT NULL, cable INTEGER,
        versions INTEGER NOT NULL
    ) WITHOUT ROWID;
    UPDATE file SET outcome = 'same' WHERE outcome <> 'same';
"""
LINKS_UNKNOWN = "*"
TODO = """
    FROM planned JOIN part USING (key) WHERE part.stamp <> planned.stamp OR stale
    ORDER BY part.stamp = '', planned.cable IS NULL, planned.cable, planned.key
"""


class Ledger:
    def __init__(self, path):
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.executescript(SCHEMA)
        self.before = self.count_files()
        self.state = ""
        self.removed = 0

    def plan(self, state: str, parts: Iterable[MirrorPart]):
        """Store the parts that the mirror will have; `state` is that of the archive."""
        self.state = state
        with self:
            self._run("DELETE FROM planned")
            rows = ((p.key, p.stamp, p.guard, p.cable, p.versions) for p in parts)
            self.database.executemany("INSERT OR REPLACE INTO planned VALUES (?, ?, ?, ?, ?)", rows)

    def begin(self):
        """Record all new parts. Call it before any of their files is written."""
        self._run(
            "INSERT OR IGNORE INTO part SELECT key, '', guard, '', ?, 0 FROM planned", self.state
        )

    def close(self):
        self.database.close()

    def __enter__(self):
        self.database.execute("BEGIN IMMEDIATE")
        return self

    def __exit__(self, kind, *details):
        self.database.execute("ROLLBACK" if kind else "COMMIT")

    def held(self) -> dict[str, int]:
        """Return {key: versions} of all planned parts."""
        return dict(self._run("SELECT key, versions FROM planned"))

    def without_files(self) -> list[str]:
        """Return the keys of the planned parts of which no file was written."""
        query = "SELECT key FROM planned WHERE key NOT IN (SELECT part FROM file) ORDER BY key"
        return [key for (key,) in self._run(query)]

    def has_file(self, path: str) -> bool:
        return bool(self._run("SELECT 1 FROM file WHERE path = ?", path).fetchone())

    def gone(self) -> list[str]:
        """Return the keys of recorded parts that are no longer planned."""
        query = "SELECT key FROM part WHERE key NOT IN (SELECT key FROM planned)"
        return [key for (key,) in self._run(query)]

    def reworded(self) -> list[str]:
        """Return the keys of cables whose words have changed, or were withheld, since recorded."""
        query = "SELECT key FROM planned JOIN part USING (key) WHERE part.guard <> planned.guard"
        return [key for (key,) in self._run(query)]

    def linking_to(self, targets: Iterable[str]) -> list[str]:
        """Return the keys of the parts that link to any of these cables or lists of tags."""
        wanted = set(targets)
        wanted |= {LINKS_UNKNOWN} if wanted else set()
        rows = self._run("SELECT key, links FROM part WHERE links <> ''") if wanted else ()
        return [key for key, links in rows if not wanted.isdisjoint(links.split())]

    def changed_cables(self) -> list[int]:
        """Return the primary keys of new and changed cables.

        Return [] if no part is from an earlier state: then nothing around them is outdated.
        """
        older = self._run("SELECT 1 FROM part WHERE stamp <> '' AND seen <> ? LIMIT 1", self.state)
        query = """SELECT cable FROM planned LEFT JOIN part USING (key)
            WHERE cable IS NOT NULL AND part.stamp IS NOT planned.stamp"""
        return [cable for (cable,) in self._run(query)] if older.fetchone() else []

    def mark(self, keys: Iterable[str]):
        """Mark parts to be rendered again, except those rendered from the current state."""
        self.database.executemany(
            "UPDATE part SET stale = 1 WHERE key = ? AND seen <> ? AND stamp <> ''",
            ((key, self.state) for key in keys),
        )

    def mark_damaged(self, keys: Iterable[str]):
        """Mark parts to be rendered again because their files are missing or incomplete."""
        self.database.executemany("UPDATE part SET stale = 1 WHERE key = ?", ((k,) for k in keys))

    def todo(self) -> list[tuple]:
        """Return (key, cable, versions) of the parts to render, outdated before new ones.

        Until they are recorded their files may link to anything: LINKS_UNKNOWN.
        """
        unknown = f"UPDATE part SET links = ? WHERE key IN (SELECT key {TODO})"  # noqa: S608
        self._run(unknown, LINKS_UNKNOWN)
        return self._run(f"SELECT key, cable, planned.versions {TODO}").fetchall()

    def paths_below(self, folder: str) -> set[str]:
        """Return the paths of the recorded files in a folder: "pagefind/"."""
        query = "SELECT path FROM file WHERE path >= ? AND path < ?"
        return {path for (path,) in self._run(query, folder, f"{folder[:-1]}0")}

    def files(self, part: str = "") -> sqlite3.Cursor:
        """Yield (path, digest, size, part) of all files, or of those of one part, by path."""
        where = "WHERE part = ?" if part else ""
        query = f"SELECT path, digest, size, part FROM file {where} ORDER BY path"  # noqa: S608
        return self._run(query, *filter(None, [part]))

    def count_files(self, outcome: str = "") -> int:
        where = "WHERE outcome = ?" if outcome else ""
        query = f"SELECT count(*) FROM file {where}"  # noqa: S608
        return self._run(query, *filter(None, [outcome])).fetchone()[0]

    def count_cables(self, shown: bool) -> int:
        query = "SELECT count(*) FROM planned WHERE cable IS NOT NULL AND (versions > 0) = ?"
        return self._run(query, shown).fetchone()[0]

    def bytes(self) -> int:
        return self._run("SELECT coalesce(sum(size), 0) FROM file").fetchone()[0]

    def forget(self, key: str):
        """Record that a part has no files any more; it is rendered again if it is planned."""
        self.forget_files(path for path, *_ in self.files(key).fetchall())
        planned = "(SELECT guard FROM planned WHERE planned.key = part.key)"
        self._run(
            f"""UPDATE part SET stale = 1, links = '', guard = coalesce({planned}, '')
            WHERE key = ?""",  # noqa: S608
            key,
        )

    def delete_parts(self, keys: Iterable[str]):
        self.database.executemany("DELETE FROM part WHERE key = ?", ((key,) for key in keys))

    def forget_files(self, paths: Iterable[str]):
        """Delete removed files, and count those that existed before this export."""
        for path in paths:
            query = "DELETE FROM file WHERE path = ? RETURNING outcome <> 'new'"
            self.removed += self._run(query, path).fetchone()[0]

    def record(self, made: Made):
        """Record the files of a rendered part, in the transaction of the caller."""
        for file in made.files:
            self._run(
                """INSERT INTO file VALUES (?1, ?2, ?3, ?4, 'new') ON CONFLICT (path) DO UPDATE
                SET part = ?2, digest = ?3, size = ?4, outcome =
                    CASE WHEN outcome = 'same' AND digest <> ?3 THEN 'replaced' ELSE outcome END""",
                *(file.path, made.key, file.digest, file.size),
            )
        planned = "SELECT stamp, guard, cable FROM planned WHERE key = ?"
        stamp, guard, cable = self._run(planned, made.key).fetchone()
        old_stamp = self._run("SELECT stamp FROM part WHERE key = ?", made.key).fetchone()[0]
        self._run(
            "UPDATE part SET stamp = ?, guard = ?, links = ?, seen = ?, stale = 0 WHERE key = ?",
            *(stamp, guard, " ".join(sorted(made.links)), self.state, made.key),
        )
        if cable and old_stamp != stamp:  # Cables that it links to may show it too.
            self.mark(f"/cable/{reference}/" for reference in made.links)

    def _run(self, query, *values):
        return self.database.execute(query, values)


NAMED = 3  # Missing pages of a kind that an error names.


def promised_pages() -> Iterator[tuple[str, str, Iterable[tuple]]]:
    """Yield (kind of pages, name of their route, its arguments) of the room as it is now.

    No query joins what the readers' role may not see: that would leave out the withheld cables of
    an origin that has no others.
    """
    counts, published = ListCounts.current(), Cable.objects.published().order_by()
    for kind, rows in (
        ("cables", published),
        ("withheld cables", Cable.objects.readable().exclude(withheld_reason="")),
        ("erased cables", Erased.objects.using(READER)),
        ("former references", FormerReference.objects.using(READER)),
    ):
        yield kind, "cable", rows.order_by("reference").values_list("reference").iterator()
    yield "texts of cables", "cable_text", published.values_list("reference").iterator()
    earlier = Version.objects.using(READER).filter(cable__withheld_reason="")
    yield "earlier versions", "version", earlier.values_list("cable__reference", "number")
    yield "tags", "tag", Tagging.objects.using(READER).order_by().values_list("tag").distinct()
    yield "origins", "origin", published.values_list("origin__slug").distinct()
    for kind, known in (("collection", counts.collections), ("volume", counts.volumes)):
        yield f"{kind}s", kind, ((each,) for each in known)
    pages = VolumePage.objects.using(READER).filter(volume__in=list(counts.volumes))
    yield "pages of volumes", "chapter", pages.values_list("volume", "name")
    yield "articles", "article", Article.objects.published().values_list("slug")


def missing_pages(ledger: Ledger) -> str:
    """Return the pages of the room that have no file in a mirror, by kind; "" if all have one.

    Addresses that are no file names on every system are in the live room only.
    """
    lacking = []
    for kind, route, rows in promised_pages():
        addresses = [reverse(route, args=each) for each in rows]
        missing = [each for each in addresses if not ledger.has_file(file_of(each))]
        lacking.append((len(addresses), kind, missing))
    lacking.append((len(ledger.held()), "planned pages", ledger.without_files()))
    sentences = []
    for count, kind, addresses in lacking:
        if missing := list(filter(file_of, addresses)):
            named = ", ".join([*missing[:NAMED], *["…"][: len(missing) - NAMED]])
            sentences.append(f"{len(missing):,} of {count:,} {kind} ({named})")
    return "; ".join(sentences)
