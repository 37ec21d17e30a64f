"""A report as JSON and CSV, and the text that was sent with permanent links added."""

import csv
import io
from collections.abc import Callable, Iterator
from html import escape
from typing import Any

from ...api.serializers import safe_cell
from ...citations.citation_formats import markdown_text
from ...telegram.titles import reading_title
from ...text_check.passages import TextPassage
from .findings import Finding
from .text_report import TextReport

COLUMNS = (
    *("number", "kind", "verdict", "words", "note_of_text", "findings", "quoted", "printed"),
    *("reference", "permalink", "citation"),
)


def in_json(report: TextReport) -> dict[str, Any]:
    """Return a report as JSON values."""
    return {
        "passages": report.total,
        "first": report.first,
        "next": report.following or None,
        "citations": report.citations,
        "quotations": report.quotations,
        "totals": {verdict.key: count for verdict, count in report.totals},
        "findings": [
            _values(number, finding, passage.passage)
            for passage in report.passages
            for number, finding in passage.findings
        ],
    }


def _values(number: int, finding: Finding, passage: TextPassage) -> dict[str, Any]:
    return {
        "number": number,
        "kind": "quotation" if finding.is_quotation else "citation",
        "verdict": finding.verdict.key,
        "words": passage.text[finding.start : finding.end],
        "passage": finding.passage,
        "note_of_text": passage.label,
        "start": finding.start,
        "end": finding.end,
        "findings": finding.notes,
        "differences": [
            {"quoted": each.quoted.words, "printed": each.printed.words, "note": each.note}
            for each in finding.differences
        ],
        "reference": finding.cable.reference if finding.cable else None,
        "title": reading_title(finding.cable) if finding.cable else None,
        "permalink": finding.permalink or None,
        "citation": finding.citation or None,
        "publisher": finding.elsewhere or None,
    }


def as_csv(report: TextReport) -> str:
    """Return a row for each finding, with the words that differ one after the other."""
    written = io.StringIO()
    table = csv.DictWriter(written, COLUMNS, extrasaction="ignore", lineterminator="\r\n")
    table.writeheader()
    for row in in_json(report)["findings"]:
        row["findings"] = " ".join(row["findings"])
        for side in ("quoted", "printed"):
            row[side] = " … ".join(each[side] for each in row["differences"])
        table.writerow({name: safe_cell(str(row[name] or "")) for name in COLUMNS})
    return written.getvalue()


def as_linked_markdown(report: TextReport) -> str:
    """Return the text in Markdown; what was found leads to its permanent link."""
    lines = []
    for passage, words in _linked(report, markdown_text, "[{words}]({address})"):
        note = f"[^{passage.label}]: " if passage.label else ""
        lines.append(f"{note}{'> ' if passage.is_quotation else ''}{words}\n")
    return "\n".join(lines)


def as_linked_html(report: TextReport) -> str:
    """Return the text as paragraphs of HTML; what was found leads to its permanent link."""
    lines = []
    for passage, words in _linked(report, escape, '<a href="{address}">{words}</a>'):
        whole = f"<p>{escape(passage.label)}{'. ' if passage.label else ''}{words}</p>\n"
        lines.append(f"<blockquote>{whole}</blockquote>\n" if passage.is_quotation else whole)
    return "".join(lines)


def _linked(
    report: TextReport, write: Callable[[str], str], link: str
) -> Iterator[tuple[TextPassage, str]]:
    """Yield each passage with its words as they are written, and what was found as links."""
    for each in report.passages:
        words = ""
        for segment in each.segments():
            written, found = write(segment.text), segment.finding
            leads = found and found.permalink and found.verdict.kind != "absent"
            address = escape(found.permalink) if found else ""
            words += link.format(words=written, address=address) if leads else written
        yield each.passage, words
