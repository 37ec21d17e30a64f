"""Files of a mirror beside pages: rewrite rules for nginx and Apache, and a README.

Paragraphs have no files: of 251,287 cables there would be four million. Rewrite rules redirect
their addresses to the cable's page, and redirect the addresses of earlier archives.
"""

from ..telegram.classifications import BY_VALUE
from ..views.legacy import CLASSES

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
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "form-action 'self' {live}; base-uri 'none'; frame-ancestors 'none'"
)


def nginx(site) -> str:
    """Return the directives for a `server` block of nginx."""
    rules = "\n".join(f'    rewrite "^{rule}$" {target} redirect;' for rule, target in RULES)
    return f"""\
# Inside a server {{ }} of nginx, which names the folder in `root`.
charset utf-8;
charset_types text/plain text/css application/atom+xml;
types {{
    text/html html; text/plain txt; text/css css; text/javascript js; image/svg+xml svg;
    font/woff2 woff2;
    application/atom+xml atom; application/xml xml;
}}
index index.html;
add_header Content-Security-Policy "{POLICY.format(live=site.live)}";
add_header X-Content-Type-Options nosniff;
add_header Referrer-Policy same-origin;
error_page 403 404 =404 /404.html;
location /.mirror {{ return 404; }}
location /static/css/ {{ expires max; }}
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
    return f"""\
# Apache: AllowOverride All, with mod_rewrite and mod_headers.
AddDefaultCharset utf-8
AddCharset utf-8 .atom .css
AddType application/atom+xml .atom
ErrorDocument 404 /404.html
Header set Content-Security-Policy "{POLICY.format(live=site.live)}"
Header set X-Content-Type-Options nosniff
Header set Referrer-Policy same-origin
RewriteEngine On
RewriteRule "^\\.mirror" - [R=404,L]
RewriteCond %{{QUERY_STRING}} "^page=([0-9]+)$"
RewriteCond %{{REQUEST_FILENAME}}page-%1.html -f
RewriteRule "^(.*/)$" "/$1page-%1.html" [L]
{rules}
{missing}RewriteRule "^{LIVE.removeprefix("/")}$" "{site.live}/$1" [R=302,NE,L]
"""


def readme(site) -> str:
    """Return the README for whoever finds the folder."""
    opened = (
        "Open index.html in a browser."
        if site.from_disk
        else "Serve this folder with any web server: python3 -m http.server 8080, then open\n"
        "http://127.0.0.1:8080. nginx.conf and .htaccess say where paragraphs are."
    )
    return f"""\
A mirror of the Cable Reading Room at {site.live}

{opened}

SHA256SUMS has the digest of every file. To check all of them: sha256sum --quiet -c SHA256SUMS
The texts at cable/REFERENCE.txt are byte for byte those of the room; their digests are those that
it publishes.

Searches, narrowed lists, citations in other styles and pages of single paragraphs need the live
room, and links to them lead there.
"""


# Address -> function that returns the content of the file.
OWN = {"/nginx.conf": nginx, "/.htaccess": apache, "/README.txt": readme}
