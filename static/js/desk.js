// On every page of the desk: tables that a telephone shows as rows, "No" instead of Django's red
// cross, which means an error, and the filter of the sidebar.
const textOf = (cell) => cell.textContent.trim().replace(/\s+/g, " ");

for (const icon of document.querySelectorAll("#content img:is([alt=True], [alt=False], [alt=None])")) {
  icon.replaceWith({ True: "Yes", False: "No", None: "Not known" }[icon.alt]);
}

for (const table of document.querySelectorAll("#content :is(.results, .work, .module, .decision) table:has(thead):not(.counts, .months table)")) {
  const names = [...table.tHead.rows[0].cells].map(textOf);
  if (table.tHead.classList.contains("visually-hidden")) continue;
  for (const row of [...table.tBodies].flatMap((body) => [...body.rows])) {
    [...row.cells].forEach((cell, place) => {
      const isBare = cell.colSpan > 1 || cell.classList.contains("action-checkbox");
      cell.dataset.label = isBare ? "" : (names[place] ?? "");
      cell.classList.toggle("is-empty", !cell.children.length && /^[-–]?$/.test(textOf(cell)));
    });
  }
  table.classList.add("as-rows");
}

// A list behind More is found by its name too.
document.querySelector("#nav-filter")?.addEventListener("input", (event) => {
  const more = event.target.parentElement.querySelector("details.more");
  if (more) more.open = event.target.value !== "";
});
