"""Check a whole text: each citation and each quotation against the archive.

cited_documents.py   which documents citations name here, and which facts differ
findings.py          what was found of each citation and quotation
text_report.py       the report on a text: its passages with marks, findings, totals, in steps
report_files.py      the report as JSON and CSV, and the text with permanent links added
page.py              the form and the page of the report
"""
