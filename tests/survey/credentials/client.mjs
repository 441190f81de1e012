// Lets Python call the functions of credential.js, under Node and in a page.
// In JSON, bytes are {"hex": ...} and a P-256 key pair is a JWK.

const P256 = { name: "ECDH", namedCurve: "P-256" };

/** Answer {call, args} with {value} or {error}. */
export async function answer(module, { call, args }) {
  try {
    const values = await Promise.all(args.map((arg) => fromJson(module, arg)));
    return { value: toJson(module, await module[call](...values)) };
  } catch (error) {
    return { error: `${error.name}: ${error.message}` };
  }
}

/** Return the milliseconds that each of `times` calls took. */
export async function time(module, { call, args }, times) {
  const values = await Promise.all(args.map((arg) => fromJson(module, arg)));
  const taken = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    await module[call](...values);
    taken.push(performance.now() - start);
  }
  return taken;
}

async function fromJson(module, value) {
  if (typeof value?.hex === "string") return module.fromHex(value.hex);
  if (value?.kty === "EC") return keyPair(value);
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  const pairs = Object.entries(value).map(async ([key, inner]) => [
    key,
    await fromJson(module, inner),
  ]);
  return Object.fromEntries(await Promise.all(pairs));
}

function toJson(module, value) {
  if (value instanceof Uint8Array) return { hex: module.toHex(value) };
  if (typeof value !== "object") return value;
  const pairs = Object.entries(value).map(([key, inner]) => [key, toJson(module, inner)]);
  return Object.fromEntries(pairs);
}

async function keyPair({ d, ...shared }) {
  const load = (jwk, uses) => crypto.subtle.importKey("jwk", jwk, P256, true, uses);
  return {
    privateKey: await load({ ...shared, d }, ["deriveBits"]),
    publicKey: await load(shared, []),
  };
}

/** Under Node: one request a line, one answer a line; the module's file is the argument. */
async function main() {
  const { readFile } = await import("node:fs/promises");
  const { createInterface } = await import("node:readline");
  globalThis.crypto ??= (await import("node:crypto")).webcrypto;
  const source = await readFile(process.argv[2], "base64");
  const module = await import(`data:text/javascript;base64,${source}`);
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await answer(module, JSON.parse(line))));
  }
}

if (typeof process !== "undefined") await main();
