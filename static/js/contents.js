// Marks the entry of the contents whose part is being read.
const entries = [...document.querySelectorAll(".contents a")];
const parts = entries.map((entry) => document.getElementById(entry.hash.slice(1)));

// What stands beside the text, and not below it, is not reached by reading on.
const left = document.getElementById("text")?.getBoundingClientRect().left ?? 0;
const isBeside = (part) => part.getBoundingClientRect().left > left + innerWidth / 4;

function mark() {
  const jump = document.querySelector(":target")?.getBoundingClientRect().top;
  const isHere = jump >= 0 && jump <= innerHeight / 3; // The part that a link led to.
  const line = isHere ? jump : innerHeight / 3;
  const passed = parts.map((part) => part && part.getBoundingClientRect().top <= line && !isBeside(part));
  for (const list of document.querySelectorAll(".contents ol")) {
    const links = [...list.querySelectorAll("a")];
    const here = links.findLast((link) => passed[entries.indexOf(link)]) ?? links[0];
    for (const link of links) {
      if (link === here) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }
}

let waiting = false;
addEventListener("scroll", () => {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; mark(); });
}, { passive: true });
mark();

// A panel that covers the text closes when its link is followed.
document.getElementById("contents")?.addEventListener("click", (event) => {
  if (event.target.closest("a") && event.currentTarget.matches(":popover-open")) {
    event.currentTarget.hidePopover();
  }
});

// What is cited is the paragraph's own address, without the list that led to the page.
addEventListener("hashchange", () => {
  if (!location.hash.startsWith("#par")) return;
  const query = new URLSearchParams(location.search);
  for (const name of ["q", "in", "at"]) query.delete(name);
  history.replaceState(history.state, "", `${location.pathname}${query.size ? `?${query}` : ""}${location.hash}`);
});
