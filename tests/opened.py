"""The forms of a page, as a browser sends them when nobody has typed anything."""

from html.parser import HTMLParser


def form_of(response) -> dict[str, list[str]]:
    """Return what the form that saves or decides on a page of the desk would send: name -> values.

    Of several forms it is the one with the most fields.
    """
    reader = _Reader()
    reader.feed(response.content.decode())
    return max(reader.forms, key=len, default={})


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


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms, self.form = [], None
        self.select, self.options, self.textarea = None, [], None

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            self.form = {}
            if given.get("method", "get").lower() == "post":
                self.forms.append(self.form)
        if self.form is None or "disabled" in given:
            return
        if tag == "input" and "name" in given:
            self._input(given)
        elif tag == "textarea" and "name" in given:
            self.textarea = (given["name"], [])
        elif tag == "select" and "name" in given:
            self.select, self.options = given, []
        elif tag == "option" and self.select is not None:
            self.options.append(("selected" in given, given.get("value", "")))

    def _input(self, given):
        kind = given.get("type", "text")
        if kind in ("checkbox", "radio") and "checked" not in given:
            return
        if kind not in ("submit", "button", "file") and given["name"] != "csrfmiddlewaretoken":
            self._add(given["name"], given.get("value", "on" if kind == "checkbox" else ""))

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "textarea" and self.textarea:
            name, pieces = self.textarea
            # A browser leaves out the line break behind the tag and sends the others as CR LF.
            text = "".join(pieces).replace("\r\n", "\n").removeprefix("\n")
            self._add(name, text.replace("\n", "\r\n"))
            self.textarea = None
        elif tag == "select" and self.select is not None:
            chosen = [value for on, value in self.options if on]
            if not chosen and "multiple" not in self.select:
                chosen = [value for _, value in self.options[:1]]
            for value in chosen:
                self._add(self.select["name"], value)
            self.select = None

    def handle_data(self, data):
        if self.textarea:
            self.textarea[1].append(data)

    def _add(self, name, value):
        if self.form is not None:
            self.form.setdefault(name, []).append(value)
