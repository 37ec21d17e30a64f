"""What the room holds of one collection or of all, and of which volumes."""

from .models import Cable, Collection, Marking, Tagging
from .querysets import READER


def rows_of(collection: str):
    """Return cables, taggings, markings and collections: all, or those of one collection."""
    cables, collections = Cable.objects.published(), Collection.objects.using(READER)
    narrow = [model.objects.using(READER) for model in (Tagging, Marking)]
    if not collection:
        return cables, *narrow, collections
    narrow = [rows.collected([collection]) for rows in narrow]
    return cables.collected([collection]), *narrow, collections.filter(slug=collection)


def count_volumes(collection: str = "") -> dict:
    """Count the volumes and their chapters, and find what they are called."""
    volumes, parts = {}, {}
    for code, cables, title, chapters, document in Marking.objects.volumes(collection):
        volume, stroke, chapter = code.removeprefix("volume:").partition("/")
        if stroke:
            place = len(document), document
            parts.setdefault(volume, []).append(
                (place, chapter, dict(map(tuple, chapters)).get(chapter) or chapter, cables)
            )
        else:
            volumes[volume] = title or volume, cables
    return {
        "volumes": {
            volume: (
                title,
                cables,
                {part: (name, n) for _, part, name, n in sorted(parts.get(volume, []))},
            )
            for volume, (title, cables) in sorted(volumes.items())
        }
    }
