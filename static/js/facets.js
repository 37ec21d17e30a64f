// A filter that is ticked applies at once; without this script the button of the form applies it.
for (const form of document.querySelectorAll(".facets form")) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("[type=checkbox], select")) form.requestSubmit();
  });
}
