// Keyboard shortcuts: / j k [ ] n ?. A switch turns them off in this browser.
const help = document.getElementById("shortcuts");
const use = document.getElementById("use-shortcuts");
const off = {
  read: () => { try { return localStorage.getItem("shortcuts") === "off"; } catch { return false; } },
  write: (is) => { try { localStorage.setItem("shortcuts", is ? "off" : "on"); } catch { /* Not kept. */ } },
};

function step(by) {
  const paragraphs = [...document.querySelectorAll(".para[id]")];
  const here = paragraphs.findIndex((each) => each.matches(":target, :has(> :target)"));
  const next = paragraphs[here < 0 ? (by > 0 ? 0 : -1) : here + by];
  if (!next) return;
  location.replace(`#${next.id}`); // Not a page more in the history at each step.
  next.querySelector(".pilcrow")?.focus({ preventScroll: true });
}

const keys = {
  "/": () => document.querySelector("form[role=search] input[type=search]")?.focus(),
  j: () => step(1),
  k: () => step(-1),
  "]": () => document.querySelector("main a[rel=next]")?.click(),
  "[": () => document.querySelector("main a[rel=prev]")?.click(),
  n: () => document.querySelector(".note-offer:not([hidden]) button")?.click(),
  "?": () => help.showModal(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select, dialog, [contenteditable]");
  if (off.read() || typing || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});

use.checked = !off.read();
use.addEventListener("change", () => off.write(!use.checked));

const open = document.createElement("button");
open.type = "button";
open.className = "quiet";
open.textContent = "Keyboard shortcuts";
open.addEventListener("click", () => help.showModal());
document.querySelector(".colophon").append(open);
