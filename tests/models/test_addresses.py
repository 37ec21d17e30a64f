"""Addresses that are composed are those of Django's reverse()."""

from unittest import TestCase

from django.urls import reverse

from cables.models.collection_origin_tag import address

NAMES = {
    "cable": ["06BERLIN900001", "FRUS1861-D12A"],
    "origin": ["embassy-berlin"],
    "country": ["cote-d-ivoire"],
    "tag": ["PREL", "UNGA/C-6", "HUMAN RIGHTS", "É, x", "a%b", "a+b&c=d;e?f#g", "~:@!$'()*", '"<>'],
}


class AddressTests(TestCase):
    def test_they_are_those_that_django_composes(self):
        for route, names in NAMES.items():
            for name in names:
                with self.subTest(route, name=name):
                    self.assertEqual(address(route, name), reverse(route, args=[name]))
