// A tablet that many people use, one after the other: what one leaves is cleared before
// the next. Every page of a person stands in the history as the empty start.

const SILENCE = 90;
const WARNING = 20;
const kiosk = document.getElementById("kiosk");
const nexts = document.querySelectorAll(".next-person");
const countdown = document.getElementById("countdown");
const seconds = document.getElementById("seconds");
const field = document.getElementById("code");
const { home } = kiosk.dataset;
const isStart = "start" in kiosk.dataset;
let lastSign = Date.now();

// Here nothing is kept elsewhere; what a phone that strays here keeps for its owner stays.
function wipe() {
  try {
    sessionStorage.clear();
  } catch {} // storage is switched off: nothing lies there
}

function reset() {
  wipe();
  location.replace(home);
}

/** A sealed answer that could not be delivered, readable by nobody: clearing loses it. */
function isUnsent() {
  try {
    return Object.keys(sessionStorage).some((name) => name.startsWith("hansei-parcel-"));
  } catch {
    return false;
  }
}

function seeSign() {
  lastSign = Date.now();
  countdown.hidden = true;
}

function tick() {
  const mustWait = isUnsent();
  for (const next of nexts) next.hidden = mustWait;
  if (mustWait || (isStart && !field.value)) return seeSign();
  const left = Math.ceil(SILENCE + WARNING - (Date.now() - lastSign) / 1000);
  if (left <= 0) return reset();
  countdown.hidden = left > WARNING;
  seconds.textContent = left;
}

if (isStart) {
  if (!isUnsent()) wipe();
  field.value = ""; // browsers like to put back what was typed
}
history.replaceState(null, "", home);
document.getElementById("page")?.removeAttribute("hidden"); // without a script it stays
for (const next of nexts) {
  next.addEventListener("click", (event) => {
    event.preventDefault();
    reset();
  });
}
// Not "scroll": a page that changes scrolls by itself.
for (const sign of ["pointerdown", "touchmove", "wheel", "keydown", "input"]) {
  addEventListener(sign, seeSign, { capture: true, passive: true });
}
addEventListener("pageshow", ({ persisted }) => persisted && reset());
setInterval(tick, 1000);
