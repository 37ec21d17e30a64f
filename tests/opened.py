"""The forms of a page, as a browser sends them when nobody has typed anything."""

from lxml import html


def form_of(response) -> dict[str, list[str]]:
    """Return what the form that saves or decides on a page of the desk would send: name -> values.

    Of several forms it is the one with the most fields.
    """
    if not response.content.strip():
        return {}
    forms = []
    for form in html.fromstring(response.content.decode()).iter("form"):
        if form.get("method", "get").lower() == "post":
            sent = {}
            for name, value in _fields(form):
                sent.setdefault(name, []).append(value)
            forms.append(sent)
    return max(forms, key=len, default={})


def stamps(client, address) -> dict[str, list[str]]:
    """Return by what a page of the desk knows that nobody changed its rows since it was opened."""
    return stamps_in(client.get(address))


def stamps_in(response) -> dict[str, list[str]]:
    """Return the stamps of an opened page."""
    sent = form_of(response)
    return {name: values for name, values in sent.items() if name.endswith("stamp")}


def send(client, address, values=(), **options):
    """Open a page of the desk, and send its form with these values; return the response."""
    return client.post(address, stamps(client, address) | dict(values), **options)


def answered(case, address, sent, *shown):
    """Send a form as the client of a test case; return its answer, which shows these texts."""
    answer = case.client.post(address, sent)
    for text in shown:
        case.assertContains(answer, text)
    return answer


def _fields(form):
    """Yield (name, value) of what a form sends."""
    for field in form.iter("input", "select", "textarea"):
        name = field.get("name")
        if name is None or "disabled" in field.attrib:
            continue
        if field.tag == "input":
            values = _of_input(field)
        elif field.tag == "select":
            values = _of_select(field)
        else:
            # A browser leaves out the line break behind the tag and sends the others as CR LF.
            text = field.text_content().replace("\r\n", "\n").removeprefix("\n")
            values = [text.replace("\n", "\r\n")]
        yield from ((name, value) for value in values)


def _of_input(field):
    kind = field.get("type", "text")
    if kind in ("checkbox", "radio") and "checked" not in field.attrib:
        return []
    if kind in ("submit", "button", "file") or field.get("name") == "csrfmiddlewaretoken":
        return []
    return [field.get("value", "on" if kind == "checkbox" else "")]


def _of_select(field):
    options = [each for each in field.iter("option") if "disabled" not in each.attrib]
    chosen = [each for each in options if "selected" in each.attrib]
    if not chosen and "multiple" not in field.attrib:
        chosen = options[:1]
    return [each.get("value", "") for each in chosen]
