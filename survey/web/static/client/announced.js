// Whether a survey's fingerprint is the one that this tab's link announced.

/** True as well where somebody typed the code: then people compare by eye. */
export function isAnnounced(code, fingerprint) {
  const link = JSON.parse(sessionStorage.getItem("hansei-link") ?? "null");
  return !link || link.code !== code || fingerprint.startsWith(link.check);
}
