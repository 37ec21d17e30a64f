// Searches a mirror without the room. Each year, or each month of a large one, has an index by
// Pagefind; a search begins with the newest and goes on to earlier ones until it has enough results
// or has loaded enough bytes. Then the reader decides. Results lead to the paragraphs that have the words.
const ENOUGH = 20; // Results.
const MOST_BYTES = 600_000; // Loaded by one step of a search before the reader is asked.
const PAGE = 10; // Results that are shown at a time.
const PARAGRAPHS = 3; // Excerpts of a result.
const BEFORE = 8, AFTER = 16; // Words of an excerpt around the first that was found.

const form = document.querySelector("form[data-indexes]");
const status = document.querySelector("[role=status]");
const list = document.querySelector("ol.results");
const more = document.querySelector("button.more");
const earlier = document.querySelector("button.earlier");
const asked = new URLSearchParams(location.search);
const words = (asked.get("q") ?? "").trim();
const all = form.dataset.periods.split(" ").filter(Boolean);
const periods = all.filter((period) => period.startsWith(asked.get("year") ?? ""));
const filters = {};
let engine, found, used = 0, shown = 0;

function folderOf(period) {
  return new URL(`${form.dataset.indexes}${period}/`, document.baseURI).href;
}

function bytesLoaded() {
  const loaded = performance.getEntriesByType("resource");
  const ours = loaded.filter((entry) => entry.name.includes("/pagefind/"));
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
  const wanted = (found?.results.length ?? 0) + ENOUGH;
  earlier.hidden = true;
  do {
    tell(`Searching ${periods[used]}.`);
    await addPeriod(periods[used++]);
    found = await engine.search(words, { filters });
  } while (used < periods.length && found.results.length < wanted && bytesLoaded() < limit);
  list.replaceChildren();
  shown = 0;
  await showMore();
}

async function showMore() {
  more.disabled = true;
  const next = found.results.slice(shown, shown + PAGE);
  const results = await Promise.all(next.map((result) => result.data()));
  list.append(...results.map(itemOf));
  shown += next.length;
  more.disabled = false;
  more.hidden = shown >= found.results.length;
  earlier.hidden = used >= periods.length;
  earlier.textContent = `Search ${span(periods.slice(used))} too`;
  const count = found.results.length;
  const size = Math.ceil(bytesLoaded() / 1000);
  tell(`${count.toLocaleString("en")} cable${count === 1 ? "" : "s"} in ${span(periods.slice(0, used))}. ${size} kB loaded.`);
}

function span(some) {
  return some.length > 1 ? `${some.at(-1)} to ${some[0]}` : some[0];
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
    element("h2", element("a", title, { href: data.url })),
    element("p", facts, { className: "meta" }),
  ]);
  const hits = paragraphsOf(data);
  if (hits.length) item.append(element("dl", hits.map((hit) => hitOf(data, hit)), { className: "hits" }));
  return item;
}

function hitOf(data, [paragraph, excerpt]) {
  const link = element("a", `¶${paragraph.replace(/^par/, "")}`, { href: `${data.url}#${paragraph}` });
  link.setAttribute("aria-label", `${data.meta.reference}, paragraph ${paragraph.replace(/^par/, "")}`);
  return element("div", [element("dt", link), element("dd", excerpt)]);
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
    pieces.push(marked.has(at) ? element("mark", text[at]) : text[at], " ");
  }
  return [from > anchor.location ? "… " : "", ...pieces, to < end ? "…" : ""];
}

for (const name of ["q", "year", "origin", "class", "tag"]) {
  const value = (asked.get(name) ?? "").trim();
  form.elements[name].value = value;
  if (value && !["q", "year"].includes(name)) filters[name] = name === "tag" ? value.toUpperCase() : value;
}
more.addEventListener("click", showMore);
earlier.addEventListener("click", () => searchOn().catch(failed));

function failed(error) {
  tell(`The search failed: ${error.message}`);
}

performance.setResourceTimingBufferSize(5_000);
if (!words) tell("Write words to search for."); // Without words, Pagefind would load whole indexes.
else if (!periods.length) tell("This mirror has no cables.");
else searchOn().catch(failed);
