"""Pinpoints of citations in words."""

from unittest import TestCase

from cables.citations.source import pinpoint

# Ids -> (words, CSL locator).
PINPOINTS = {
    (): ("", ""),
    ("par3",): ("para. 3", "3"),
    ("par4to14",): ("paras. 4–14", "4-14"),
    ("par2.3",): ("para. 2, block 3", ""),
    ("par4to14.1",): ("paras. 4–14, block 1", ""),
    ("par0.2",): ("passage 2", ""),
    ("par3-2",): ("para. 3 (second)", "3 (second)"),
    ("par3-12.1",): ("para. 3 (no. 12), block 1", ""),
    ("par3", "par5"): ("paras. 3–5", "3-5"),
    ("par3", "par4to14"): ("paras. 3–14", "3-14"),
    ("par4to14", "par15"): ("paras. 4–15", "4-15"),
    ("par3", "par3-2"): ("para. 3, to para. 3 (second)", ""),
    ("par2.3", "par5"): ("para. 2, block 3, to para. 5", ""),
    ("par2.1", "par2.3"): ("para. 2, blocks 1–3", ""),
    ("par0.1", "par0.4"): ("passages 1–4", ""),
    ("par3", "par3"): ("para. 3", "3"),
}


class PinpointTests(TestCase):
    def test_ids_become_words(self):
        for ids, (words, locator) in PINPOINTS.items():
            with self.subTest(ids):
                found = pinpoint(ids)
                self.assertEqual((found.words, found.locator), (words, locator))

    def test_lawyers_get_pilcrows(self):
        self.assertEqual(pinpoint(("par3",)).signs, "¶ 3")
        self.assertEqual(pinpoint(("par3", "par5")).signs, "¶¶ 3–5")
        self.assertEqual(pinpoint(("par0.2",)).signs, "passage 2")

    def test_a_malformed_id_is_refused(self):
        for wrong in ("parB", "3", "par3--par5", ""):
            with self.subTest(wrong), self.assertRaises(ValueError):
                pinpoint((wrong,))
