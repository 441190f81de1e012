// A link's code stands behind the # and so reaches no server by itself. This page hands it
// over as if it had been typed, and remembers in this tab which check code the link names.

const [check, code] = location.hash.slice(1).split(".");

if (code) {
  history.replaceState(null, "", location.pathname);
  sessionStorage.setItem("hansei-link", JSON.stringify({ check, code }));
  const form = document.getElementById("page");
  form.elements.code.value = code;
  form.requestSubmit();
}
