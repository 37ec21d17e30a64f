"""Everything that an archive of before its first release has, in place of 43 migrations.

A database that has all of them has this one too. One that has a part of them cannot go on from
here: `migrate` says what to do (cables/operations/backups.py).
"""

from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

from .the_archive.first_rows import ROWS
from .the_archive.readers import READERS
from .the_archive.rendered_once import RenderedOnce
from .the_archive.tables_of_cables import STORAGE, TABLES as TABLES_OF_CABLES
from .the_archive.tables_of_desk import CABLES_OF_ARTICLES, TABLES as TABLES_OF_DESK
from .the_archive.triggers import TRIGGERS

# Accents are folded and words stemmed; the function unaccent() is not immutable and would be
# refused in an index, the dictionary is not.
SEARCH = """
CREATE TEXT SEARCH CONFIGURATION cables_english (COPY = english);
ALTER TEXT SEARCH CONFIGURATION cables_english
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
"""
REPLACED = """
0001_initial 0002_first_desk 0003_cables_as_sent 0004_cable_by_subject 0005_origins_by_classification
0006_origins_on_a_map 0007_lists_of_captions_and_marks 0008_search_by_parted_words_and_recipients
0009_words_alike 0010_superseded_texts_by_words 0011_redactions_corrections_merges 0012_loads_of_the_desk
0013_state_moves_with_every_change 0014_the_log_and_what_needs_a_person 0015_editions
0016_loads_of_whole_volumes 0017_nothing_told_beside_the_rows 0018_a_search_index_beside_the_database
0019_no_day_of_release_without_a_source 0020_origins_have_places
0021_what_volumes_print_before_their_documents 0022_lists_by_reference 0023_parts_of_volumes_are_withheld
0024_cables_worth_reading 0025_saved_searches_and_sealed_words 0026_decisions_on_many_cables
0027_redactions_over_the_archive 0029_requests_to_take_down_or_correct 0030_decisions_that_need_approval
0031_rules_that_are_off_and_matters_assigned 0032_order_and_columns_of_loads 0033_matches_at_single_places
0034_redactions_keep_other_senses 0035_when_records_changed 0036_works_that_cite_a_cable
0037_reasons_of_undoings_are_for_the_log 0038_standing_forms 0039_withheld_cables_hide_their_origin
0040_rows_of_hidden_cables 0041_copies_without_text_are_no_transmissions 0042_loads_know_where_their_file_is
0043_rejected_rows_have_references_alone 0044_origins_say_that_no_office_is_printed
"""


class Migration(migrations.Migration):
    initial = True

    replaces = [("cables", name) for name in REPLACED.split()]

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        migrations.RunSQL(SEARCH, "DROP TEXT SEARCH CONFIGURATION cables_english"),
        RenderedOnce(*TABLES_OF_CABLES),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
        RenderedOnce(*TABLES_OF_DESK),
        CABLES_OF_ARTICLES,
        *TRIGGERS,
        *READERS,
        *ROWS,
    ]
