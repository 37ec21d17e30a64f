"""Addresses of earlier archives, which redirect here. They are promises too: add, never remove.

They come after all other addresses, so that none of the room's is taken for an old one. Browsers
keep fragments such as #par2, which are valid at the new address.
"""

import re

from django.urls import path, register_converter

from .converters import DayConverter, MonthOfFileConverter, ReferenceConverter
from .views import legacy

# What may follow a reference: "_a" in PlusD, ".html", a slash, punctuation of a sentence.
ENDING = re.compile(r"(?:_[A-Za-z])?(?:\.html?)?[/.,;)]*\Z")


class OldReferenceConverter(ReferenceConverter):
    """A reference in any spelling, with or without the ending of an old address."""

    regex = "[^/]{1,120}/?"

    def to_python(self, value):
        return super().to_python(ENDING.sub("", value, count=1))


class OldDayConverter(DayConverter):
    """A day, 2011-07-11."""

    regex = "[12][0-9]{3}-[0-9]{2}-[0-9]{2}"


register_converter(OldReferenceConverter, "old_reference")
register_converter(MonthOfFileConverter, "old_month")
register_converter(OldDayConverter, "old_day")

urlpatterns = [
    # 2010-2011, the first archive and its mirrors. Pages of lists are numbered from 0.
    path("cable/<int:year>/<int:month>/<old_reference:reference>", legacy.cable),
    path("cable/<old_reference:reference>", legacy.cable),
    path("tag/<tag:code>_<int:number>.html", legacy.tag),
    path("date/<old_month:month>_<int:number>.html", legacy.created),
    path("reldate/<old_day:day>_<int:number>.html", legacy.released),
    path("classification/<int:old>_<int:number>.html", legacy.classification),
    path("origin/<int:old>_<int:number>.html", legacy.origin),
    path("cablegate.html", legacy.page, {"to": ["home"]}),
    path("index.html", legacy.page, {"to": ["home"]}),
    path("static/html/faq.html", legacy.page, {"to": ["page", "faq"]}),
    path("support.html", legacy.support),
    path("articles/<int:year>/<str:name>.html", legacy.article),
    # 2010-2012, cablegatesearch: /cable.php?id=06BERLIN901234&version=1314919461
    path("cable.php", legacy.cable_in_query),
    # From 2011, cabledrum; from 2013, PlusD: /plusd/cables/06BERLIN901234_a.html
    path("cables/<old_reference:reference>", legacy.cable),
    path("plusd/cables/<old_reference:reference>", legacy.cable),
    # A reference alone, and articles of the first archive: /Harbor-Fees.html
    path("<old_reference:reference>", legacy.cable),
    path("<str:name>.html", legacy.article),
]
