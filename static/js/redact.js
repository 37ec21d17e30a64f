// Words that are selected in the text, with the mouse or the keyboard, are taken into the form: by
// a button, or by Enter in the text. They are marked in the text.
const text = document.querySelector("pre.wire");
const words = document.getElementById("id_words");

/** Return the selected range if it is in the text, else null. */
function selected() {
  const selection = window.getSelection();
  const range = selection.rangeCount ? selection.getRangeAt(0) : null;
  return range && !range.collapsed && text.contains(range.commonAncestorContainer) ? range : null;
}

/** Put the selected words into the form, on a line of their own, and mark them. */
function takeWords(status) {
  const range = selected();
  const phrase = range ? String(range).split(/\s+/).join(" ").trim() : "";
  if (!phrase) {
    status.textContent = "Select words in the text below first.";
    return;
  }
  words.value = words.value.trim() ? `${words.value.trim()}\n${phrase}` : phrase;
  const mark = document.createElement("mark");
  mark.append(range.extractContents());
  range.insertNode(mark);
  status.textContent = `Taken: ${phrase}`;
}

/** Let the keyboard move a caret in the text and select, as in a field that cannot be changed. */
function makeSelectable(status) {
  text.contentEditable = "true";
  text.spellcheck = false;
  text.setAttribute("role", "textbox");
  text.setAttribute("aria-multiline", "true");
  text.setAttribute("aria-readonly", "true");
  text.setAttribute("aria-label", "As readers see it now. Press Enter to take what is selected.");
  for (const change of ["beforeinput", "cut", "paste", "drop", "dragstart"]) {
    text.addEventListener(change, (event) => event.preventDefault());
  }
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      takeWords(status);
    }
  });
}

if (text && words) {
  const status = document.createElement("span");
  status.setAttribute("role", "status");
  const take = document.createElement("button");
  take.type = "button";
  take.className = "button";
  take.textContent = "Take the words that are selected below";
  take.addEventListener("click", () => takeWords(status));
  // The selection is kept: a click would clear it first.
  take.addEventListener("mousedown", (event) => event.preventDefault());
  words.after(take, status);
  makeSelectable(status);
}
