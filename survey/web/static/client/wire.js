// The two requests of the protocol, without cookie, login or referrer.

const HTTP = { OK: 200, CONFLICT: 409, GONE: 410, TOO_MANY: 429, FAULT: 500 };

/** A final "no": trying again will not help. Everything else may be tried again. */
export class Refused extends Error {}

/** Ask for the signature of a blinded message, 256 bytes. */
export function issue(invite, scope, blinded, words) {
  const text = btoa(String.fromCharCode(...blinded));
  const body = JSON.stringify({ invite, scope, blinded: text });
  return ask("/p/issue", body, "application/json", words);
}

/** Post a sealed answer. */
export function submit(body, words) {
  return ask("/a/submit", body, "application/octet-stream", words);
}

async function ask(address, body, type, words) {
  const response = await fetch(address, {
    method: "POST",
    body,
    headers: { "Content-Type": type },
    credentials: "omit",
    referrerPolicy: "no-referrer",
    cache: "no-store",
    redirect: "error",
  });
  const { status } = response;
  if (status === HTTP.OK) return new Uint8Array(await response.arrayBuffer());
  if (status === HTTP.CONFLICT) throw new Refused(words.used);
  if (status === HTTP.GONE) throw new Refused(words.closed);
  if (status < HTTP.FAULT && status !== HTTP.TOO_MANY) throw new Refused(words.failed);
  throw new Error(`the server answered ${status}`);
}
