// The lists of matches of a redaction over the archive: keys, and a warning of unsaved choices.
// Keys work only with a match or a form in focus.
const form = document.querySelector("[data-review]");
const status = form?.querySelector("[data-unsaved]");
const matches = [...document.querySelectorAll("[data-match]")];
const lines = [...document.querySelectorAll("[data-form]")];
const choices = { a: "accepted", r: "rejected", u: "" };
const steps = { j: 1, k: -1 };
let isSent = false;

const field = (row) =>
  row?.querySelector("input[type=radio]:checked") ?? row?.querySelector("input[type=checkbox]");

function unsaved() {
  const rows = [...matches, ...lines].filter((row) =>
    [...row.querySelectorAll("input")].some((each) => each.checked !== each.defaultChecked),
  );
  return rows.length;
}

function report() {
  if (!status) return;
  const count = unsaved();
  const one = lines.length ? "form is ticked" : "choice is not saved";
  const many = lines.length ? "forms are ticked" : "choices are not saved";
  status.textContent = count ? `${count} ${count === 1 ? one : many}.` : "";
}

function choose(match, value) {
  const choice = match.querySelector(`input[type=radio][value="${value}"]`);
  if (!choice) return null;
  choice.checked = true;
  return choice;
}

function press(event, rows, at) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase();
  if (key in steps) {
    field(rows[at + steps[key]])?.focus();
  } else if (key in choices && rows === matches) {
    const choice = choose(rows[at], choices[key]);
    if (!choice) return;
    (field(rows[at + 1]) ?? choice).focus();
  } else if (key === "x" && rows === lines) {
    const tick = field(rows[at]);
    if (!tick) return;
    tick.checked = !tick.checked;
    (field(rows[at + 1]) ?? tick).focus();
  } else if (key !== "enter" || rows !== lines || event.target.type !== "checkbox") {
    return; // Enter on a tick would send the form, and the ticks would be lost.
  }
  event.preventDefault();
  report();
}

for (const rows of [matches, lines]) {
  for (const [at, row] of rows.entries()) {
    row.tabIndex = -1;
    row.addEventListener("keydown", (event) => press(event, rows, at));
  }
}
form?.addEventListener("change", report);
form?.addEventListener("submit", () => {
  isSent = true;
});
window.addEventListener("pageshow", () => {
  isSent = false;
  report();
});
window.addEventListener("beforeunload", (event) => {
  if (!isSent && unsaved()) event.preventDefault();
});
