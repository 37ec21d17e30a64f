"""The worker keeps the index, whatever it reads and whatever becomes of the folder."""

from shutil import rmtree
from unittest.mock import DEFAULT, patch

from cables.http_cache.edition import latest_edition
from cables.search_index import indexer
from cables.search_index.folder import current_folder
from cables.search_index.indexer import IndexFollower
from tests.builders import make_cable

from .test_indexer import IndexTestCase


class FollowerTests(IndexTestCase):
    def test_a_replica_that_is_behind_does_not_begin_the_index_anew(self):
        make_cable("06ROME900001", body="1. Harbor fees.")
        before = latest_edition()
        make_cable("06ROME900002", body="1. Harbor fees.")
        indexer.update()
        replica = {"latest_edition": DEFAULT, "changes_since": DEFAULT}
        with patch.multiple(indexer, **replica) as late, patch.object(indexer, "build") as build:
            late["latest_edition"].return_value = before
            late["changes_since"].return_value = None  # It does not know the state of the index.
            self.assertFalse(indexer.update())
        build.assert_not_called()

    def test_an_index_that_somebody_deleted_is_built_again_though_nothing_changes(self):
        make_cable("06ROME900001", body="1. Harbor fees.")
        follower = IndexFollower()
        follower.look()
        for kept in (None, "half"):
            rmtree(current_folder())
            (self.folder / "current").write_text(kept or "")
            follower.look()
            self.assertEqual(self.find("harbor"), ["06ROME900001"])
