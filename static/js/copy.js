/* A button beside each box that copies what is in it, with its italics. */
for (const box of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.setAttribute("aria-label", `Copy ${box.dataset.copy}`);
  button.addEventListener("click", () => {
    getSelection().selectAllChildren(box);
    // Unlike navigator.clipboard it copies formatted text, and on a server without TLS too.
    const done = document.execCommand("copy");
    button.textContent = done ? "Copied" : "Selected";
    button.setAttribute("aria-label", `${button.textContent}: ${box.dataset.copy}`);
    setTimeout(() => {
      button.textContent = "Copy";
      button.setAttribute("aria-label", `Copy ${box.dataset.copy}`);
    }, 2000);
  });
  box.after(button);
}
