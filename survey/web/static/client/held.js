// Answer keys that this device holds: a seed, and the signatures it led to by scope.
// In this tab, or until the survey closes where somebody says that the device is theirs.

const name = (holder) => `hansei-keys-${holder}`;
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_LENGTH = 52;

/** What is held for an invitation, or nothing; what outlived its survey is forgotten. */
export function held(holder) {
  const kept = localStorage.getItem(name(holder)) ?? sessionStorage.getItem(name(holder));
  const keys = JSON.parse(kept ?? "null");
  if (keys?.until && new Date(keys.until) < new Date()) {
    forget(holder);
    return null;
  }
  return keys;
}

export function hold(holder, keys) {
  const place = keys.until ? localStorage : sessionStorage;
  forget(holder);
  place.setItem(name(holder), JSON.stringify(keys));
}

export function forget(holder) {
  localStorage.removeItem(name(holder));
  sessionStorage.removeItem(name(holder));
}

/** The 32 bytes of a seed as 52 letters that read one way; groups of four. */
export function recoveryCode(seed) {
  let bits = seed.reduce((all, byte) => all + byte.toString(2).padStart(8, "0"), "");
  bits = bits.padEnd(5 * CODE_LENGTH, "0");
  const letters = bits.match(/.{5}/g).map((five) => LETTERS[parseInt(five, 2)]);
  return letters.join("").match(/.{4}/g).join("-");
}

/** The seed of a recovery code, or nothing if it is none. */
export function seedOf(text) {
  const plain = text.toUpperCase().replace(/[^0-9A-Z]/g, "");
  const meant = plain.replaceAll("O", "0").replace(/[IL]/g, "1");
  const values = [...meant].map((letter) => LETTERS.indexOf(letter));
  if (values.length !== CODE_LENGTH || values.includes(-1)) return null;
  const bits = values.map((value) => value.toString(2).padStart(5, "0")).join("");
  if (bits.slice(256).includes("1")) return null;
  return Uint8Array.from(bits.slice(0, 256).match(/.{8}/g), (byte) => parseInt(byte, 2));
}

/** Let somebody bring the key over from another device. */
export function offerRecovery(holder, then = () => {}) {
  const form = document.getElementById("recovery");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    const seed = seedOf(document.getElementById("recovery-code").value);
    document.getElementById("recovery-wrong").hidden = Boolean(seed);
    if (!seed) return;
    hold(holder, { seed: [...seed], signatures: {} });
    document.getElementById("recovered").hidden = false;
    then();
  });
}
