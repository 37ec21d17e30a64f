// Passkeys at the desk: create one, or sign in with one (reading_room/passkeys.py).
// A button says with data-begin where the options come from, with data-complete where the
// browser's answer goes.

const problem = document.getElementById("passkey-problem");
const supported = window.PublicKeyCredential?.parseCreationOptionsFromJSON;

async function post(address, data) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const response = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(data),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.detail || `The server answered ${response.status}.`);
  return answer;
}

async function create(button) {
  const options = await post(button.dataset.begin, {});
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const made = await navigator.credentials.create({ publicKey });
  await post(button.dataset.complete, { ...made.toJSON(), name: button.form.elements.name.value });
  location.assign(location.pathname);
}

async function get(button) {
  const options = await post(button.dataset.begin, {});
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const signed = await navigator.credentials.get({ publicKey });
  const answer = await post(button.dataset.complete, signed.toJSON());
  location.assign(answer.redirect_url);
}

// What browsers call the errors that a person can do something about.
const REASONS = {
  NotAllowedError: "The passkey was not used: the request was cancelled, or took too long.",
  InvalidStateError: "This device already has a passkey for your account.",
  SecurityError: "Passkeys need a site with a name and https, such as https://archive.example; " +
    "on your own computer, http://localhost.",
};

for (const button of supported ? document.querySelectorAll("[data-passkey]") : []) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    problem.hidden = true;
    try {
      await (button.dataset.passkey === "create" ? create : get)(button);
    } catch (error) {
      problem.textContent = REASONS[error.name] || error.message;
      problem.hidden = false;
    }
  });
}
