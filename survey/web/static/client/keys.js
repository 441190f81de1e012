// The activation day: fetch the blind credentials of all leaders before the form opens.

import { isAnnounced } from "./announced.js";
import * as client from "./credential.js";
import { forget, held, hold, offerRecovery, recoveryCode } from "./held.js";
import { issue, Refused } from "./wire.js";

const keys = document.getElementById("keys");
const told = document.getElementById("told");
const got = document.getElementById("got");
const own = document.getElementById("own");
const words = document.getElementById("words").dataset;
const { cycle, holder, code, until, fingerprint } = keys.dataset;
const sheets = [...keys.querySelectorAll("[data-line]")].map(({ dataset }) => dataset);

async function open() {
  if (!window.isSecureContext) return tell(words.cannot);
  if (!(await areAnnounced())) return tell(words.foreign);
  keys.hidden = false;
  offerRecovery(holder, fetchAll);
  if (isComplete(held(holder))) show();
}

async function areAnnounced() {
  const roots = sheets.map(({ line, path }) =>
    client.fingerprintAbove(cycle, line, path.split(" ").filter(Boolean)));
  const all = await Promise.all(roots);
  return all.every((root) => root === fingerprint) && isAnnounced(code, fingerprint);
}

const scopeOf = ({ line }) => line.split("|")[0];
const isComplete = (kept) => sheets.every((s) => kept?.signatures[scopeOf(s)]);

/** Fetch what is missing. The seed is kept first: a retry asks for the same again. */
async function fetchAll() {
  const fresh = () => [...crypto.getRandomValues(new Uint8Array(32))];
  const kept = held(holder) ?? { seed: fresh(), signatures: {} };
  hold(holder, kept);
  tell(words.sending, "notice");
  let refusal;
  for (const sheet of sheets) {
    try {
      kept.signatures[scopeOf(sheet)] ??= await fetchOne(sheet, new Uint8Array(kept.seed));
    } catch (error) {
      if (!(error instanceof Refused)) return tell(words.waiting);
      refusal = error.message; // of this leader: the key for another may be a new one
    }
    hold(holder, kept);
  }
  if (Object.keys(kept.signatures).length) show();
  else forget(holder);
  if (refusal) tell(refusal);
}

async function fetchOne({ line }, seed) {
  const [scope, modulus] = line.split("|");
  const [where, key] = [client.fromHex(scope), client.fromHex(modulus)];
  const derived = await client.derive(seed, where);
  const prepared = client.prepare(derived, where);
  const blinded = await client.blind(prepared, derived, key);
  const signed = await issue(code, scope, blinded, words);
  return client.toHex(await client.finalize(prepared, derived, key, signed));
}

function show() {
  const kept = held(holder);
  told.hidden = true;
  keys.hidden = true;
  own.checked = Boolean(kept.until);
  document.getElementById("recovery-text").textContent = recoveryCode(kept.seed);
  got.hidden = false;
  got.focus();
}

function tell(text, kind = "problem") {
  told.className = kind;
  told.replaceChildren(Object.assign(document.createElement("p"), { textContent: text }));
  told.hidden = false;
  told.focus();
}

document.getElementById("get").addEventListener("click", fetchAll);
own.addEventListener("change", () => {
  const { seed, signatures } = held(holder);
  hold(holder, { seed, signatures, ...(own.checked && { until }) });
});
document.getElementById("delete").addEventListener("click", () => {
  forget(holder);
  got.hidden = true;
  keys.hidden = false;
});
open();
