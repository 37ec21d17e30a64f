"""Every route of the site that readers have, with addresses at which it could show a cable.

The cable is that of make_planted_cable (tests/planted.py), withheld or redacted.
"""

from itertools import permutations

from django.urls import get_resolver

from cables.citations.arks import NameAuthority
from cables.search import holdings
from tests.planted import WORD, tells

DESK = "admin/"
CABLE = "/cable/06BERLIN900001"
# What the parameters of a route are where it could show the cable; of others ROUTES has addresses.
VALUES = {
    **{"<reference:reference>": "06BERLIN900001", "<paragraph:paragraph>": "par1"},
    **{"<paragraph:first>": "par1", "<paragraph:last>": "par1.1"},
}
MISSPELT = WORD.replace("Z", "S")[:-1]  # A page may repeat it.
TAG_PAGE = "tag/<tag:code>_<int:number>.html"
PASSAGE = "cable/<reference:reference>/<paragraph:first>--<paragraph:last>"
PLACES = {
    "cable/<reference:reference>": CABLE,
    "cable/<reference:reference>/<paragraph:paragraph>": f"{CABLE}/par1",
    PASSAGE: f"{CABLE}/par1--par1.1",
}
BESIDE = "cable/<reference:reference>/beside/<reference:second>"
BESIDE_EACH_OTHER = ("06BERLIN900001", "06BONN900001", "06ROME900002", "06BERLIN900002")
VERSION = "cable/<reference:reference>/v<int:number>"
VERSION_PLACES = {VERSION: f"{CABLE}/v1", f"{VERSION}/<paragraph:paragraph>": f"{CABLE}/v1/par1"}
AUTHORITY = {"ARK_NAAN": "12345", "ARK_SHOULDER": "x5"}  # Settings with which ARKS are names.
ARKS = [
    NameAuthority("12345", "x5").ark(reference) for reference in ("06BERLIN900001", "06BONN900001")
]
OAI_NAMES = ("oai:testserver:06BERLIN900001", "oai:testserver:06BONN900001")
OAI_SETS = ("tag", "tag:EFIS", "origin", "collection:cables")

BY_SOURCE = {
    "volume/<slug:volume>": "/volume/frus2004v1",
    "volume/<slug:volume>/<str:chapter>": "/volume/frus2004v1/ch1",
    "collection/<slug:slug>": "/collection/cables",
}


def routes(resolver=None, above=""):
    """Yield every route of the site, of included URLconfs too."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = above + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern, route)
        else:
            yield route


def usual():
    """Return {route: its address} of all routes for readers with no parameters but VALUES."""
    found = {}
    for route in routes():
        address = route
        for name, value in VALUES.items():
            address = address.replace(name, value)
        if "<" not in address and not route.startswith(DESK):
            found[route] = [f"/{address}"]
    return found


# Route -> addresses at which a page of it could show the withheld cable, in place of the usual one.
ROUTES = {
    "": ["/", "/?ref=06BERLIN900001"],
    "search/": [
        "/search/?q=rose",
        "/search/?q=06BONN900001",
        "/search/?tag=EFIS",
        "/search/?q=note:rose+from:rose+to:rose+concept:rose+marking:rose",
        f"/search/?tag={WORD}&origin=embassy-{WORD.lower()}&sort={WORD}",
        "/search/?created_after=2004-05-01&created_before=2004-05-31",
        "/search/?q=cables+from+Berlin+in+2004+on+rose",
        f"/search/?q=coup+{MISSPELT}&plain=yes",
    ],
    "words/": ["/words/?q=rose", "/words/?q=rose&q=fees&tag=EFIS&by=month"],
    **{f"words.{form}": [f"/words.{form}?q=rose&by=month"] for form in ("csv", "json", "svg")},
    "concordance/": ["/concordance/?q=rose", "/concordance/?q=rose&by=left"],
    "concordance.csv": ["/concordance.csv?q=rose"],
    "notes/": ["/notes/"],
    "suggest/": [f"/suggest/?q={WORD[:3]}", "/suggest/?q=06ber", "/suggest/?q=ro"],
    "suggest.json": [
        *(f"/suggest.json?q={WORD[:letters]}" for letters in (2, 4, len(WORD))),
        "/suggest.json?q=06BERLIN9",
        "/suggest.json?q=ro",
    ],
    "search.atom": ["/search.atom?q=rose", "/search.atom?tag=EFIS"],
    "search.csv": ["/search.csv?q=rose", "/search.csv?tag=EFIS"],
    "search.zip": ["/search.zip?q=rose", "/search.zip?tag=EFIS"],
    "search.json": ["/search.json?q=rose", "/search.json?tag=EFIS"],
    "cable.json": ["/cable.json", "/cable.json?tag=EFIS", f"/cable.json?tag={WORD}"],
    "oai": [
        *("/oai?verb=Identify", "/oai?verb=ListSets", "/oai?verb=ListMetadataFormats"),
        *(f"/oai?verb=ListRecords&metadataPrefix={prefix}" for prefix in ("oai_dc", "mods")),
        *(f"/oai?verb=ListIdentifiers&metadataPrefix=oai_dc&set={name}" for name in OAI_SETS),
        *(f"/oai?verb=GetRecord&metadataPrefix=mods&identifier={name}" for name in OAI_NAMES),
    ],
    "ark:<path:name>": [
        *(f"/{name}{end}" for name in ARKS for end in ("", "/par1", ".v1", "?info", "/par1?info")),
        f"/{ARKS[0]}/par9?info",
    ],
    "ARK:<path:name>": [f"/{name.replace('ark', 'ARK')}?info" for name in ARKS],
    "volume/<slug:volume>.datacite.json": ["/volume/frus2004v1.datacite.json"],
    "volume/<slug:volume>.datacite.xml": ["/volume/frus2004v1.datacite.xml"],
    "collection/<slug:slug>.datacite.json": ["/collection/cables.datacite.json"],
    "collection/<slug:slug>.datacite.xml": ["/collection/cables.datacite.xml"],
    "sitemap-lists-<int:part>.xml": ["/sitemap-lists-1.xml"],
    "sitemap-<month_file:month>-<int:part>.xml": [
        "/sitemap-2004-05-1.xml",
        "/sitemap-2006-03-1.xml",
    ],
    "quote/": ["/quote/?reference=06BERLIN900001"],
    "check/": ["/check/"],
    "log/": ["/log/"],
    **{f"log/{name}": [f"/log/{name}"] for name in ("checkpoint", "key", "first_key", "verify.py")},
    "log/watched.json": ["/log/watched.json"],
    "log/cosignatures": ["/log/cosignatures"],
    "log/tile/<slug:level>/<path:tile>": [
        f"/log/tile/{tile}.p/{width}"
        for tile in ("0/000", "1/000", "entries/000")
        for width in (1, 2, 3)
    ],
    **{
        f"{route}/proof.json": [f"{address}/proof.json"]
        for route, address in (PLACES | VERSION_PLACES).items()
        if route != PASSAGE
    },
    f"{VERSION}/proof": [f"{CABLE}/v1/proof"],
    f"{VERSION}/proof/": [f"{CABLE}/v1/proof/", f"{CABLE}/v2/proof/", f"{CABLE}/v3/proof/"],
    "oembed.json": [
        f"/oembed.json?url=http://testserver{CABLE}/",
        f"/oembed.json?url=http://testserver{CABLE}/par1/",
        "/oembed.json?url=http://testserver/cable/06BONN900001/%23par1",
    ],
    **{
        f"{route}/selectors.json": [
            f"{address}/selectors.json",
            f"{address}/selectors.json?exact=rose",
            f"{address}/selectors.json?start=0&end=5",
        ]
        for route, address in (PLACES | VERSION_PLACES).items()
    },
    "about/<slug:slug>/": ["/about/privacy/"],
    "pictures/<slug:digest>.webp": [f"/pictures/{'0' * 32}.webp"],
    "articles/<slug:slug>/": ["/articles/harbor-fees/", "/articles/draft/"],
    "cable/<reference:reference>.txt": [f"{CABLE}.txt", "/cable/06BONN900001.txt"],
    "cable/<reference:reference>": [CABLE, "/cable/06BONN900001"],
    "cable/<reference:reference>/": [
        f"{CABLE}/",
        "/cable/06BONN900001/",
        "/cable/06ROME900002/",  # It refers to the withheld one.
        "/cable/06BERLIN900002/",  # It is not held, and beside the withheld one.
    ],
    "cable/<reference:reference>/v<int:number>": [f"{CABLE}/v1"],
    "cable/<reference:reference>/v<int:number>/": [f"{CABLE}/v1/", f"{CABLE}/v2/", f"{CABLE}/v3/"],
    "cable/<reference:reference>/v<int:number>.txt": [f"{CABLE}/v1.txt", f"{CABLE}/v2.txt"],
    "cable/<reference:reference>/v<int:number>/<paragraph:paragraph>": [f"{CABLE}/v1/par1"],
    "cable/<reference:reference>/v<int:number>/<paragraph:paragraph>/": [
        f"{CABLE}/v1/par1/",
        f"{CABLE}/v2/par1/",
        f"{CABLE}/v2/par9/",
        f"{CABLE}/v1/parB/",
    ],
    "cable/<reference:reference>/v<int:number>/<paragraph:paragraph>.txt": [
        f"{CABLE}/v1/par1.txt",
        f"{CABLE}/v2/par9.txt",
    ],
    "cable/<reference:reference>/history/": [f"{CABLE}/history/", f"{CABLE}/history/?page=2"],
    "cable/<reference:reference>/<paragraph:paragraph>/": [
        f"{CABLE}/par1/",
        f"{CABLE}/par1.1/",
        f"{CABLE}/parB/",
        f"{CABLE}/par9/",
        f"{CABLE}/par99/",
    ],
    "cable/<reference:reference>/<paragraph:paragraph>.txt": [
        f"{CABLE}/par1.txt",
        f"{CABLE}/par1.1.txt",
        f"{CABLE}/par9.txt",
        f"{CABLE}/parB.txt",
    ],
    f"{PASSAGE}/": [f"{CABLE}/par1--par1.1/", f"{CABLE}/par9--par1/", f"{CABLE}/par1--par99/"],
    f"{PASSAGE}.txt": [f"{CABLE}/par1--par1.1.txt", f"{CABLE}/par1--par9.txt"],
    **{
        f"{route}/cite/": [f"{address}/cite/", f"{address}/cite/?style=apa&c=06BERLIN900001"]
        for route, address in PLACES.items()
    },
    "cite/": [
        "/cite/?c=06BERLIN900001&c=06ROME900002",
        "/cite/?c=06BERLIN900001/par1&style=apa",
        "/cite/?c=06BONN900001&c=06BERLIN900001/par9&c=06BERLIN900001/par1--par99",
        "/cite/?c=06ROME900002&add=06BERLIN900001",
    ],
    **{
        f"cite.{form}": [
            f"/cite.{form}?c=06BERLIN900001",
            f"/cite.{form}?c=06BONN900001/par1&c=06ROME900002&style=apa",
        ]
        for form in ("bib", "ris", "csl.json", "md", "txt", "zip")
    },
    "cable/<reference:reference>/references/": [
        f"{CABLE}/references/",
        "/cable/06BONN900001/references/",
        "/cable/06ROME900002/references/",  # It refers to the withheld one.
        "/cable/06BERLIN900002/references/",
    ],
    "cable/<reference:reference>/similar/": [f"{CABLE}/similar/", "/cable/06ROME900002/similar/"],
    f"{BESIDE}/": [
        f"/cable/{one}/beside/{other}/" for one, other in permutations(BESIDE_EACH_OTHER, 2)
    ],
    BESIDE: [f"{CABLE}/beside/06ROME900002", "/cable/06ROME900002/beside/06BERLIN900001"],
    f"{BESIDE}.json": [
        f"/cable/{one}/beside/{other}.json" for one, other in permutations(BESIDE_EACH_OTHER, 2)
    ],
    "cable/<reference:reference>/beside/": [
        f"{CABLE}/beside/",
        "/cable/06ROME900002/beside/",  # It refers to the withheld one.
        "/cable/06ROME900002/beside/?other=06BERLIN900001",
    ],
    **{
        f"{route}/elsewhere{end}": [
            f"{address}/elsewhere{end}",
            f"{address.replace('06BERLIN900001', '06ROME900002')}/elsewhere{end}",
        ]
        for route, address in PLACES.items()
        for end in ("/", ".json")
    },
    "datasets/<str:version>/<str:name>": ["/datasets/latest/cables.jsonl.gz"],
    "holdings/missing/": ["/holdings/missing/", "/holdings/missing/?origin=embassy-berlin"],
    "holdings/missing.csv": ["/holdings/missing.csv"],
    "holdings/<slug:kind>/": ["/holdings/origin/", "/holdings/tag/", "/holdings/volume/"],
    "holdings/<slug:kind>.csv": [f"/holdings/{kind}.csv" for kind in holdings.KINDS],
    "glossary/<glossary_page:page>/": ["/glossary/organizations/", "/glossary/subjects/"],
    "glossary/<str:code>/": [f"/glossary/{WORD}/", "/glossary/EFIS/", "/glossary/SECRET/"],
    "released.atom": ["/released.atom", f"/released.atom?tag={WORD}"],
    "released/<year:year>/": ["/released/2011/"],
    "released/<month:month>/": ["/released/2011/02/"],
    "released/<day:day>/": ["/released/2011/02/03/", "/released/2012/03/05/"],
    "released/<day:day>.atom": ["/released/2011/02/03.atom", "/released/2012/03/05.atom"],
    "created/<year:year>/": ["/created/2004/"],
    "created/<month:month>/": ["/created/2004/05/"],
    "created/<month:month>.atom": ["/created/2004/05.atom"],
    "origin/<slug:slug>/": [f"/origin/embassy-{WORD.lower()}/", "/origin/embassy-rome/"],
    "origin/<slug:slug>.atom": [
        f"/origin/embassy-{WORD.lower()}.atom",
        "/origin/embassy-rome.atom",
    ],
    "exchange/": ["/exchange/", "/exchange/?q=rose"],
    "exchange/<slug:slug>/": [f"/exchange/embassy-{WORD.lower()}/", "/exchange/embassy-rome/"],
    **{
        f"exchange/<slug:one>/<slug:other>{end}": [
            f"/exchange/embassy-{WORD.lower()}/embassy-rome{end}",
            f"/exchange/embassy-rome/embassy-{WORD.lower()}{end}",
            f"/exchange/embassy-rome/embassy-berlin{end}",
        ]
        for end in ("/", ".atom")
    },
    "origin/map/": ["/origin/map/", "/origin/map/?q=rose", "/origin/map/?since=2004&until=2004"],
    "origin/map/list/": ["/origin/map/list/", "/origin/map/list/?q=rose&since=2004"],
    "place/<slug:slug>/": [f"/place/{WORD.lower()}/", "/place/rome/"],
    "place/<slug:slug>.atom": [f"/place/{WORD.lower()}.atom", "/place/rome.atom"],
    "country/<slug:slug>/": [
        f"/country/{WORD.lower()}/",
        "/country/atlantis/",  # Another of its origins stands there.
        f"/country/atlantis/?origin=embassy-{WORD.lower()}",
    ],
    "country/<slug:slug>.atom": [f"/country/{WORD.lower()}.atom", "/country/atlantis.atom"],
    "tag/<tag:code>/": [
        f"/tag/{WORD}/",
        "/tag/EFIS/",
        f"/tag/EFIS/?tag={WORD}&sort={WORD}&page=1",
        f"/tag/EFIS/?origin=embassy-{WORD.lower()}&created_after=2004-05-01",
        f"/tag/EFIS/?origin=embassy-rome&classification={WORD}&{WORD}=1",
    ],
    "tag/<tag:code>.atom": [f"/tag/{WORD}.atom", "/tag/EFIS.atom", f"/tag/EFIS.atom?tag={WORD}"],
    "person/<slug:slug>/": [
        "/person/maro-rell/",
        *(f"/person/maro-rell/?{role}=maro-rell" for role in ("sender", "signer", "recipient")),
        "/person/maro-rell/?without=sender:maro-rell",
    ],
    "person/<slug:slug>.atom": ["/person/maro-rell.atom"],
    "classification/<slug:slug>/": ["/classification/secret/", "/classification/unclassified/"],
    "classification/<slug:slug>.atom": ["/classification/secret.atom"],
    **{
        f"{route}{end}": [f"{address}{end}", f"{address}{end}?concept={WORD}"]
        for route, address in BY_SOURCE.items()
        for end in ("/", ".atom")
    },
    "caption/<str:code>/": [
        f"/caption/{WORD}/",
        "/caption/SIPDIS/",
        f"/caption/SIPDIS/?caption={WORD}&mark={WORD}",
    ],
    "caption/<str:code>.atom": [f"/caption/{WORD}.atom", "/caption/SIPDIS.atom"],
    "mark/<str:code>/": [f"/mark/{WORD}/", "/mark/SBU/", f"/mark/SBU/?mark={WORD}"],
    "mark/<str:code>.atom": [f"/mark/{WORD}.atom", "/mark/SBU.atom"],
    # Of earlier archives.
    "cable/<int:year>/<int:month>/<old_reference:reference>": [
        "/cable/2006/03/06BERLIN900001.html",
        "/cable/2006/03/06BERLIN900002.html",
    ],
    "cable/<old_reference:reference>": [f"{CABLE}.html", "/cable/06BERLIN900002.html"],
    "cable.php": ["/cable.php?id=06BERLIN900001", "/cable.php?id=06BERLIN900002"],
    "cables/<old_reference:reference>": ["/cables/06BERLIN900001", "/cables/06BERLIN900002"],
    "plusd/cables/<old_reference:reference>": [
        "/plusd/cables/06BERLIN900001_a.html",
        "/plusd/cables/06BERLIN900002_a.html",
    ],
    "<old_reference:reference>": ["/06BERLIN900001", "/06BONN900001", "/06BERLIN900002"],
    TAG_PAGE: [f"/tag/{WORD}_0.html", "/tag/EFIS_1.html"],
    "date/<old_month:month>_<int:number>.html": ["/date/2004-05_0.html"],
    "reldate/<old_day:day>_<int:number>.html": ["/reldate/2011-02-03_0.html"],
    "classification/<int:old>_<int:number>.html": ["/classification/3_0.html"],
    "origin/<int:old>_<int:number>.html": ["/origin/129_0.html"],
    "articles/<int:year>/<str:name>.html": ["/articles/2010/Harbor-Fees.html"],
    "<str:name>.html": ["/Harbor-Fees.html", "/Draft.html"],
}
ROUTES = usual() | ROUTES
# Each list is data where it is a feed; of those by source /cable.json has the data.
ROUTES |= {
    route.replace(".atom", ".json"): [address.replace(".atom", ".json") for address in addresses]
    for route, addresses in ROUTES.items()
    if route.endswith(">.atom") and route.removesuffix(".atom") not in BY_SOURCE
}
# Each list is a spreadsheet and a ZIP too, and is narrowed and searched in each form.
for form in (".csv", ".zip"):
    ROUTES |= {
        route.replace(".atom", form): [address.replace(".atom", form) for address in addresses]
        for route, addresses in ROUTES.items()
        if route.endswith(">.atom")
    }
ROUTES |= {
    route: [*addresses, *(f"{address}?q=rose" for address in addresses)]
    for route, addresses in ROUTES.items()
    if route.endswith((">.atom", ">.csv", ">.zip", ">.json")) and "cable" not in route
}
IN_LISTS = [
    "/cable/06ROME900002/?in=/tag/EFIS/&at=1",
    "/cable/06ROME900002/?in=/tag/EFIS/%3Fsort%3Dreference&at=2",
    "/cable/06ROME900002/?in=/search/%3Ftag%3DEFIS&at=1",
    f"/cable/06ROME900002/?in=/tag/{WORD}/&at=1",
]
ROUTES["cable/<reference:reference>/"] += IN_LISTS


def telling(client) -> set[str]:
    """Return the routes that give the planted word away, in their pages or in their headers."""
    asked = ((route, address) for route, several in ROUTES.items() for address in several)
    return {route for route, address in asked if tells(client.get(address))}
