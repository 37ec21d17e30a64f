"""Template tags for the head of a page, said once and used often; the program of the commands."""

from html import unescape

from django import template
from django.utils.html import strip_tags

from reading_room.paths import COMMAND

from ..telegram.shorten_text import shorten

register = template.Library()
LONGEST = 300  # Characters of a description; search engines and other sites show fewer.


class KeepNode(template.Node):
    """Render its content to one line without tags, and keep it under a name for later."""

    def __init__(self, name, nodelist):
        self.name, self.nodelist = name, nodelist

    def render(self, context):
        words = self.nodelist.render(context)
        if "<" in words or "&" in words:
            words = unescape(strip_tags(words))
        words = " ".join(words.split())
        context[self.name] = shorten(words, LONGEST)
        return ""


@register.tag
def keep(parser, token):
    """{% keep page_title %}{% block title %}...{% endkeep %}: a block whose words serve twice."""
    _, name = token.split_contents()
    nodelist = parser.parse(("endkeep",))
    parser.delete_first_token()
    return KeepNode(name, nodelist)


@register.simple_tag(takes_context=True)
def canonical(context):
    """The whole address of a page without filters and order; each page of a list has its own."""
    request = context["request"]
    number = getattr(context.get("page"), "number", 1)
    address = request.build_absolute_uri(context.get("canonical_path") or request.path)
    return f"{address}?page={number}" if number > 1 else address


@register.simple_tag
def program():
    """The program before a command: manage.py in a checkout, reading-room if installed."""
    return COMMAND
