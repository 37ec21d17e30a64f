// The two faces of a text, reading and as sent. The choice stays in this browser; nothing is sent.
// It runs before the page is drawn, so that nothing jumps.
(() => {
  const root = document.documentElement;
  const isSent = () => root.dataset.face === "sent";
  const show = (face) => (face === "sent" ? (root.dataset.face = face) : delete root.dataset.face);

  const kept = {
    read: () => { try { return localStorage.getItem("face"); } catch { return null; } },
    write: (face) => { try { localStorage.setItem("face", face); } catch { /* Not kept, then. */ } },
  };

  show(kept.read());
  addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll(".switch input")) {
      button.checked = (button.value === "sent") === isSent();
      button.addEventListener("change", () => {
        show(button.value);
        kept.write(button.value);
      });
    }
  });

  // What is copied is the text as sent, with its lines: it is shown so for the moment of copying.
  document.addEventListener("copy", (event) => {
    const selection = getSelection();
    const texts = [...document.querySelectorAll(".telegram")];
    if (isSent() || !texts.some((text) => selection.containsNode(text, true))) return;
    show("sent");
    const words = String(selection);
    show("reading");
    event.clipboardData.setData("text/plain", words);
    event.preventDefault();
  });
})();
