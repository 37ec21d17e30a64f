// Checks a proof in the browser: the salted parts, the fingerprint, the entry, the log's tree and its
// signature (docs/proof.md). One sentence says what was proved.
const place = document.getElementById("check");
const text = new TextEncoder();
const bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

class Refuted extends Error {}

async function hash(...pieces) {
  const data = new Uint8Array(await new Blob(pieces).arrayBuffer());
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data));
}

const leaf = (...pieces) => hash(Uint8Array.of(0), ...pieces);
const node = (left, right) => hash(Uint8Array.of(1), left, right);

async function root(leaves) {
  if (leaves.length === 1) return leaves[0];
  const middle = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return node(await root(leaves.slice(0, middle)), await root(leaves.slice(middle)));
}

// RFC 9162, 2.1.3.2.
async function rootOfPath(found, index, size, path) {
  let last = size - 1;
  if (!Number.isInteger(index) || index < 0 || index > last) throw new Refuted("its place is not in the log");
  for (const step of path.map(bytes)) {
    if (last === 0) throw new Refuted("its path is too long");
    if (index % 2 || index === last) {
      found = await node(step, found);
      while (index % 2 === 0 && index) [index, last] = [Math.floor(index / 2), Math.floor(last / 2)];
    } else {
      found = await node(found, step);
    }
    [index, last] = [Math.floor(index / 2), Math.floor(last / 2)];
  }
  if (last) throw new Refuted("its path is too short");
  return found;
}

function part({ salt, name, text: words }) {
  const title = text.encode(name);
  return leaf(bytes(salt), Uint8Array.of(title.length >> 8, title.length & 255), title, text.encode(words));
}

// Whether the first or the present key of the log signed the checkpoint; null where this browser
// cannot tell, also of a key between the two: verify.py reads from the log which keys followed.
async function isSigned(note, keys) {
  const end = note.indexOf("\n\n");
  const lines = note.slice(end + 2).split("\n").map((line) => line.split(" "));
  const hex = (data) => [...data].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const found = keys.flatMap((key) => {
    const [name, print, ...data] = key.trim().split("+");
    const line = lines.find((each) => each[1] === name && hex(bytes(each[2]).slice(0, 4)) === print);
    return line ? [[bytes(data.join("+")).slice(1), bytes(line[2]).slice(4)]] : [];
  });
  if (!found.length) return null;
  const [raw, signature] = found[0];
  try {
    const signer = await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", signer, signature, text.encode(note.slice(0, end + 1)));
  } catch (error) {
    if (error.name === "NotSupportedError") return null;
    throw error;
  }
}

async function check() {
  const { proof: file, text: page, key: now, first, reference, version } = place.dataset;
  const answers = await Promise.all([file, page, now, first].map((each) => fetch(each)));
  if (!answers.every((answer) => answer.ok)) throw new Error("an answer is no file");
  const [proof, words, ...keys] = await Promise.all(answers.map((answer, at) => (at ? answer.text() : answer.json())));
  const parts = Object.fromEntries(proof.parts.map((each) => [each.name, each.text]));
  const digest = [...(await hash(text.encode(words)))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (parts.reference !== reference || proof.entry.data.split("\n")[4] !== version) throw new Refuted("it is the proof of another text");
  if (parts.digest !== digest) throw new Refuted("the text here is not the one that was logged");
  const print = await root(await Promise.all(proof.parts.map(part)));
  const lines = proof.entry.data.split("\n");
  if (proof.parts.length !== proof.size || !same(print, bytes(lines[5]))) throw new Refuted("the fingerprint does not fit the text");
  const [, size, top] = proof.checkpoint.split("\n");
  const log = await rootOfPath(await leaf(text.encode(proof.entry.data)), proof.entry.index, Number(size), proof.entry.path);
  if (!same(log, bytes(top))) throw new Refuted("the entry is not in the log");
  const signed = await isSigned(proof.checkpoint, keys);
  if (signed === false) throw new Refuted("the log is not signed by its key");
  const day = new Date(lines[2]).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  return `Checked in your browser: this text is the one that was logged on ${day}. `
    + (signed ? "The log is signed with the key that this archive names." : "This browser cannot check the log’s signature; verify.py can.");
}

if (place && globalThis.crypto?.subtle) {
  place.textContent = "Checking …";
  check().then(
    (sentence) => { place.textContent = sentence; },
    (error) => {
      const refuted = error instanceof Refuted;
      document.getElementById("proved").hidden = refuted;
      place.textContent = refuted ? `Not as logged: ${error.message}. Please tell the archive.` : "Not checked: the archive did not answer as it should. Are you online? Try it again.";
    },
  );
}
