// A reader's own notes on words of a text. They are kept in this browser alone; nothing is sent.
// A note holds on to its words with what stands around them (Web Annotation Data Model, 4.2.4), so
// that it stays where it was when the text changes elsewhere.
const AROUND = 40; // Characters kept of what stands before and after the words.
const LONGEST = 5000; // Characters of the words of one note.
const NOT_TEXT = ".margin, .cite, details, button, [aria-hidden=true]";

const make = (name, fields = {}, ...inside) => {
  const made = Object.assign(document.createElement(name), fields);
  made.append(...inside);
  return made;
};
const button = (text, act) => make("button", { type: "button", textContent: text, onclick: act });
const labelsOf = (text) => [...new Set(text.split(",").map((label) => label.trim()).filter(Boolean))];
const LETTER = /[\p{L}\p{M}\p{N}'’-]/u;
const oneLine = (text) => text.replace(/\s+/g, " ").trim();

const kept = {
  read() {
    try {
      const notes = JSON.parse(localStorage.getItem("notes"));
      if (!Array.isArray(notes)) return [];
      // Authors that earlier releases kept end with the comma of RIS.
      return notes.filter((note) => note?.reference && note.exact).map((note) => ({ ...note, author: note.author?.replace(/,$/, "") }));
    } catch { return []; }
  },
  // Returns whether there was room for them.
  write(notes) {
    try { localStorage.setItem("notes", JSON.stringify(notes)); return true; } catch { return false; }
  },
  put(note) { return this.write([...this.read().filter((each) => each.id !== note.id), note]); },
  drop(note) { this.write(this.read().filter((each) => each.id !== note.id)); },
};
const newId = () => `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
const addressOf = (note) => `/cable/${encodeURIComponent(note.reference)}/${note.paragraph ? `#${encodeURIComponent(note.paragraph)}` : ""}`;

// The text of an element, a line for each paragraph, and the node and offset of each of its characters.
function readText(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
    node.nodeType === Node.TEXT_NODE ? NodeFilter.FILTER_ACCEPT : node.matches(NOT_TEXT) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP);
  const places = [];
  let text = "", last = null;
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    const paragraph = parentElement.closest(".para");
    if (paragraph && paragraph !== last && text) {
      if (!text.endsWith(" ")) places.push([walker.currentNode, 0]);
      text = `${text.trimEnd()}\n`;
    }
    last = paragraph || last;
    for (let offset = 0; offset < data.length; offset += 1) {
      const isBlank = /\s/.test(data[offset]);
      if (isBlank && (!text || " \n".includes(text.at(-1)))) continue;
      text += isBlank ? " " : data[offset];
      places.push([walker.currentNode, offset]);
    }
  }
  return { text, places };
}

// Where the words of a note are in a text: the place with most of what stood around them; -1 if none.
// Notes of earlier releases have a blank where a paragraph ends.
function findNote(note, read) {
  const inLine = (words) => (words || "").replaceAll("\n", " ");
  const [text, exact] = [read, note.exact].map(inLine);
  const alike = (one, other) => { let at = 0; while (at < one.length && one[at] === other[at]) at += 1; return at; };
  const reverse = (words) => [...words].reverse().join("");
  let best = -1, most = -1;
  for (let at = text.indexOf(exact); at >= 0; at = text.indexOf(exact, at + 1)) {
    const before = alike(reverse(inLine(note.prefix)), reverse(text.slice(Math.max(0, at - AROUND), at)));
    const score = before + alike(inLine(note.suffix), text.slice(at + exact.length));
    if (score > most) [best, most] = [at, score];
  }
  return best;
}

function rangeOf({ places }, start, end) {
  const range = document.createRange();
  range.setStart(...places[start]);
  range.setEnd(places[end - 1][0], places[end - 1][1] + 1);
  return range;
}

// The form for a note; `done` is called after it was saved or deleted.
function edit(note, done) {
  const words = make("textarea", { rows: 6, value: note.text || "", id: "note-text" });
  const labels = make("input", { value: (note.labels || []).join(", "), id: "note-labels", autocomplete: "off" });
  const problem = make("p", { role: "alert" });
  const dialog = make("dialog", { className: "note-form", ariaLabel: "Your note" });
  const close = () => { dialog.close(); dialog.remove(); };
  const form = make("form", { method: "dialog" },
    make("blockquote", { textContent: note.exact }),
    make("label", { textContent: "Note", htmlFor: "note-text" }), words,
    make("label", { textContent: "Labels, with commas between them", htmlFor: "note-labels" }), labels,
    problem,
    make("p", { className: "acts" }, make("button", { className: "primary", textContent: "Save" }), button("Cancel", close)));
  if (note.id) form.lastChild.append(button("Delete", () => { kept.drop(note); close(); done(); }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const now = new Date().toISOString();
    const saved = { ...note, id: note.id || newId(), text: words.value.trim(), labels: labelsOf(labels.value), created: note.created || now, changed: now };
    if (!kept.put(saved)) {
      problem.textContent = "This browser keeps no more, or nothing at all: the note was not saved.";
      return;
    }
    close();
    done();
    document.querySelector(`#note-${CSS.escape(saved.id)} button`)?.focus();
  });
  dialog.addEventListener("close", () => dialog.remove());
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  words.focus();
}

function noteItem(note, done, gone) {
  const item = make("li", { id: `note-${note.id}` },
    make("blockquote", {}, make("a", { href: addressOf(note), textContent: note.exact })));
  if (gone) item.append(make("p", { className: "soft", textContent: "The text does not have these words any more." }));
  if (note.text) item.append(make("p", { className: "said", textContent: note.text }));
  const act = button("Edit", () => edit(note, done));
  act.ariaLabel = `Edit the note on ${note.exact.slice(0, 60)}`;
  item.append(make("p", { className: "meta" }, ...(note.labels || []).map((label) => make("b", { textContent: label })), act));
  return item;
}

// On the page of a cable: mark the words of notes, list these, and offer a note on what is selected.
function onCable(telegram) {
  const { reference, author, sent, printed, pages } = telegram.dataset;
  const heading = document.querySelector("h1.cable-title");
  const title = oneLine([...heading.childNodes].filter((node) => !node.matches?.(".kicker, .printed")).map((node) => node.textContent).join(" "));
  const section = make("section", { className: "own-notes" });
  const offer = make("div", { className: "note-offer", hidden: true });
  let ranges = new Map(), chosen = null;

  const show = () => {
    const read = readText(telegram);
    const notes = kept.read().filter((note) => note.reference === reference);
    ranges = new Map();
    for (const note of notes) {
      const at = findNote(note, read.text);
      if (at >= 0) ranges.set(note.id, rangeOf(read, at, at + note.exact.length));
    }
    if (window.Highlight) CSS.highlights.set("note", new Highlight(...ranges.values()));
    const order = (note) => (ranges.has(note.id) ? read.places.findIndex(([node]) => node === ranges.get(note.id).startContainer) : Infinity);
    notes.sort((one, other) => order(one) - order(other) || 0);
    section.hidden = !notes.length;
    section.replaceChildren(
      make("h2", { textContent: "Your notes" }),
      make("p", { className: "soft" }, "They are kept in this browser alone. ", make("a", { href: "/notes/", textContent: "All your notes" })),
      make("ol", {}, ...notes.map((note) => noteItem(note, show, !ranges.has(note.id)))));
  };

  const choose = () => {
    const selection = getSelection();
    const range = selection.rangeCount && !selection.isCollapsed && selection.getRangeAt(0);
    if (range && telegram.contains(range.commonAncestorContainer)) chosen = range.cloneRange();
    else if (!offer.contains(document.activeElement)) chosen = null;
    offer.hidden = !chosen;
  };

  offer.append(button("Note on these words", () => {
    const { text, places } = readText(telegram);
    const inside = ([node, offset]) => chosen.isPointInRange(node, offset) && chosen.comparePoint(node, offset + 1) <= 0;
    const start = places.findIndex(inside), end = places.findLastIndex(inside) + 1;
    offer.hidden = true;
    const exact = start < 0 ? "" : text.slice(start, Math.min(end, start + LONGEST)).trim();
    if (!exact) return;
    let from = text.indexOf(exact, start), to = from + exact.length;
    const isInside = (at) => LETTER.test(text[at - 1] || "") && LETTER.test(text[at] || "");
    while (isInside(from)) from -= 1;
    while (isInside(to)) to += 1;
    const paragraph = places[from][0].parentElement.closest(".para[id]")?.id || "";
    edit({ reference, title, author, sent, printed, pages, paragraph, exact: text.slice(from, to), prefix: text.slice(Math.max(0, from - AROUND), from), suffix: text.slice(to, to + AROUND) }, show);
  }));
  document.addEventListener("selectionchange", choose);
  telegram.addEventListener("click", ({ clientX, clientY }) => {
    const place = document.caretPositionFromPoint?.(clientX, clientY);
    const hit = place && getSelection().isCollapsed && [...ranges].find(([, range]) => range.isPointInRange(place.offsetNode, place.offset));
    if (hit) document.getElementById(`note-${hit[0]}`)?.scrollIntoView({ block: "center" });
  });
  addEventListener("storage", show);
  telegram.closest("section").after(section);
  document.body.append(offer);
  show();
}

// Files: what others read of notes.
const quoted = (cell) => `"${(/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell).replaceAll('"', '""')}"`;
const FIELDS = ["id", "reference", "title", "author", "sent", "printed", "pages", "paragraph", "exact", "prefix", "suffix", "text", "labels", "created", "changed"];
const COLUMNS = [...FIELDS, "address"];

function asCsv(notes) {
  const rows = notes.map((note) => COLUMNS.map((name) =>
    quoted(String(name === "labels" ? (note.labels || []).join(", ") : name === "address" ? location.origin + addressOf(note) : note[name] ?? ""))));
  return [COLUMNS.map(quoted), ...rows].map((row) => row.join(",")).join("\r\n");
}

function fromCsv(text) {
  const rows = [[]];
  for (const [, inner, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1).push((inner ?? plain).replaceAll('""', '"').replace(/^'(?=[=+\-@\t\r])/, ""));
    if (end !== ",") rows.push([]);
  }
  const [names, ...others] = rows;
  return others.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? ""])))
    .map((note) => ({ ...note, labels: labelsOf(note.labels || "") }));
}

const asAnnotations = (notes, context) => JSON.stringify({
  "@context": context,
  type: "AnnotationPage",
  items: notes.map((note) => ({
    id: `urn:note:${note.id}`,
    type: "Annotation",
    created: note.created,
    modified: note.changed,
    body: [
      ...(note.text ? [{ type: "TextualBody", value: note.text, purpose: "commenting" }] : []),
      ...(note.labels || []).map((label) => ({ type: "TextualBody", value: label, purpose: "tagging" })),
    ],
    target: {
      source: location.origin + addressOf(note).split("#")[0],
      selector: [
        { type: "TextQuoteSelector", exact: note.exact, prefix: note.prefix, suffix: note.suffix },
        { type: "FragmentSelector", value: note.paragraph },
      ],
    },
    "dc:title": note.title,
    "dc:creator": note.author,
    "dc:date": note.sent,
    "dcterms:bibliographicCitation": note.printed,
    "schema:pagination": note.pages,
  })),
}, null, 1);

function fromAnnotations(text) {
  const read = JSON.parse(text);
  return (read.items || read.first?.items || read).map((each) => {
    const bodies = [each.body ?? []].flat(), selectors = [each.target?.selector ?? []].flat();
    const quote = selectors.find((selector) => selector.type === "TextQuoteSelector") || {};
    return {
      id: String(each.id || "").replace("urn:note:", ""),
      reference: decodeURIComponent(/\/cable\/([^/#]+)/.exec(each.target?.source)?.[1] || ""),
      title: each["dc:title"] || "",
      author: each["dc:creator"] || "",
      sent: each["dc:date"] || "",
      printed: each["dcterms:bibliographicCitation"] || "",
      pages: each["schema:pagination"] || "",
      paragraph: selectors.find((selector) => selector.type === "FragmentSelector")?.value || "",
      exact: quote.exact, prefix: quote.prefix, suffix: quote.suffix,
      text: bodies.filter((body) => body.purpose !== "tagging").map((body) => body.value).join("\n\n"),
      labels: bodies.filter((body) => body.purpose === "tagging").map((body) => body.value),
      created: each.created, changed: each.modified,
    };
  });
}

const byCable = (notes) => Map.groupBy ? Map.groupBy(notes, (note) => note.reference)
  : notes.reduce((groups, note) => groups.set(note.reference, [...(groups.get(note.reference) || []), note]), new Map());

// Obsidian takes letters, digits, "_", "-" and "/" in a tag, and not digits alone.
function tagOf(label) {
  const tag = label.replace(/[^\p{L}\p{M}\p{N}_/-]+/gu, "-").replace(/^-+|-+$/g, "");
  return /[^\p{N}]/u.test(tag) ? `#${tag}` : tag && `#_${tag}`;
}
const tagsOf = (note) => (note.labels || []).map(tagOf).filter(Boolean).join(" ");

// What is known of the cable of some notes: those of earlier releases know less.
const factsOf = (notes) => Object.fromEntries(["author", "sent", "printed", "pages"].map((name) => [name, notes.map((note) => note[name]).find(Boolean) || ""]));

function headOf(notes) {
  const { author, sent, printed } = factsOf(notes), { reference, title } = notes[0];
  const facts = [[author, sent].filter(Boolean).join(", "), printed, location.origin + addressOf({ reference })];
  return [`# ${reference} ${title}`, ...facts].filter(Boolean).map((line) => `${line}\n\n`).join("");
}

const asMarkdown = (notes) => headOf(notes)
  + notes.map((note) => `> ${note.exact.replaceAll("\n", "\n>\n> ")}\n\n[${note.paragraph || note.reference}](${location.origin}${addressOf(note)})\n\n`
    + (note.text ? `${note.text}\n\n` : "")
    + (tagsOf(note) && `${tagsOf(note)}\n\n`)).join("---\n\n");

// The comma at the end of an author says that all before it is one name, as in the room's own RIS.
function risFacts(notes) {
  const { author, sent, printed, pages } = factsOf(notes);
  const facts = author ? [["AU", `${author.replaceAll(", ", " – ").replaceAll(",", " ")},`]] : [];
  if (sent) facts.push(["PY", sent.slice(0, 4)], ["DA", `${sent.replaceAll("-", "/")}${"/".repeat(4 - sent.split("-").length)}`]);
  pages.split("–").filter(Boolean).slice(0, 2).forEach((page, at) => facts.push([["SP", "EP"][at], page]));
  return printed ? [...facts, ["N1", `Printed in: ${printed}`]] : facts;
}

function asRis(notes) {
  return [...byCable(notes).values()].map((each) => [
    "TY  - RPRT", `TI  - ${oneLine(each[0].title)}`, `SN  - ${each[0].reference}`,
    ...risFacts(each).map(([tag, value]) => `${tag}  - ${oneLine(value)}`),
    `UR  - ${location.origin}${addressOf({ reference: each[0].reference })}`,
    ...each.map((note) => `N1  - ${oneLine(`“${note.exact}” (${location.origin}${addressOf(note)}) ${note.text || ""} ${tagsOf(note)}`)}`),
    ...[...new Set(each.flatMap((note) => note.labels || []))].map((label) => `KW  - ${oneLine(label)}`), "ER  - ", "",
  ].join("\r\n")).join("\r\n");
}

// A ZIP of [name, text] without compression (PKWARE APPNOTE 4.3), for one Markdown file a cable.
function asZip(files) {
  const table = Uint32Array.from({ length: 256 }, (_, at) => { for (let bit = 0; bit < 8; bit += 1) at = at & 1 ? 0xedb88320 ^ (at >>> 1) : at >>> 1; return at; });
  const numbers = (...pairs) => {
    const view = new DataView(new ArrayBuffer(pairs.reduce((size, [bytes]) => size + bytes, 0)));
    let at = 0;
    for (const [bytes, value] of pairs) { if (bytes === 2) view.setUint16(at, value, true); else view.setUint32(at, value, true); at += bytes; }
    return new Uint8Array(view.buffer);
  };
  const parts = [], directory = [];
  let place = 0;
  for (const [name, text] of files) {
    const [path, data] = [name, text].map((each) => new TextEncoder().encode(each));
    const sum = (data.reduce((crc, byte) => table[(crc ^ byte) & 255] ^ (crc >>> 8), ~0) ^ ~0) >>> 0;
    const facts = [[2, 20], [2, 0x800], [2, 0], [2, 0], [2, 0x21], [4, sum], [4, data.length], [4, data.length], [2, path.length], [2, 0]];
    const head = numbers([4, 0x04034b50], ...facts);
    directory.push(numbers([4, 0x02014b50], [2, 20], ...facts, [2, 0], [2, 0], [2, 0], [4, 0], [4, place]), path);
    parts.push(head, path, data);
    place += head.length + path.length + data.length;
  }
  const size = directory.reduce((sum, each) => sum + each.length, 0);
  return [...parts, ...directory, numbers([4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, size], [4, place], [2, 0])];
}

const FILES = {
  "Markdown for Obsidian, a file for each cable (ZIP)": ["notes.zip", "application/zip", (notes) => asZip([...byCable(notes)].map(([reference, each]) => [`${reference.replace(/[^\w.-]/g, "_")}.md`, asMarkdown(each)]))],
  "Spreadsheet (CSV)": ["notes.csv", "text/csv", (notes) => ["\ufeff", asCsv(notes)]],
  "Web annotations (JSON)": ["notes.json", "application/ld+json", (notes, context) => [asAnnotations(notes, context)]],
  "RIS, for Zotero": ["notes.ris", "application/x-research-info-systems", (notes) => [asRis(notes)]],
};

// Add what a file has; notes that are there stay as they are. Returns how many were added.
function addFrom(text) {
  const read = /^\s*[[{]/.test(text) ? fromAnnotations(text) : fromCsv(text.replace(/^\ufeff/, ""));
  const held = kept.read(), known = new Set(held.flatMap((note) => [note.id, `${note.reference} ${note.exact} ${note.text}`]));
  const fresh = read.filter((note) => note.reference && note.exact && !known.has(note.id) && !known.has(`${note.reference} ${note.exact} ${note.text}`))
    .map((note) => ({ ...Object.fromEntries(FIELDS.map((name) => [name, note[name] == null ? "" : String(note[name])])), labels: note.labels.map(String), id: newId() }));
  if (!kept.write([...held, ...fresh])) throw new Error("This browser has no room for them.");
  return fresh.length;
}

// The page of all notes.
function onNotesPage(root) {
  const chosen = () => new URLSearchParams(location.hash.slice(1)).get("label");
  const status = make("p", { role: "status" });
  const file = make("input", { type: "file", accept: ".json,.csv", id: "notes-file" });
  file.addEventListener("change", async () => {
    try {
      const added = addFrom(await file.files[0].text());
      status.textContent = `${added} note${added === 1 ? " was" : "s were"} added.`;
    } catch (error) {
      status.textContent = `The file cannot be read as notes: it takes the CSV or JSON that this page makes. ${error.message}`;
    }
    file.value = "";
    show();
  });
  const save = ([name, type, content], notes) => {
    const link = make("a", { href: URL.createObjectURL(new Blob(content(notes, root.dataset.context), { type })), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  const show = () => {
    const all = kept.read(), label = chosen();
    const notes = label ? all.filter((note) => note.labels?.includes(label)) : all;
    const labels = [...new Set(all.flatMap((note) => note.labels || []))].sort();
    root.replaceChildren(
      make("p", { className: "soft", textContent: all.length ? `${all.length} note${all.length === 1 ? "" : "s"}, kept in this browser alone.` : "There is no note yet. Open a cable, mark some words, and press “Note on these words”." }),
      ...(labels.length ? [make("nav", { className: "forms", ariaLabel: "Labels" }, make("a", { href: "#", textContent: "All" }), ...labels.map((each) => {
        const link = make("a", { href: `#${new URLSearchParams({ label: each })}`, textContent: each });
        if (each === label) link.ariaCurrent = "true";
        return link;
      }))] : []),
      ...[...byCable(notes)].map(([reference, each]) => make("section", { className: "own-notes" },
        make("h2", {}, make("a", { href: addressOf({ reference }), textContent: `${reference} ${each[0].title}` })),
        make("ol", {}, ...each.map((note) => noteItem(note, show, false))))),
      ...(notes.length ? [make("section", {}, make("h2", { textContent: label ? `Take these ${notes.length} of ${all.length} notes with you` : "Take them with you" }), make("p", { className: "acts" }, ...Object.entries(FILES).map(([name, form]) => button(name, () => save(form, notes)))))] : []),
      make("section", {}, make("h2", { textContent: "Add notes from a file" }), make("label", { htmlFor: file.id, textContent: "A file of notes, CSV or JSON, as this page makes them " }), file, status));
  };
  addEventListener("hashchange", show);
  addEventListener("storage", show);
  show();
}

const telegram = document.querySelector(".telegram[data-reference]");
const all = document.getElementById("all-notes");
if (telegram) onCable(telegram);
if (all) onNotesPage(all);
