// Searches a mirror without the room. Each year, or each month of a large one, has an index by
// Pagefind; a search begins with the newest and goes on to earlier ones until it has enough results
// or has loaded enough bytes. Then the reader decides; what is found then follows what was found
// before. Indexes of periods in which a word of the question does not occur are skipped: files beside
// this page say in which it does. Results lead to the paragraphs that have the words.
const ENOUGH = 20; // Results.
const MOST_BYTES = 600_000; // Loaded by one step of a search before the reader is asked.
const PAGE = 10; // Results that are shown at a time.
const PARAGRAPHS = 3; // Excerpts of a result.
const BEFORE = 8, AFTER = 16; // Words of an excerpt around the first that was found.
// What a word loses, or can lose, in the form in which Pagefind looks for it: losing too much here
// only means that fewer periods are skipped.
const ENDING = /^(.{3,}?)(s|ed|ing|ly|ness|ful|less|ment|ion|al|er|ic|ance|ence|able|ible|ant|ent|ism|ate|ity|iti|ous|ive|ize|iz|at|[eiy])$/;
const DOUBLE = /^(.{2,})([^aeiou\d])\2$/;
const IRREGULAR = /^([dlt](ying|ie[ds]?)|sk(y|ies)|idly|gently|ugly|early|only|singly)$/;
const BETWEEN = /[^\p{L}\p{N}\p{M}]+/u; // What separates words, in the indexes too: "cease-fire" is two.
const JOINER = "\u2060"; // Before a space that an index has and the text has not: "cease-\u2060 fire".
// Signs and words of the room's searches that mean nothing here.
const UNKNOWN = /(^|\s)[-+]\S|\S\*|\b[a-zA-Z]+:\S|\b(or|OR|NOT|AND)\b|[«»]/;
const REFERENCE = /^(\d{2}[A-Z-]+\d+[A-Z]?|FRUS\d\S+)$/i;

const FILTERS = ["year", "origin", "classification", "tag"];
const NOTHING = "Write words to search for."; // Without words, Pagefind would load whole indexes.

const form = document.querySelector("form[data-indexes]");
const { noun } = form.dataset; // "document", or "cable" where no other kinds are held.
const status = document.querySelector("[role=status]");
const list = document.querySelector("ol.results");
const more = document.querySelector("button.more");
const earlier = document.querySelector("button.earlier");
const further = document.querySelector(".further");
const asked = new URLSearchParams(location.search);
const all = form.dataset.periods.split(" ").filter(Boolean);
const common = new Set(form.dataset.common.split(" ")); // Words that are not looked for alone.
// A phrase in quotation marks, a term with such a word, or a word of the question.
const TERM = new RegExp(`["“”]([^"“”]*)["“”]?|((?:${inPattern(form.dataset.terms)})(?!\\S))|([^\\s"“”]+)`, "gi");
const filters = {};
const known = new Set(); // Ids of results.
const waiting = []; // Of each cable that is not shown yet, Pagefind's result for each term.
let words = "", terms = [], periods = all, having = new Set(all), engine, used = 0, failed = false;

// Returns alternatives, divided by |, as a part of a regular expression.
function inPattern(alternatives) {
  return alternatives.replace(/[^\w\s|]/g, "\\$&");
}

function folderOf(period) {
  return new URL(`${form.dataset.indexes}${period}/`, document.baseURI).href;
}

function bytesLoaded() {
  const loaded = performance.getEntriesByType("resource");
  const ours = loaded.filter((entry) => /\/(pagefind|search\/words)\//.test(entry.name));
  return ours.reduce((sum, entry) => sum + (entry.encodedBodySize || entry.transferSize || 0), 0);
}

async function addPeriod(period) {
  if (engine) return engine.mergeIndex(folderOf(period));
  const pagefind = await import(`${folderOf(period)}pagefind.js`);
  engine = pagefind.createInstance({ basePath: folderOf(period), noWorker: true });
}

// Searches further periods: at least one, until there are enough more results or bytes.
async function searchOn() {
  const limit = bytesLoaded() + MOST_BYTES;
  const before = known.size;
  earlier.hidden = true;
  skip();
  while (used < periods.length && known.size < before + ENOUGH && bytesLoaded() < limit) {
    tell(`Searching ${nameOf(periods[used])}.`);
    await addPeriod(periods[used]);
    used += 1;
    const added = (await findCables()).filter(([result]) => !known.has(result.id));
    waiting.push(...added);
    added.forEach(([result]) => known.add(result.id));
    skip();
  }
  return showMore();
}

// Returns, of each cable that has all terms, the result for each term; the best cable first.
async function findCables() {
  const found = [];
  for (const term of terms) found.push(new Map((await findTerm(term)).map((result) => [result.id, result])));
  const ids = [...found[0].keys()].filter((id) => found.every((results) => results.has(id)));
  const cables = ids.map((id) => found.map((results) => results.get(id)));
  return cables.sort((one, other) => scoreOf(other) - scoreOf(one));
}

// Returns Pagefind's results for a phrase or a word. For a word that no cable has, Pagefind returns
// those with its beginning, but not if it is in quotation marks; then it has one place in each cable.
async function findTerm(term) {
  const { results } = await engine.search(`"${term}"`, { filters });
  if (/\s/.test(term) || !results.length) return results;
  const exact = new Set(results.map((result) => result.id));
  return (await engine.search(term, { filters })).results.filter((result) => exact.has(result.id));
}

function scoreOf(cable) {
  return cable.reduce((sum, result) => sum + result.score, 0);
}

// Returns what is shown of a cable, with the places of all terms.
async function dataOf(cable) {
  return { ...(await cable[0].data()), locations: [...new Set(cable.flatMap((result) => result.words))] };
}

// Goes past the periods that do not have all words.
function skip() {
  while (used < periods.length && !having.has(periods[used])) used += 1;
}

// Returns the beginning that all forms of a word share, "" if it is too short or not in ASCII letters.
function beginningOf(word) {
  let plain = word.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  if (IRREGULAR.test(plain) || !/^[a-z0-9]{2,}$/.test(plain)) return "";
  for (let longer = ""; longer !== plain;) {
    longer = plain;
    plain = longer.replace(ENDING, "$1");
    if (plain === longer) plain = longer.replace(DOUBLE, "$1$2");
  }
  return plain.replace(/^(..)(e?s|ed|ing|[eiy])$/, "$1").slice(0, 5);
}

// Returns the periods that have words with this beginning.
async function periodsWith(beginning) {
  const answer = await fetch(new URL(`words/${beginning.slice(0, 2)}.txt`, document.baseURI));
  if (answer.status === 404) return new Set();
  if (!answer.ok) throw new Error(answer.statusText);
  const [first, ...lines] = (await answer.text()).trim().split("\n");
  let found = 0n;
  for (const line of lines) {
    const [key, number] = line.split(" ");
    if (key.startsWith(beginning)) found |= BigInt(`0x${number}`);
  }
  return new Set(first.split(" ").filter((_, at) => (found >> BigInt(at)) & 1n));
}

// Finds out which periods have all words of the question.
async function narrow() {
  const beginnings = new Set(terms.flatMap((term) => term.split(" ")).map(beginningOf).filter(Boolean));
  for (const some of await Promise.all([...beginnings].map(periodsWith))) {
    having = new Set([...having].filter((period) => some.has(period)));
  }
}

// Shows further results, and returns the first of them.
async function showMore() {
  more.disabled = true;
  const items = (await Promise.all(waiting.slice(0, PAGE).map(dataOf))).map(itemOf);
  waiting.splice(0, PAGE);
  list.append(...items);
  list.hidden = !list.children.length;
  showButtons(`Search ${span(periods.slice(used))} too`);
  const count = known.size ? known.size.toLocaleString("en") : "No";
  const size = Math.ceil(bytesLoaded() / 1000).toLocaleString("en");
  tell(`${count} ${noun}${known.size === 1 ? "" : "s"} in ${span(periods.slice(0, used))}. ${size} kB loaded.`);
  return items[0];
}

// Does what a button says, then leads the keyboard to the first new result.
async function goOn(step) {
  try {
    (await step())?.querySelector("a").focus();
  } catch (error) {
    fail(error);
  }
}

function showButtons(label) {
  more.disabled = false;
  more.hidden = !waiting.length;
  earlier.hidden = used >= periods.length;
  earlier.textContent = label;
  further.hidden = more.hidden && earlier.hidden;
}

// After an error, what Pagefind has loaded is unknown: the page begins anew.
function fail(error) {
  failed = true;
  showButtons("Try again");
  more.hidden = true;
  earlier.hidden = further.hidden = false;
  tell(`The search failed: ${error.message}`);
}

function nameOf(period) {
  const [year, month] = period.split("-");
  if (!month) return year;
  return new Date(year, month - 1).toLocaleDateString("en", { month: "long", year: "numeric" });
}

function span(some) {
  if (!some.length) return "";
  return some.length > 1 ? `${nameOf(some.at(-1))} to ${nameOf(some[0])}` : nameOf(some[0]);
}

function tell(sentence) {
  status.textContent = sentence;
}

function element(name, content, attributes = {}) {
  const made = document.createElement(name);
  Object.assign(made, attributes);
  made.append(...[content].flat());
  return made;
}

function itemOf(data) {
  const { title, reference, sent, origin } = data.meta;
  const facts = [element("b", reference), ...[sent, origin, data.meta.class].map((fact) => element("span", fact ?? ""))];
  const item = element("li", [
    element("h2", element("a", title.replaceAll(`${JOINER} `, ""), { href: data.url })),
    element("p", facts, { className: "meta" }),
  ]);
  const hits = paragraphsOf(data);
  if (hits.length) item.append(element("dl", hits.map((hit) => hitOf(data, hit)), { className: "hits" }));
  return item;
}

function hitOf(data, [paragraph, excerpt]) {
  const link = element("a", pilcrow(paragraph), { href: `${data.url}#${paragraph}` });
  link.setAttribute("aria-label", `${data.meta.reference}, ${fullName(paragraph)}`);
  return element("div", [element("dt", link), " ", element("dd", excerpt)]);
}

// Names of paragraphs, as the room's own lists have them: "¶ 4–14", "paragraph 1 (second)".
const AGAIN = ["", "", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"];

function partsOf(id) {
  const parts = /^par(\d+(?:to\d+)?)(?:-(\d+))?(?:\.(\d+))?$/.exec(id) ?? [id, id.slice(3)];
  const [, number, again, block] = parts;
  return { number, again: again ? ` (${AGAIN[again] ?? `no. ${again}`})` : "", block };
}

function pilcrow(id) {
  const { number, again, block } = partsOf(id);
  if (number === "0") return fullName(id);
  return `¶\u00a0${number.replace("to", "–")}${block ? `.${block}` : ""}${again}`;
}

function fullName(id) {
  const { number, again, block } = partsOf(id);
  if (number === "0") return `passage ${block}`;
  const name = number.includes("to") ? `paragraphs ${number.replace("to", " to ")}` : `paragraph ${number}`;
  return block ? `${name}${again}, block ${block}` : name + again;
}

// Returns [id, excerpt] of the paragraphs with most of the found words, in the order of the text.
function paragraphsOf(data) {
  const text = data.content.split(/\s+/);
  const marked = new Set(data.locations);
  const anchors = data.anchors.filter((anchor) => anchor.id.startsWith("par"));
  const parts = anchors.map((anchor, at) => {
    const end = anchors[at + 1]?.location ?? text.length;
    const places = data.locations.filter((place) => place >= anchor.location && place < end);
    return { anchor, end, places: places.sort((one, other) => one - other) };
  });
  const best = parts.filter((part) => part.places.length);
  best.sort((one, other) => other.places.length - one.places.length);
  const chosen = best.slice(0, PARAGRAPHS);
  chosen.sort((one, other) => one.anchor.location - other.anchor.location);
  return chosen.map((part) => [part.anchor.id, excerptOf(text, part, marked)]);
}

function excerptOf(text, { anchor, end, places }, marked) {
  const from = Math.max(anchor.location, places[0] - BEFORE);
  const to = Math.min(end, places[0] + AFTER);
  const pieces = [];
  for (let at = from; at < to; at++) {
    const word = text[at].replace(JOINER, "");
    pieces.push(marked.has(at) ? element("mark", word) : word, word === text[at] ? " " : "");
  }
  return [from > anchor.location ? "… " : "", ...pieces, to < end ? "…" : ""];
}

// Puts the question and its filters into the form.
function readQuestion() {
  words = form.elements.q.value = (asked.get("q") ?? "").trim();
  FILTERS.forEach(choose);
  terms = termsOf(words.replace(/\p{Cf}/gu, "").replace(/\s+/g, " "));
  periods = all.filter((period) => period.startsWith(form.elements.year.value));
}

// Returns the words and phrases that a cable must have: very common words only in phrases, as in the room.
function termsOf(question) {
  const alone = question.toLowerCase().split(" ");
  if (alone.length > 1 && alone.every((word) => common.has(word))) return [question];
  const found = [...question.matchAll(TERM)].map(([, quoted, term, word]) => {
    const parts = (quoted ?? term ?? word).split(BETWEEN).filter(Boolean);
    const isPhrase = word === undefined && parts.length > 1;
    return isPhrase || !parts.every((part) => common.has(part.toLowerCase())) ? parts.join(" ") : "";
  });
  return [...new Set(found)].filter(Boolean);
}

function valuesOf(name) {
  return [...new Set(asked.getAll(name).map((value) => value.trim()))].filter(Boolean);
}

// Applies a filter of the address, if the form has its value.
function choose(name) {
  const field = form.elements[name];
  const [value = ""] = valuesOf(name);
  field.value = name === "tag" ? value.toUpperCase() : value.toLowerCase().split(/[^a-z0-9]+/).filter(Boolean).join("-");
  field.value ||= ""; // Of a list without this value.
  if (field.value && name !== "year") filters[name] = field.value;
}

// Names the filters of the address that are not applied, or not with all of their values.
function nameOthers() {
  const names = [...new Set(asked.keys())].filter((name) => name !== "q" && valuesOf(name).length);
  const others = names.filter((name) => !FILTERS.includes(name) || !form.elements[name].value || valuesOf(name).length > 1);
  if (!others.length) return;
  // Nobody shall put sentences into the page by its address.
  const shown = new Set(others.map((name) => (/^\w{1,30}$/.test(name) ? name : "…")));
  document.querySelector(".unapplied b").textContent = [...shown].join(", ");
  showNote(".unapplied");
}

// Shows a note, whose link leads to the same search in the live room.
function showNote(selector) {
  const there = new URLSearchParams(asked);
  const { value } = form.elements.year;
  if (value) {
    there.delete("year");
    there.set("created_after", value); // A year stands for its first or last day.
    there.set("created_before", value);
  }
  const note = document.querySelector(selector);
  note.querySelector("a").search = there;
  note.hidden = false;
}

// Leads to the cable if the question is its reference, or its address, and the mirror has it.
async function followReference() {
  const named = words.match(/\/cable\/([^/#?\s]+)/)?.[1] ?? words;
  const reference = named.replace(/\s/g, "").toUpperCase().replace(/^(\d\d[A-Z-]+)0+(?=\d)/, "$1");
  if (!REFERENCE.test(reference)) return false;
  const cable = new URL(`../cable/${encodeURIComponent(reference)}/`, document.baseURI);
  const { ok } = await fetch(cable, { method: "HEAD" });
  if (ok) location.replace(cable);
  return ok; // Otherwise, other cables may cite it.
}

async function begin() {
  readQuestion();
  nameOthers();
  if (!terms.length) return tell(/[\p{L}\p{N}]/u.test(words) ? `Nearly every ${noun} has these words. Write others.` : NOTHING);
  if (!periods.length) return tell(`This mirror has no ${noun}s.`);
  document.title = `Search: ${words}`;
  document.querySelector("h1").append(": ", element("bdi", words));
  if (await followReference()) return;
  if (UNKNOWN.test(words.replace(/["“][^"“”]*["”]?/g, ""))) showNote(".unknown");
  await narrow();
  await searchOn();
}

more.addEventListener("click", () => goOn(showMore));
earlier.addEventListener("click", () => (failed ? location.reload() : goOn(searchOn)));
performance.setResourceTimingBufferSize(20_000);
begin().catch(fail);
