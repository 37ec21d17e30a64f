"""A cache that takes so many bytes and no more."""

from unittest import TestCase

from django.core.cache.backends.locmem import _caches
from hypothesis import given
from hypothesis import strategies as st

from reading_room.memory import BESIDE, BoundedCache

MOST = 20_000
NAME = "a test of bounds"
STEPS = st.lists(
    st.tuples(st.sampled_from("sgd"), st.sampled_from("abcdefgh"), st.integers(0, 3_000))
)


def empty_cache():
    cache = BoundedCache(NAME, {"OPTIONS": {"MOST_BYTES": MOST}})
    cache.clear()
    return cache


class MemoryTests(TestCase):
    @given(STEPS)
    def test_it_never_takes_more_and_knows_what_it_takes(self, steps):
        cache = empty_cache()
        for step, key, size in steps:
            if step == "s":
                cache.set(key, b"x" * size)
            elif step == "g":
                cache.get(key)
            else:
                cache.delete(key)
            held = sum(len(value) + BESIDE for value in _caches[NAME].values())
            self.assertEqual(cache.taken[NAME], held)
            self.assertLessEqual(held, MOST)

    def test_what_was_not_read_for_longest_goes_first(self):
        cache = empty_cache()
        for key in "abcdefghijk":  # Ten fit.
            cache.set(key, b"x" * 1_400)
            cache.get("a")
        self.assertIsNone(cache.get("b"))
        self.assertEqual(len(cache.get("a")), 1_400)

    def test_what_is_large_pushes_out_nothing(self):
        cache = empty_cache()
        cache.set("a", b"x" * 1_000)
        cache.set("b", b"x" * 2_000)
        self.assertIsNone(cache.get("b"))
        self.assertIsNotNone(cache.get("a"))
