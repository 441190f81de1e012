// The form of somebody whose browser seals the answers: check the keys, keep a draft in
// this tab, and on "Send" seal, collect a blind credential and post both, in that order.
// A parcel that could not be delivered waits on the device, readable by nobody.

import { isAnnounced } from "./announced.js";
import * as client from "./credential.js";
import { held } from "./held.js";
import { issue, submit } from "./wire.js";

const page = document.getElementById("page");
const form = document.getElementById("answers");
const told = document.getElementById("told");
const softCheck = document.getElementById("soft-check");
const keep = document.getElementById("keep");
const anyway = document.getElementById("anyway");
const words = document.getElementById("words").dataset;
const { cycle, holder, line, path, fingerprint, bucket } = form.dataset;
const [scope, modulus, box] = line.split("|");
const code = page.elements.code.value;
// Somebody else may answer on this device too.
const PARCEL = `hansei-parcel-${scope}-${holder}`;
const DRAFT = `hansei-draft-${scope}-${holder}`;
const LONGEST_COMMENT = 500;
// A tablet that many people use keeps a parcel in this tab only, and tries by itself.
const isShared = Boolean(document.getElementById("kiosk"));
const device = () => (isShared ? sessionStorage : localStorage);
const AGAIN = 30_000;
const WEEK = 7 * 24 * 3600 * 1000;

async function open() {
  if (!window.isSecureContext) return tell(words.cannot);
  const steps = path.split(" ").filter(Boolean);
  const root = await client.fingerprintAbove(cycle, line, steps).catch(() => "");
  if (root !== fingerprint || !isAnnounced(code, fingerprint)) return tell(words.foreign);
  restoreDraft();
  if (device().getItem(PARCEL)) return tellWaiting();
  form.hidden = false;
}

// Draft: in this tab and gone with it, or for a week where somebody says so.

function saveDraft() {
  deleteDraft();
  const fields = [...new FormData(form)];
  const place = keep.checked ? localStorage : sessionStorage;
  place.setItem(DRAFT, JSON.stringify({ fields, until: Date.now() + WEEK }));
}

function deleteDraft() {
  localStorage.removeItem(DRAFT);
  sessionStorage.removeItem(DRAFT);
}

/** Whoever left a draft here may not come back for it. */
function deleteOldDrafts() {
  for (const name of Object.keys(localStorage)) {
    if (!name.startsWith("hansei-draft-")) continue;
    if (JSON.parse(localStorage.getItem(name)).until < Date.now()) {
      localStorage.removeItem(name);
    }
  }
}

function restoreDraft() {
  deleteOldDrafts();
  keep.checked = Boolean(localStorage.getItem(DRAFT));
  const draft = localStorage.getItem(DRAFT) ?? sessionStorage.getItem(DRAFT);
  for (const [name, value] of JSON.parse(draft)?.fields ?? []) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "radio" || field.type === "checkbox") {
        field.checked ||= field.value === value;
      } else {
        field.value = value;
      }
    }
  }
}

function forget() {
  deleteDraft();
  form.reset();
  tell(words.deleted, "notice");
}

// Answer: what the server's own form would have made of the same fields.

function answer() {
  const given = [...new FormData(form)];
  const items = given.filter(([name]) => name.startsWith("i-"));
  const points = items.filter(([, value]) => value !== "x");
  const comments = given
    .filter(([name, value]) => name.startsWith("c-") && value.trim())
    .map(([name, value]) => ({
      question: name.slice(2),
      text: value.normalize("NFC").replaceAll("\r\n", "\n").trim(),
      word_for_word: form.elements[`w-${name.slice(2)}`].checked,
    }));
  return {
    points: Object.fromEntries(points.map(([name, value]) => [name.slice(2), +value])),
    cannot_say: items.filter(([, value]) => value === "x").map(([name]) => name.slice(2)),
    comments,
    path: "browser",
  };
}

function lettersTooMany({ comments }, size) {
  const over = comments.map(({ text }) => [...text].length - LONGEST_COMMENT);
  return Math.max(...over, size - Number(bucket), 0);
}

function skipped() {
  const answered = new Set([...new FormData(form).keys()]);
  return [...form.querySelectorAll("fieldset")].filter(
    (item) => !answered.has(item.querySelector("input").name),
  );
}

// Send.

async function send(event) {
  event.preventDefault();
  if (form.hidden) return; // tapped twice
  told.hidden = true;
  const without = skipped();
  if (without.length && event.currentTarget !== anyway) return askOnce(without);
  const given = answer();
  const text = JSON.stringify(given);
  const over = lettersTooMany(given, new TextEncoder().encode(text).length);
  if (over) return tellTooLong(given.comments, over);
  softCheck.hidden = true;
  form.hidden = true;
  try {
    await pack(text);
  } catch {
    form.hidden = false;
    return tell(words.failed);
  }
  await deliver();
}

async function pack(text) {
  const sealed = await client.seal(text, client.fromHex(box), client.fromHex(scope));
  const seed = held(holder)?.seed ?? crypto.getRandomValues(new Uint8Array(32));
  const parcel = { code, seed: client.toHex(seed), sealed: client.toHex(sealed) };
  device().setItem(PARCEL, JSON.stringify(parcel));
}

/** Deliver the parcel. The same seed makes the same requests: a retry is no second answer. */
async function deliver() {
  const parcel = JSON.parse(device().getItem(PARCEL));
  form.hidden = true;
  tell(words.sending, "notice");
  try {
    await post(parcel);
  } catch (error) {
    // Only these two make a parcel worthless; its credential may be collected already.
    if (![words.used, words.closed].includes(error.message)) return tellWaiting();
    device().removeItem(PARCEL);
    form.hidden = false;
    return tell(error.message);
  }
  device().removeItem(PARCEL);
  deleteDraft();
  page.submit();
}

async function post({ code: invite, seed, sealed }) {
  const where = client.fromHex(scope);
  const key = client.fromHex(modulus);
  const derived = await client.derive(client.fromHex(seed), where);
  const prepared = client.prepare(derived, where);
  const signature =
    signatureHeld(seed) ?? (await collect(invite, prepared, derived, key));
  const body = client.body(where, prepared, signature, client.fromHex(sealed));
  await submit(body, words);
}

/** The credential of the activation day, if this device holds it. */
function signatureHeld(seed) {
  const keys = held(holder);
  const isSame = keys && client.toHex(keys.seed) === seed;
  const signature = isSame && keys.signatures[scope];
  return signature ? client.fromHex(signature) : undefined;
}

async function collect(invite, prepared, derived, key) {
  const blinded = await client.blind(prepared, derived, key);
  const signed = await issue(invite, scope, blinded, words);
  return client.finalize(prepared, derived, key, signed);
}

// Say.

function fill(text, n) {
  return text.replace("{n}", n);
}

function tell(text, kind = "problem") {
  told.className = kind;
  told.replaceChildren(Object.assign(document.createElement("p"), { textContent: text }));
  told.hidden = false;
  told.focus();
}

function tellTooLong(comments, over) {
  tell(fill(words.long, over));
  const [longest] = [...comments].sort((a, b) => b.text.length - a.text.length);
  const box = form.elements[`c-${longest.question}`];
  told.append(linkTo(box.id, box.labels[0].textContent));
}

function linkTo(id, textContent) {
  return Object.assign(document.createElement("a"), { href: `#${id}`, textContent });
}

function tellWaiting() {
  form.hidden = true;
  tell(words.waiting);
  const again = Object.assign(document.createElement("button"), {
    type: "button",
    textContent: words.again,
  });
  const retry = isShared && setTimeout(deliver, AGAIN);
  again.addEventListener("click", () => {
    clearTimeout(retry);
    deliver();
  });
  told.append(again);
}

function askOnce(without) {
  softCheck.querySelector("h2").textContent =
    without.length === 1 ? words.one : fill(words.many, without.length);
  const list = document.createElement("ul");
  list.append(...without.slice(0, 10).map((item) => {
    const entry = document.createElement("li");
    const text = item.querySelector("legend").textContent;
    entry.append(linkTo(item.querySelector("input").id, text));
    return entry;
  }));
  softCheck.querySelector("ul")?.remove();
  document.getElementById("left-out").after(list);
  softCheck.hidden = false;
  softCheck.focus();
  softCheck.scrollIntoView();
}

form.addEventListener("submit", send);
anyway.type = "button"; // as the form's first submit button it would be pressed by Enter
anyway.addEventListener("click", send);
form.addEventListener("input", saveDraft);
document.getElementById("forget").addEventListener("click", forget);
open().catch(() => tell(words.cannot)); // storage is switched off
