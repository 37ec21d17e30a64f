"""A report as JSON and CSV, and the text that was sent with permanent links added."""

import csv
import io
from collections.abc import Callable
from html import escape
from typing import Any

from ...api.serializers import safe_cell
from ...citations.citation_formats import markdown_text
from ...telegram.titles import reading_title
from .findings import Finding
from .text_report import CheckedPassage, Segment, TextReport

COLUMNS = (
    *("number", "kind", "verdict", "words", "note_of_text", "findings", "quoted", "printed"),
    *("reference", "permalink", "citation"),
)


def in_json(report: TextReport, cite: Callable[[Finding], tuple[str, str]]) -> dict[str, Any]:
    """Return a report as JSON values. `cite` gives (permalink, citation) of a finding."""
    return {
        "passages": report.total,
        "first": report.first,
        "next": report.following or None,
        "citations": report.citations,
        "quotations": report.quotations,
        "totals": {verdict.key: count for verdict, count in report.totals},
        "findings": [
            _values(number, finding, passage, cite)
            for passage in report.passages
            for number, finding in passage.findings
        ],
    }


def _values(
    number: int,
    finding: Finding,
    passage: CheckedPassage,
    cite: Callable[[Finding], tuple[str, str]],
) -> dict[str, Any]:
    permalink, citation = cite(finding) if finding.cable else (None, None)
    return {
        "number": number,
        "kind": "quotation" if finding.is_quotation else "citation",
        "verdict": finding.verdict.key,
        "words": passage.passage.text[finding.start : finding.end],
        "passage": finding.passage,
        "note_of_text": passage.passage.label,
        "start": finding.start,
        "end": finding.end,
        "findings": finding.notes,
        "differences": [
            {"quoted": each.quoted.words, "printed": each.printed.words, "note": each.note}
            for each in finding.differences
        ],
        "reference": finding.cable.reference if finding.cable else None,
        "title": reading_title(finding.cable) if finding.cable else None,
        "permalink": permalink,
        "citation": citation,
        "publisher": finding.elsewhere or None,
    }


def as_csv(report: TextReport, cite: Callable[[Finding], tuple[str, str]]) -> str:
    """Return a row for each finding, with the words that differ one after the other."""
    written = io.StringIO()
    table = csv.DictWriter(written, COLUMNS, extrasaction="ignore", lineterminator="\r\n")
    table.writeheader()
    for row in in_json(report, cite)["findings"]:
        row["findings"] = " ".join(row["findings"])
        for side in ("quoted", "printed"):
            row[side] = " … ".join(each[side] for each in row["differences"])
        table.writerow({name: safe_cell(str(row[name] or "")) for name in COLUMNS})
    return written.getvalue()


def as_linked_markdown(report: TextReport, cite: Callable[[Finding], tuple[str, str]]) -> str:
    """Return the text in Markdown; what was found leads to its permanent link."""

    def link(words: str, address: str) -> str:
        return f"[{markdown_text(words)}]({address})"

    lines = []
    for each in report.passages:
        words = "".join(_linked(segment, markdown_text, link, cite) for segment in each.segments())
        note = f"[^{each.passage.label}]: " if each.passage.label else ""
        lines.append(f"{note}{'> ' if each.passage.is_quotation else ''}{words}\n")
    return "\n".join(lines)


def as_linked_html(report: TextReport, cite: Callable[[Finding], tuple[str, str]]) -> str:
    """Return the text as paragraphs of HTML; what was found leads to its permanent link."""

    def link(words: str, address: str) -> str:
        return f'<a href="{escape(address)}">{escape(words)}</a>'

    lines = []
    for each in report.passages:
        words = "".join(_linked(segment, escape, link, cite) for segment in each.segments())
        label = f"{escape(each.passage.label)}. " if each.passage.label else ""
        whole = f"<p>{label}{words}</p>"
        lines.append(f"<blockquote>{whole}</blockquote>" if each.passage.is_quotation else whole)
    return "".join(f"{line}\n" for line in lines)


def _linked(
    segment: Segment,
    write: Callable[[str], str],
    link: Callable[[str, str], str],
    cite: Callable[[Finding], tuple[str, str]],
) -> str:
    finding = segment.finding
    if not finding or not finding.cable or finding.verdict.kind == "absent":
        return write(segment.text)
    return link(segment.text, cite(finding)[0])
