/* A button beside each box that copies what is in it, with its italics. Those in a closed panel get
   theirs when it is opened: a long cable has hundreds. */
function addButtons(panel) {
  for (const box of panel.querySelectorAll("[data-copy]:not([data-has-button])")) {
    if (box.checkVisibility()) addButton(box);
  }
}

function addButton(box) {
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
  box.dataset.hasButton = "";
}

addButtons(document);
document.addEventListener("toggle", (event) => addButtons(event.target), true);
