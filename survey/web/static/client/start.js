// Shows the way on which the browser seals answers, if this browser can and if the keys
// are those that the link announced. Without it the page would offer nothing of the kind.

import { isAnnounced } from "./announced.js";
import { offerRecovery } from "./held.js";

const sealing = document.getElementById("sealing");
const code = document.querySelector("input[name=code]").value;

if (!window.isSecureContext || !hasStorage()) {
  const problem = document.getElementById("cannot-seal");
  problem.hidden = false;
  // What people without a script read: said openly, never slipped in.
  const plain = document.createElement("div");
  plain.innerHTML = document.querySelector("noscript").textContent;
  problem.after(plain);
} else if (isAnnounced(code, sealing.dataset.fingerprint)) {
  sealing.hidden = false;
  offerRecovery(sealing.dataset.holder);
} else {
  document.getElementById("foreign-keys").hidden = false;
}

function hasStorage() {
  try {
    return Boolean(localStorage && sessionStorage);
  } catch {
    return false;
  }
}
