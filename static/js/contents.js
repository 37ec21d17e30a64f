// Marks the entry of the contents whose part is being read.
const entries = [...document.querySelectorAll(".contents a")];
const parts = entries.map((entry) => document.getElementById(entry.hash.slice(1)));

// What stands beside the text, and not below it, is not reached by reading on.
const isBeside = (part) => part.matches(".side") && part.offsetLeft > part.parentElement.offsetLeft;

function mark() {
  const line = Math.min(innerHeight / 3, 150); // A part that was jumped to begins above it.
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
