// What a rater's browser does so that nobody can tell who answered what: pure functions,
// bytes in and out, no page, no network, no storage.
//
// Credential: RFC 9474, RSABSSA-SHA384-PSS-Randomized, e = 65537. Seal: RFC 9180, base
// mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM.
//
// BigInt takes a time that depends on its numbers. Here they are used once, on the device
// of the person whom they protect, and the only exponent is public.

const { subtle } = crypto;
const utf8 = new TextEncoder();
const EMPTY = new Uint8Array();
const P256 = { name: "ECDH", namedCurve: "P-256" };
const KEM = concat("KEM", [0, 16]);
const SUITE = concat("HPKE", [0, 16, 0, 1, 0, 1]);

/** All that is random in a scope's credential: the same seed gives the same again. */
export async function derive(seed, scope) {
  const bytes = await hkdf(seed, scope, EMPTY, 384);
  return {
    prefix: bytes.slice(0, 32),
    nonce: bytes.slice(32, 64),
    salt: bytes.slice(64, 112),
    r: bytes.slice(112), // 16 bytes more than a modulus, so that no remainder is likelier
  };
}

/** Prepare, RFC 9474, section 4.1: the 89 bytes that the signature will fit. */
export function prepare({ prefix, nonce }, scope) {
  return concat(prefix, "hansei/v1", scope, nonce);
}

/** Blind, RFC 9474, section 4.2: the message as the server sees it. */
export async function blind(prepared, { salt, r }, modulus) {
  if (modulus.length < 256 || modulus[0] < 128) throw new Error("the key is too short");
  const n = toNumber(modulus);
  const message = toNumber(await encode(prepared, salt, modulus.length));
  const factor = toNumber(r) % n;
  inverse(message * factor, n); // refuses what shares a divisor with n
  return toBytes((message * toThe65537(factor, n)) % n, modulus.length);
}

/** Finalize, RFC 9474, section 4.4: unblind, and verify under the directory's key. */
export async function finalize(prepared, { salt, r }, modulus, blindSignature) {
  const n = toNumber(modulus);
  const product = toNumber(blindSignature) * inverse(toNumber(r), n);
  const signature = toBytes(product % n, modulus.length);
  const jwk = { kty: "RSA", n: toBase64(modulus), e: "AQAB" };
  const pss = { name: "RSA-PSS", hash: "SHA-384", saltLength: salt.length };
  const key = await subtle.importKey("jwk", jwk, pss, false, ["verify"]);
  const fits = await subtle.verify(pss, key, signature, prepared);
  if (!fits || blindSignature.length !== modulus.length) {
    throw new Error("the server did not use the committed key");
  }
  return signature;
}

/** Seal an answer to its scope's box: 4177 bytes, whatever it says. */
export async function seal(answer, box, scope) {
  const bytes = concat(answer);
  if (bytes.length > 4096) throw new Error("the answer is too long");
  const padded = new Uint8Array(4096).fill(32); // spaces may follow JSON
  padded.set(bytes);
  const ephemeral = await subtle.generateKey(P256, false, ["deriveBits"]);
  return hpke(padded, box, concat("hansei/v1/answer|", scope), ephemeral);
}

/** What is posted with an answer: 4538 bytes. */
export function body(scope, prepared, signature, sealed) {
  const bytes = concat(scope, prepared, signature, sealed);
  if (bytes.length !== 4538) throw new Error("the message has not its one size");
  return bytes;
}

/** A cycle's fingerprint in hex, over every line of its directory. */
export async function fingerprint(cycle, lines) {
  let level = await Promise.all([...lines].sort().map((line) => leaf(cycle, line)));
  while (level.length > 1) {
    const pairs = level.flatMap((left, i) => (i % 2 ? [] : [[left, level[i + 1]]]));
    level = await Promise.all(pairs.map(([left, right]) => above(left, right)));
  }
  return toHex(level[0] ?? (await sha(256)));
}

/** The same from one line and the path above it: "L" or "R", then the hash on that side. */
export async function fingerprintAbove(cycle, line, path) {
  let hash = await leaf(cycle, line);
  for (const step of path) {
    const beside = fromHex(step.slice(1));
    hash = await (step[0] === "L" ? above(beside, hash) : above(hash, beside));
  }
  return toHex(hash);
}

/** Leaves and nodes of a tree as in RFC 9162, section 2.1. */
function leaf(cycle, line) {
  const form = /^[0-9a-f]{32}(\|[0-9a-f]*){3}$/; // so that no field passes for two
  if (!form.test(line)) throw new Error("the directory is malformed");
  return sha(256, [0], `hansei/v1/dir|${cycle}|${line}`);
}

function above(left, right) {
  return right ? sha(256, [1], left, right) : left;
}

/** HPKE, RFC 9180, sections 4.1 and 5.1. For the RFC's vectors only: `seal` is for use. */
export async function hpke(plaintext, box, info, ephemeral, aad = EMPTY) {
  const share = new Uint8Array(await subtle.exportKey("raw", ephemeral.publicKey));
  const boxKey = await subtle.importKey("raw", box, P256, false, []);
  const ecdh = { name: "ECDH", public: boxKey };
  const dh = new Uint8Array(await subtle.deriveBits(ecdh, ephemeral.privateKey, 256));
  const both = concat(share, box);
  const shared = await labeled(KEM, EMPTY, "eae_prk", dh, "shared_secret", both, 32);
  const hashes = [await extract("psk_id_hash", EMPTY), await extract("info_hash", info)];
  const context = concat([0], ...hashes);
  const make = (label, size) =>
    labeled(SUITE, shared, "secret", EMPTY, label, context, size);
  const gcm = { name: "AES-GCM", iv: await make("base_nonce", 12), additionalData: aad };
  const raw = await make("key", 16);
  const key = await subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
  return concat(share, new Uint8Array(await subtle.encrypt(gcm, key, plaintext)));
}

/** LabeledExtract, then LabeledExpand, RFC 9180, section 4. */
function labeled(suite, salt, extractLabel, secret, expandLabel, info, size) {
  const ikm = concat("HPKE-v1", suite, extractLabel, secret);
  return hkdf(ikm, salt, concat([0, size], "HPKE-v1", suite, expandLabel, info), size);
}

/** LabeledExtract without a salt, which HMAC takes for zeros. */
async function extract(label, value) {
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const zeros = await subtle.importKey("raw", new Uint8Array(32), hmac, false, ["sign"]);
  const message = concat("HPKE-v1", SUITE, label, value);
  return new Uint8Array(await subtle.sign("HMAC", zeros, message));
}

async function hkdf(secret, salt, info, size) {
  const key = await subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const how = { name: "HKDF", hash: "SHA-256", salt, info };
  return new Uint8Array(await subtle.deriveBits(how, key, 8 * size));
}

async function sha(bits, ...parts) {
  return new Uint8Array(await subtle.digest(`SHA-${bits}`, concat(...parts)));
}

/** EMSA-PSS, RFC 8017, section 9.1.1: SHA-384, MGF1, a modulus of whole bytes. */
async function encode(message, salt, size) {
  const hash = await sha(384, new Uint8Array(8), await sha(384, message), salt);
  const block = new Uint8Array(size - 49);
  block.set([1, ...salt], block.length - 1 - salt.length);
  const mask = [];
  while (mask.length < block.length) {
    mask.push(...(await sha(384, hash, [0, 0, 0, mask.length / 48])));
  }
  const masked = block.map((byte, i) => byte ^ mask[i]);
  masked[0] &= 127;
  return concat(masked, hash, [188]);
}

function toThe65537(base, n) {
  let square = base;
  for (let i = 0; i < 16; i++) square = (square * square) % n;
  return (square * base) % n;
}

/** The inverse modulo n, by Euclid; there is none where the two share a divisor. */
function inverse(value, n) {
  let [rest, last, factor, lastFactor] = [value % n, n, 1n, 0n];
  while (rest > 1n) {
    const times = last / rest;
    [last, rest] = [rest, last % rest];
    [lastFactor, factor] = [factor, lastFactor - times * factor];
  }
  if (rest !== 1n) throw new Error("there is no inverse");
  return factor < 0n ? factor + n : factor;
}

export function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function fromHex(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function toNumber(bytes) {
  return BigInt(`0x${toHex(bytes)}`);
}

function toBytes(number, size) {
  return fromHex(number.toString(16).padStart(2 * size, "0"));
}

function toBase64(bytes) {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function concat(...parts) {
  const bytes = (part) => (typeof part === "string" ? utf8.encode(part) : part);
  return Uint8Array.from(parts.flatMap((part) => [...bytes(part)]));
}
