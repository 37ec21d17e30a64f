"""How a decision of a curator gets from the desk to the row that readers see."""

import sys
from pathlib import Path

import cables
from cables.curation.redactions_and_corrections import redact_cable
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from tests.admin.test_decisions import DecisionTestCase

PACKAGE = Path(cables.__file__).parent
MOST_FUNCTIONS = 38  # Of curation/ and publication/. Add one only where it saves a reader more.


def functions_called(call, *folders):
    """Return {(file, name)} of the functions in folders of the application that a call runs."""
    called = set()

    def note(frame, event, _):
        code = frame.f_code
        path = Path(code.co_filename)
        if event == "call" and any(path.is_relative_to(PACKAGE / folder) for folder in folders):
            called.add((path.name, code.co_qualname))

    sys.setprofile(note)
    try:
        call()
    finally:
        sys.setprofile(None)
    return {(file, name) for file, name in called if not name.endswith(">")}


class RedactionPathTests(DecisionTestCase):
    def test_a_redaction_reaches_the_public_row_through_few_functions(self):
        strike = Strike(EVERYWHERE, ("Rossi",))
        called = functions_called(
            lambda: redact_cable(self.cable, strike, "A witness.", self.curator),
            "curation",
            "publication",
        )
        self.cable.refresh_from_db()
        self.assertIn("Quinto [redacted] raised", self.cable.body)
        self.assertLessEqual(len(called), MOST_FUNCTIONS, sorted(called))
