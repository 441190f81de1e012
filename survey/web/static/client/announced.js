// Whether a survey's fingerprint is the one that this tab's link announced.

/** True as well where somebody typed the code: then people compare by eye. */
export function isAnnounced(code, fingerprint) {
  const link = JSON.parse(sessionStorage.getItem("hansei-link") ?? "null");
  const isOfLink = link && meant(link.code) === meant(code);
  return !isOfLink || fingerprint.startsWith(link.check);
}

/** A code as the server reads it, however it was typed. */
function meant(code) {
  const letters = code.toUpperCase().replace(/[^0-9A-Z]/g, "");
  return letters.replaceAll("O", "0").replace(/[IL]/g, "1");
}
