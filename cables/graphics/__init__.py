"""Pictures: the geometry of those that templates draw as SVG, and those that are made here. Pure.

bars.py            bar charts, timelines, sparklines of counts a year or month; bands of years
line_charts.py     line charts of values a year or month
world_map.py       points on a map of the world; boxes and arrows of cables that cite each other
coasts.py          the land of that map, from TopoJSON
quotation_card.py  the picture of a quotation, which Pillow draws
scaled_picture.py  a picture that was uploaded, smaller and without metadata
"""
