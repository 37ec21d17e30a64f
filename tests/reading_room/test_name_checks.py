"""`manage.py check` warns of settings whose names would not last."""

from unittest import TestCase

from django.test import override_settings

from reading_room.apps import RESERVED, check_lasting_names


class NameCheckTests(TestCase):
    def ids(self, naan, shoulder):
        with override_settings(ARK_NAAN=naan, ARK_SHOULDER=shoulder):
            return [message.id for message in check_lasting_names(None)]

    def test_what_is_warned_of(self):
        for naan, shoulder, expected in (
            ("", "", []),
            ("27757", "x5", []),
            ("27757", "", ["cables.W002"]),
            ("", "x5", ["cables.W003"]),
            ("99999", "x5", ["cables.W001"]),
            ("12345", "", ["cables.W001", "cables.W002"]),
        ):
            with self.subTest(naan=naan, shoulder=shoulder):
                self.assertEqual(self.ids(naan, shoulder), expected)

    def test_the_warning_says_what_a_reserved_number_is_for(self):
        for naan, purpose in RESERVED.items():
            with self.subTest(naan), override_settings(ARK_NAAN=naan, ARK_SHOULDER="x5"):
                self.assertIn(f"which is for {purpose}", check_lasting_names(None)[0].msg)
