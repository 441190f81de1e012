// A link's code stands behind the # and so reaches no server by itself. This page hands it
// over as if it had been typed, and remembers in this tab which check code the link names.

const form = document.getElementById("page");

function handOver() {
  const [check, code] = location.hash.slice(1).split(".");
  if (!code) return;
  history.replaceState(null, "", location.pathname);
  form.elements.code.value = code;
  try {
    sessionStorage.setItem("hansei-link", JSON.stringify({ check, code }));
  } catch {} // storage is switched off: the start page says so
  form.requestSubmit();
}

addEventListener("hashchange", handOver); // the link opened where this page already is
handOver();
