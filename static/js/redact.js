// Words that are selected in the text can be taken into the form by a button.
const text = document.querySelector("pre.wire");
const words = document.getElementById("id_words");
if (text && words) {
  const take = document.createElement("button");
  take.type = "button";
  take.className = "button";
  take.textContent = "Take the words that are selected below";
  take.addEventListener("click", () => {
    const selection = window.getSelection();
    const phrase = String(selection).split(/\s+/).join(" ").trim();
    if (phrase && text.contains(selection.anchorNode)) {
      words.value = words.value.trim() ? `${words.value.trim()}\n${phrase}` : phrase;
    }
  });
  // The selection is kept: a click would clear it first.
  take.addEventListener("mousedown", (event) => event.preventDefault());
  words.after(take);
}
