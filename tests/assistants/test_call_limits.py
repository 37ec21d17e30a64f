"""How often one sender may call the tools."""

from unittest import TestCase
from unittest.mock import patch

from cables.assistants.mcp_endpoint import CallLimits


class CallLimitsTests(TestCase):
    def test_a_sender_may_send_some_at_once_and_then_as_many_as_time_allows(self):
        limits = CallLimits(per_second=2, at_once=3)
        for now, wait in ((0, 0), (0, 0), (0, 0), (0, 0.5), (0.25, 0.25), (0.5, 0), (0.5, 0.5)):
            with self.subTest(now=now, wait=wait):
                self.assertAlmostEqual(limits.wait("a", now), wait)
        self.assertEqual([limits.wait("a", 1_000) > 0 for _ in range(4)], [False] * 3 + [True])

    def test_senders_do_not_wait_for_each_other(self):
        limits = CallLimits(at_once=1)
        self.assertEqual([limits.wait(sender, 0) for sender in "abc"], [0, 0, 0])
        self.assertGreater(limits.wait("b", 0), 0)

    def test_not_more_senders_are_kept_than_fit(self):
        limits = CallLimits(at_once=1)
        with patch("cables.assistants.mcp_endpoint.MOST_SENDERS", 2):
            for sender in "abc":
                limits.wait(sender, 0)
        self.assertEqual(list(limits.buckets), ["b", "c"])
