"""Compute the geometry of pictures: numbers only, templates draw them as SVG. Pure.

bars.py             bar charts, timelines and sparklines of counts a year or month
year_bands.py       runs of years in which an origin has cables
world_map.py        points and outlines on a map of the world
reference_graph.py  boxes and arrows of cables that cite each other
"""
