"""Pages of the mirror as it wrote them, with text of our own and a part changed."""

HEADER = "R 031405Z FEB 09\nFM AMEMBASSY ROME\nTO SECSTATE WASHDC 0012"
BODY = (
    "UNCLAS ROME 900001 \n \nSIPDIS \n \nE.O. 12958: N/A \n"
    "TAGS: <a href='/tag/PREL_0.html'>PREL</a> <a href='/tag/IT_0.html'>IT</a>\n"
    "SUBJECT: HARBOR FEES \n \n"
    "<a id='par1' href='#par1'>¶</a>1. (U) Fees rose. \n"
)
NAMES = ("Reference ID", "Created", "Released", "Classification", "Origin")
CELLS = (
    "<a href='/cable/2009/02/09ROME900001.html'>09ROME900001</a>",
    "<a href='/date/2009-02_0.html'>2009-02-03 14:02</a>",
    "<a href='/reldate/2011-03-08_0.html'>2011-03-08 16:04</a>",
    "<a href='/classification/5_0.html' title='unclassified//fouo'>UNCLASSIFIED</a>",
    "<a href='/origin/8_0.html'>Embassy Rome</a>",
)
LISTING = (
    "<table class='cable'><tr><th>Reference ID</th></tr><tr><td>09ROME900002</td></tr></table>"
)


def page(
    *, boxes=(HEADER, BODY), names=NAMES, cells=CELLS, articles=(), title="HARBOR FEES", **cell
):
    """Return a page. `created="..."` and the like replace one cell."""
    keys = ("reference", "created", "released", "classification", "origin")
    cells = [cell.get(key, value) for key, value in zip(keys, cells, strict=False)]
    links = "".join(f"<a href='{link}'>{link}</a><br />\n" for link in articles)
    row = f"<tr>\n<td colspan='5'>\nAppears in these articles:<br />\n{links}</td>\n</tr>\n"
    return (
        "<?xml version='1.0' encoding='utf-8' ?>\n<html>\n<head>\n<title>Cable Viewer</title>\n"
        f"</head>\n<body>\n<div class='pane small'>{LISTING}</div>\n<div class='pane big'>\n"
        f"<h3>Viewing cable 09ROME900001, {title}</h3>\n<div id='help_2'>e.g. #08ROME900009</div>\n"
        f"<table class='cable'>\n<tr>\n{''.join(f'<th>{name}</th>' for name in names)}\n</tr>\n"
        f"<tr>\n{''.join(f'<td>{text}</td>' for text in cells)}\n</tr>\n"
        f"{row if articles else ''}</table>\n"
        + "".join(f"<code><pre>{box}</pre></code>\n" for box in map(in_one_line, boxes))
        + "</div>\n</body>\n</html>\n"
    )


def in_one_line(box):
    """Return a box as the mirror wrote it: its line breaks are entities (M-5)."""
    return box.replace("\n", "&#x000A;")
