"""Formats for the language of the site, English."""
