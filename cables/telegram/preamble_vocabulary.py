"""The fixed words of telegrams, as parts of regular expressions: classes, captions, marks, labels.

All patterns that look for these words are made of the parts below. A part is a choice without
parentheses around it ("A|B") unless it says otherwise. Blanks are written "[ ]", so that a part
fits into a pattern in re.VERBOSE. Rule ids are those of docs/format.md and docs/paragraphs.md.
"""

# A class on a line of its own.
CLASSES = "UNCLASSIFIED|CONFIDENTIAL|SECRET|LIMITED[ ]OFFICIAL[ ]USE"

# H-10. Captions on distribution: these words are never text.
DISTRIBUTION = "SIPDIS|NOFORN|EXDIS|NODIS|STADIS|LIMDIS|EFTO"
CAPTION_WORDS = f"{DISTRIBUTION}|NOCONTRACT|TERREP"
# With those that can also begin a sentence: they count on a line of their own.
CAPTIONS = (
    rf"{CAPTION_WORDS}|DEA[ ]SENSITIVE|SENSITIVE|ROGER[ ]CHANNEL|DISSENT[ ]CHANNEL|CODEL"
    r"|FOR[ ]OFFICIAL[ ]USE[ ]ONLY"
)
# H-9. Captions between class and station on the classification line.
CLASS_CAPTIONS = f"SENSITIVE|{DISTRIBUTION}|ENTIRE[ ]TEXT|FOR[ ]OFFICIAL[ ]USE[ ]ONLY"
CORRECTED_COPY = "C[ ]?O[ ]?R[ ]?R[ ]?E[ ]?C[ ]?T[ ]?E[ ]?D[ ]{1,8}C[ ]?O[ ]?P[ ]?Y"

# B-7. The content of a portion mark's parentheses. Ids and fingerprints of paragraphs depend on
# these spellings: PORTION_MARK must not change.
PORTION_MARK = (
    r"TS|SBU//?(?:NF|NOFORN)|SBU/N|SBU|LOU|FOUO|U//?SBU|U//?FOUO|C//?NF|S//?NF"
    r"|[CS]//?NOFORN|[CS](?://?|[ -])REL[^)\n]{0,80}|S|C|U"
)
# The same with any caveat, for marks before labels and subjects. With its parentheses.
ANY_MARK = (
    r"\((?:TS|[CSU]|LOU|SBU|FOUO|[CSU]//?[A-Z ]{1,8}|SBU//?[A-Z]{1,6}"
    r"|[CS](?://?|[ -])REL[^)\n]{0,60})\)"
)

# H-12. The orders on classification, with "E.O.": other orders are named in subjects.
ORDERS = "10501|10964|11652|12065|12356|12958?|13292|13526"
ORDER = rf"(?i:E\.?[ ]?O\.?)[ ]?:?[ ]{{0,4}}(?:{ORDERS})\b"
# Inside a line it may be glued to the word before: "FOR LIBYAE.O. 12958: N/A".
ORDER_INSIDE = rf"(?:\b|(?<=\w)(?=E\.)){ORDER}"
# H-13 to H-17. Labels of fields, with their misprints, without the colon.
TAGS = "TAGS?|TGS|TAS|TABS|TAGES|AGS"
SUBJECT = "SUBJ(?:ECT)?|UBJECT"
REFERENCES = r"REF(?:S|\(S\)|TELS?|ERENCES?)?"  # One word, a choice of endings.
CLASSIFIED_BY = r"CLASSIFIED[ \t]+BY\b"
