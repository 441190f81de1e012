// Helps to type a code: groups of four while typing, and what is missing or strange.
// It knows how a code looks and nothing of the codes that there are.

const field = document.getElementById("code");
const help = document.getElementById("code-help");
const LENGTH = 12;
const NEVER = /[^0-9A-HJKMNP-TV-Z]/g;

/** A code as the server reads it: O is 0, I and L are 1. */
function meant(text) {
  const letters = text.toUpperCase().replace(/[^\p{L}\p{N}]/gu, "");
  return letters.replaceAll("O", "0").replace(/[IL]/g, "1");
}

const grouped = (letters) => letters.match(/.{1,4}/gu)?.join("-") ?? "";

/** Group what is typed and keep the caret behind the same letter. */
function group(event) {
  if (event.isComposing) return; // an input method has not ended its letter
  const before = meant(field.value.slice(0, field.selectionStart));
  const letters = meant(field.value);
  field.value = grouped(letters);
  const n = grouped(before).length;
  const isAtHyphen = field.value[n] === "-" && !event.inputType?.startsWith("delete");
  const caret = isAtHyphen ? n + 1 : n;
  field.setSelectionRange(caret, caret);
  tell(letters);
}

function tell(letters) {
  const strange = [...new Set(letters.match(NEVER))].join(" ");
  const n = [...letters].length;
  const { strange: isStrange, count, complete } = help.dataset;
  if (!n) help.textContent = "";
  else if (strange) help.textContent = isStrange.replace("{letters}", strange);
  else help.textContent = n === LENGTH ? complete : count.replace("{n}", n);
}

field.addEventListener("input", group);
field.addEventListener("compositionend", group);
