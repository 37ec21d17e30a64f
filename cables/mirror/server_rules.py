"""Files of a mirror beside pages: rewrite rules for nginx and Apache, and a README.

Paragraphs have no files: of 251,287 cables there would be four million. Rewrite rules redirect
their addresses to the cable's page, and redirect the addresses of earlier archives.
"""

from ..telegram.classifications import BY_VALUE
from ..views.legacy import CLASSES
from ..views.proof_pages import PROGRAM

NOT_FOUND = "/404.html"
SEARCH = "/search/"
REFERENCE = "[0-9]{2}[A-Z-]+[0-9]+[A-Z]?"
ENDING = r"(?:_[A-Za-z])?(?:\.html?)?/?"
# Regular expression for addresses without a file -> target of the redirect.
RULES = (
    (r"/cable/([^/]+)/(par[^/]+?)(?:--par[^/]+)?/?", "/cable/$1/#$2"),
    (r"/cable/([^/]+)/(v[0-9]+)/(par[^/]+?)/?", "/cable/$1/$2/#$3"),
    # The only version of a text is the current one.
    (r"/cable/([^/]+)/v1/?", "/cable/$1/"),
    (r"/cable/([^/]+)/v1\.txt", "/cable/$1.txt"),
    (rf"/cable/[0-9]{{4}}/[0-9]{{1,2}}/({REFERENCE}){ENDING}", "/cable/$1/"),
    (rf"/(?:cable/|cables/|plusd/cables/|)({REFERENCE}){ENDING}", "/cable/$1/"),
    (r"/tag/(.+)_[0-9]+\.html", "/tag/$1/"),
    (r"/date/([0-9]{4})-([0-9]{2})_[0-9]+\.html", "/created/$1/$2/"),
    (r"/reldate/([0-9]{4})-([0-9]{2})-([0-9]{2})_[0-9]+\.html", "/released/$1/$2/$3/"),
    *(
        (rf"/classification/{number}_[0-9]+\.html", f"/classification/{BY_VALUE[value].slug}/")
        for number, value in CLASSES.items()
    ),
    (r"/origin/([0-9]+)_[0-9]*[1-9][0-9]*\.html", "/origin/$1_0.html"),
)
# Addresses that only the live site has: citations, data, searches.
LIVE = r"/((?:cable|cite|quote|search)\b.*(?:/|\.(?:bib|ris|csl\.json|json|md|csv|atom)))"
POLICY = (
    "default-src 'none'; script-src 'self'{more}; style-src 'self'; font-src 'self'; "
    "img-src 'self'; form-action 'self' {live}; base-uri 'none'; frame-ancestors 'none'"
)
# The search page runs Pagefind's WebAssembly, and reads the files of its index.
SEARCHING = " 'wasm-unsafe-eval'; connect-src 'self'"


def nginx(site) -> str:
    """Return the directives for a `server` block of nginx."""
    rules = "\n".join(f'    rewrite "^{rule}$" {target} redirect;' for rule, target in RULES)
    headers = """add_header Content-Security-Policy "{policy}";
{tab}add_header X-Content-Type-Options nosniff;
{tab}add_header Referrer-Policy same-origin;"""
    policy, searching = policies(site)
    return f"""\
# Inside a server {{ }} of nginx, which names the folder data of the mirror in `root`.
charset utf-8;
charset_types text/plain text/css application/atom+xml;
types {{
    text/html html; text/plain txt; text/css css; text/javascript js; image/svg+xml svg;
    font/woff2 woff2; application/json json;
    application/atom+xml atom; application/xml xml;
}}
index index.html;
{headers.format(policy=policy, tab="")}
error_page 403 404 =404 /404.html;
location /static/css/ {{ expires max; }}
location /search/ {{
    {headers.format(policy=searching, tab="    ")}
    try_files $uri ${{uri}}index.html $uri/ @elsewhere;
}}
location / {{
    # The pages of lists, ?page=2, as the room writes them.
    try_files $uri ${{uri}}page-$arg_page.html ${{uri}}index.html $uri/ @elsewhere;
}}
location @elsewhere {{
{rules}
    rewrite "^{LIVE}$" {site.live}/$1 redirect;
    return 404;
}}
"""


def apache(site) -> str:
    """Return the .htaccess file for Apache."""
    missing = "RewriteCond %{REQUEST_FILENAME} !-f\nRewriteCond %{REQUEST_FILENAME} !-d\n"
    rules = "\n".join(
        f'{missing}RewriteRule "^{rule.removeprefix("/")}$" "{target}" [R=302,NE,L]'
        for rule, target in RULES
    )
    policy, searching = policies(site)
    return f"""\
# Apache: AllowOverride All, with mod_rewrite and mod_headers.
AddDefaultCharset utf-8
AddCharset utf-8 .atom .css
AddType application/atom+xml .atom
ErrorDocument 404 /404.html
Header set Content-Security-Policy "{policy}"
<If "%{{REQUEST_URI}} =~ m#/search/#">
Header set Content-Security-Policy "{searching}"
</If>
Header set X-Content-Type-Options nosniff
Header set Referrer-Policy same-origin
RewriteEngine On
RewriteCond %{{QUERY_STRING}} "^page=([0-9]+)$"
RewriteCond %{{REQUEST_FILENAME}}page-%1.html -f
RewriteRule "^(.*/)$" "/$1page-%1.html" [L]
{rules}
{missing}RewriteRule "^{LIVE.removeprefix("/")}$" "{site.live}/$1" [R=302,NE,L]
"""


def policies(site) -> tuple[str, str]:
    """Return the Content-Security-Policy of all pages, and that of the search page."""
    return (POLICY.format(live=site.live, more=""), POLICY.format(live=site.live, more=SEARCHING))


def readme(site) -> str:
    """Return the README for whoever finds the folder."""
    served = "python3 -m http.server 8080, then open http://127.0.0.1:8080"
    opened = (
        "Open index.html in a browser."
        if site.from_disk
        else f"Serve this folder with any web server: {served}\nThe pages are in the folder data; "
        "nginx.conf and .htaccess there say where paragraphs are."
    )
    search = (
        "The search page works where a web server serves this folder, even one on this computer:\n"
        f"{served}. It sends nothing to anyone. N"
        if site.search
        else "Searches, n"
    )
    proofs = (
        f"\n\n    python3 data/log/{PROGRAM.name} mirror ."
        if site.proofs
        else f" {site.live}/cable/REFERENCE/proof.json\nfor each, as long as the room stands."
    )
    return f"""\
A mirror of the Cable Reading Room at {site.live}

{opened}

This folder is a BagIt bag (RFC 8493). To check every file:

    sha256sum --quiet -c manifest-sha256.txt

or, with the Python package bagit (https://pypi.org/project/bagit/): python3 -m bagit --validate .
The texts at data/cable/REFERENCE.txt are byte for byte those of the room; their digests are those
that it publishes.

The folder data/log is the public log of the room, with which anyone can check that no text was
changed in silence; data/log/index.html says how. The proofs of the texts:{proofs}

{search}arrowed lists, citations in other styles and pages of single paragraphs need the live room,
and links to them lead there.
"""


# Address -> function that returns the content of the file.
OWN = {"/nginx.conf": nginx, "/.htaccess": apache}
