/* Suggestions while somebody types into a search box: the pattern "combobox with a list" of ARIA.
   The box works without them, and they are gone when the server does not answer. */
const PAUSE = 120; // Milliseconds without a key before the server is asked.
const SHORTEST = 2; // Letters.

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

class Suggestions {
  constructor(input, number) {
    this.input = input;
    this.list = element("div", {
      class: "suggestions", id: `suggestions-${number}`, role: "listbox", "aria-label": "Suggestions",
    });
    this.status = element("p", { class: "unseen", "aria-live": "polite" });
    this.options = [];
    this.at = -1; // Which option is active.
    this.list.hidden = true;
    input.parentElement.append(this.list, this.status); // .search, below which the list opens.
    for (const [key, value] of Object.entries({
      role: "combobox", autocomplete: "off", "aria-autocomplete": "list",
      "aria-expanded": "false", "aria-controls": this.list.id,
    })) input.setAttribute(key, value);
    input.addEventListener("input", () => this.wait());
    input.addEventListener("keydown", (event) => this.press(event));
    input.addEventListener("blur", () => this.close());
    // A click must not take the focus, which would close the list before it.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.follow(event.target.closest("[role=option]")));
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    this.asking?.abort();
    const typed = this.input.value.trim();
    if (typed.length < SHORTEST) return this.close();
    this.asking = new AbortController();
    try {
      const address = `${this.input.dataset.suggest}?${new URLSearchParams({ q: typed })}`;
      const response = await fetch(address, { signal: this.asking.signal });
      const { groups } = await response.json();
      if (document.activeElement === this.input) this.show(groups);
    } catch {
      this.close();
    }
  }

  show(groups) {
    this.options = [];
    this.list.replaceChildren(...groups.map((group) => element(
      "div", { role: "group", "aria-label": group.heading },
      element("p", { "aria-hidden": "true" }, group.heading),
      ...group.suggestions.map((each) => this.option(each)),
    )));
    this.activate(-1);
    this.expand(this.options.length > 0);
    this.status.textContent = this.options.length ? `${this.options.length} suggestions` : "No suggestions";
  }

  option({ label, detail, address }) {
    const id = `${this.list.id}-${this.options.length}`;
    const made = element("div", { role: "option", id, "aria-selected": "false", "data-address": address },
      element("span", {}, label), element("span", { class: "soft" }, detail));
    this.options.push(made);
    return made;
  }

  activate(at) {
    this.options[this.at]?.setAttribute("aria-selected", "false");
    this.at = at;
    const active = this.options[at];
    if (!active) return this.input.removeAttribute("aria-activedescendant");
    active.setAttribute("aria-selected", "true");
    active.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", active.id);
  }

  expand(open) {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.activate(-1);
    this.expand(false);
    this.status.textContent = "";
  }

  follow(option) {
    if (option) location.assign(option.dataset.address);
  }

  /* Down and up go round, by way of what was typed. */
  move(step) {
    if (this.list.hidden) return this.ask();
    const places = this.options.length + 1;
    this.activate(((this.at + 1 + step + places) % places) - 1);
  }

  press(event) {
    if (event.isComposing) return;
    const open = !this.list.hidden;
    if (event.key === "ArrowDown") this.move(1);
    else if (event.key === "ArrowUp") this.move(-1);
    else if (event.key === "Escape" && open) this.close();
    else if (event.key === "Enter" && open && this.at >= 0) this.follow(this.options[this.at]);
    else return;
    event.preventDefault();
  }
}

document.querySelectorAll("input[data-suggest]").forEach((input, number) => new Suggestions(input, number));
