"""The name of the program that runs the room's commands, for texts that tell what to type."""

from django import template

from reading_room.paths import COMMAND

register = template.Library()


@register.simple_tag
def program():
    """The program before a command: manage.py in a checkout, reading-room if installed."""
    return COMMAND
