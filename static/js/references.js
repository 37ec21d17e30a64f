// The drawing, wider than a phone, opens at the cable that it is about, and shows a focused one whole.
const web = document.querySelector(".web");
const here = web?.querySelector(".here").getBoundingClientRect();
const frame = web?.getBoundingClientRect();
web?.scrollBy(here.x + here.width / 2 - frame.x - frame.width / 2, here.y + here.height / 2 - frame.y - frame.height / 2);
web?.addEventListener("focusin", ({ target }) => target.scrollIntoView({ block: "nearest", inline: "nearest" }));
