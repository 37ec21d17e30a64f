// Puts the list of similar cables into a cable's page while its end is two screens away, so that
// nothing moves in view. Until then, and without a script, a link leads to it.
const place = document.querySelector(".similar > p");

async function fill() {
  const response = await fetch(place.firstElementChild.href).catch(() => null);
  if (!response?.ok) return; // The link stays.
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const list = page.getElementById("found");
  if (list) place.replaceWith(list);
}

const near = new IntersectionObserver((entries) => {
  if (!entries.some((entry) => entry.isIntersecting)) return;
  near.disconnect();
  fill();
}, { rootMargin: "200%" });
if (place) near.observe(place);
