// Keys for the matches of a redaction over the archive; they work only with a match in focus.
const matches = [...document.querySelectorAll("[data-match]")];
const choices = { a: "accepted", r: "rejected", u: "" };

for (const [at, match] of matches.entries()) {
  match.tabIndex = -1;
  match.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    const step = { j: 1, k: -1 }[key];
    if (step) {
      matches[at + step]?.querySelector("input[type=radio]:checked")?.focus();
    } else if (key in choices) {
      const choice = match.querySelector(`input[type=radio][value="${choices[key]}"]`);
      if (!choice) return;
      choice.checked = true;
      const next = matches[at + 1]?.querySelector("input[type=radio]:checked") ?? choice;
      next.focus();
    } else {
      return;
    }
    event.preventDefault();
  });
}
