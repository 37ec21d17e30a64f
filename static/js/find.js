// A field that leaves those entries of an index that have the words typed; without it all are shown.
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const place = document.querySelector(".find");
const rows = [...place.closest(".lettered").querySelectorAll(":is(.index section:not(.most) li, .codes > div, .unexplained li, .holdings tbody tr)")];
const groups = [...document.querySelectorAll(".lettered :is(section, tbody, .codes-of)")];
const texts = new Map(rows.map((row) => [row, plain(row.textContent)]));

const field = Object.assign(document.createElement("input"), { type: "search", placeholder: place.dataset.label, ariaLabel: place.dataset.label });
const status = Object.assign(document.createElement("span"), { role: "status" });
place.append(field, status);

function filter() {
  const words = plain(field.value).split(/\s+/).filter(Boolean);
  for (const row of rows) row.hidden = !words.every((word) => texts.get(row).includes(word));
  for (const group of groups) group.hidden = words.length && !rows.some((row) => !row.hidden && group.contains(row));
  const left = rows.filter((row) => !row.hidden).length;
  status.textContent = words.length ? `${left.toLocaleString("en")} found` : "";
}

field.addEventListener("input", filter);
if (field.value) filter(); // What a browser remembered of the page.
