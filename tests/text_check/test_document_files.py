"""Reading the files of authors."""

import io
import json
import zipfile
from unittest import TestCase, mock

from pypdf import PdfWriter

from cables.text_check import document_files
from cables.text_check.document_files import UnreadableFile, read_file
from cables.text_check.passages import NoteMark

NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def packed(**parts):
    """Return a zip of parts, whose names have "__" for slashes and "_" for points."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, text in parts.items():
            pack.writestr(name.replace("__", "/").replace("_", "."), text)
    return file.getvalue()


def docx(body, notes=""):
    relation = f'<Relationship Id="r1" Type="{OFFICE}/footnotes" Target="footnotes.xml"/>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("[Content_Types].xml", TYPES)
        office = (
            f'<Relationship Id="r0" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
        )
        pack.writestr("_rels/.rels", RELATIONS.format(office))
        pack.writestr("word/_rels/document.xml.rels", RELATIONS.format(relation))
        pack.writestr("word/document.xml", f"<w:document {NS}><w:body>{body}</w:body></w:document>")
        pack.writestr("word/footnotes.xml", f"<w:footnotes {NS}>{notes}</w:footnotes>")
    return file.getvalue()


def odt(body):
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "style")
    )
    return packed(content_xml=f"<office:document-content {names}>{body}</office:document-content>")


SAID = "It said “one two three four five”. More."
NOTE = "Embassy Lisbon, 06LISBON900412."
WITH_NOTE = {
    "a.txt": f"{SAID.replace('. More', '.[1] More')}\n\n[1] {NOTE}".encode(),
    "b.md": f"{SAID.replace('. More', '.[^x] More')}\n\n[^x]: {NOTE}".encode(),
    "c.html": (
        f"<p>{SAID.replace('. More', '.<a href=#n1 id=r1><sup>1</sup></a> More')}</p>"
        f"<ol><li id=n1>{NOTE} <a href=#r1>↩</a></li></ol><script>no</script>"
    ).encode(),
    "d.docx": docx(
        "<w:p><w:r><w:t>It said “one two three four five”.</w:t></w:r><w:r>"
        '<w:footnoteReference w:id="2"/></w:r>'
        '<w:r><w:t xml:space="preserve"> More.</w:t></w:r></w:p>',
        f'<w:footnote w:id="2"><w:p><w:r><w:t>{NOTE}</w:t></w:r></w:p></w:footnote>',
    ),
    "e.odt": odt(
        "<office:body><office:text><text:p>It said “one two three four five”.<text:note>"
        f"<text:note-citation>1</text:note-citation><text:note-body><text:p>{NOTE}</text:p>"
        "</text:note-body></text:note> More.</text:p></office:text></office:body>"
    ),
    "f.TXT": f"\ufeff{SAID.replace('. More', '.¹ More')}\n\n¹ {NOTE}".encode("utf-16"),
}
ENTRY = ("Rusk", "“Fees raised in Lisbon again”", "06LISBON900412", "2006")
ENTRIES = {
    "a.bib": b"@misc{x, author={Rusk}, title={{Fees} raised in Lisbon again},"
    b" number={06LISBON900412}, year=2006}",
    "b.ris": b"TY  - RPRT\nAU  - Rusk\nTI  - Fees raised in Lisbon again\nPY  - 2006\n"
    b"M1  - 06LISBON900412\nER  - \n",
    "c.json": json.dumps(
        {
            "author": [{"family": "Rusk"}],
            "title": "Fees raised in Lisbon again",
            "number": "06LISBON900412",
            "issued": {"date-parts": [[2006, 5, 3]]},
        }
    ).encode(),
}
BOMB = packed(word__document_xml="a" * 50_000_000)
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "no">]><office:x xmlns:office="a">&a;</office:x>'
REFUSED = (
    ("a.exe", b"x", "A file .exe is not read"),
    ("a", b"x", "without an ending"),
    ("a.txt", b" \n", "The file is empty"),
    ("a.txt", b"PK\x03\x04zz", "not a text"),
    ("a.md", b"a\0b" * 9, "not a text"),
    ("a.docx", b"words", "damaged"),
    ("a.docx", b"\xd0\xcf\x11\xe0zz", "protected by a password"),
    ("a.docx", packed(content_xml="<x/>"), "is not DOCX"),
    ("a.docx", BOMB, "far more than a text"),
    ("a.docx", docx("<w:p"), "damaged"),
    ("a.odt", packed(word__document_xml="<x/>"), "is not ODT"),
    ("a.odt", packed(content_xml="<x"), "damaged"),
    ("a.odt", packed(content_xml=ENTITIES), "has no text"),
    ("a.pdf", b"words", "not PDF"),
    ("a.pdf", b"%PDF-1.7 words", "damaged"),
    ("a.json", b"[[[", "not JSON"),
    ("a.json", b"[" * 100_000, "not JSON"),
    ("a.html", b"<!-- -->", "damaged, or is not HTML"),
    ("a.txt", b"word " * 500_000, "2 million"),
)


def protected_pdf():
    writer, file = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret")
    writer.write(file)
    return file.getvalue()


PAGES = (
    "The Narrow Road\nIt said that “one two three four\nfive six sev-\n13",
    "The Narrow Road\nen eight.”1 Then it ended in the month of June of that year.\n"
    "It was so.\n1 06LISBON900412.\n14",
    "The Narrow Road\nMore.\n15",
)


class DocumentFileTests(TestCase):
    def test_a_quotation_goes_on_over_the_page_of_a_pdf(self):
        pages = [mock.Mock(**{"extract_text.return_value": page}) for page in PAGES]
        with mock.patch("pypdf.PdfReader") as reader:
            reader.return_value = mock.Mock(is_encrypted=False, pages=pages)
            text, *_, note = read_file("a.pdf", b"%PDF")
        self.assertIn("“one two three four five six seven eight.” Then", text.text)
        self.assertEqual((note.label, note.text), ("1", "06LISBON900412."))

    def test_every_kind_gives_the_text_with_its_note(self):
        for name, data in WITH_NOTE.items():
            with self.subTest(name):
                text, *_, note = read_file(name, data)
                self.assertEqual(text.text, SAID)
                self.assertEqual(text.marks, (NoteMark(SAID.index("More") - 1, "1"),))
                self.assertEqual((note.label, note.text), ("1", NOTE))

    def test_an_entry_of_a_bibliography_is_a_passage(self):
        for name, data in ENTRIES.items():
            with self.subTest(name):
                (passage,) = read_file(name, data)
                for words in ENTRY:
                    self.assertIn(words, passage.text)

    def test_quotations_that_stand_apart_are_told(self):
        style = '<w:pPr><w:pStyle w:val="Quote"/></w:pPr>'
        for name, data in (
            ("a.md", b"Text.\n\n> Said so."),
            ("a.html", b"<p>Text.</p><blockquote><p>Said so.</p></blockquote>"),
            ("a.txt", b"Text.\n\n    Said so."),
            (
                "a.docx",
                docx(
                    "<w:p><w:r><w:t>Text.</w:t></w:r></w:p>"
                    f"<w:p>{style}<w:r><w:t>Said so.</w:t></w:r></w:p>"
                ),
            ),
        ):
            with self.subTest(name):
                text, quoted = read_file(name, data)
                self.assertEqual((text.is_quotation, quoted.is_quotation), (False, True))
                self.assertEqual(quoted.text, "Said so.")

    def test_what_is_not_read_is_refused_with_a_sentence(self):
        for name, data, expected in (*REFUSED, ("a.pdf", protected_pdf(), "password")):
            with self.subTest(name, expected=expected):
                with self.assertRaises(UnreadableFile) as caught, self.assertNoLogs():
                    read_file(name, data)
                self.assertIn(expected, str(caught.exception))

    def test_a_small_file_of_very_many_marks_is_refused(self):
        for name, data in (
            ("a.docx", docx("<w:p/>" * 600_000)),
            ("a.odt", odt("<text:p/>" * 600_000)),
        ):
            with self.subTest(name), self.assertRaisesRegex(UnreadableFile, "unpacks to far more"):
                read_file(name, data)
            few = mock.patch.multiple(document_files, MOST_RATIO=1_000_000)
            with self.subTest(name), few, self.assertRaisesRegex(UnreadableFile, "far more marks"):
                read_file(name, data)

    def test_markdown_of_more_marks_than_words_is_refused(self):
        with self.assertRaisesRegex(UnreadableFile, "far more marks"):
            read_file("a.md", b"![a " * 101_000)

    def test_a_block_of_many_texts_is_looked_through_once_for_its_label(self):
        notes = "".join(f"word <a href=#n{n}>{n}</a><p id=n{n}>A long note.</p>" for n in range(50))
        looked = mock.patch.object(document_files, "_label_of", wraps=document_files._label_of)
        with looked as label_of:
            passages = read_file("a.html", f"<div>{notes}</div>".encode())
        self.assertEqual(len(passages), 100)
        self.assertEqual(label_of.call_count, 51)
