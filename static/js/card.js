// The emergency card: what is typed is shown on the card, and kept in this browser if that is ticked.
// Nothing here sends anything, and the fields have no names that a form could send.

const KEY = "mapsvc.card";
const fields = [...document.querySelectorAll("[data-asks]")];
const keep = document.getElementById("card-keep");

function read() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) || "null");
    return found && typeof found === "object" ? found : null;
  } catch {
    return null;
  }
}

function show() {
  for (const field of fields)
    for (const place of document.querySelectorAll(`[data-shows="${field.dataset.asks}"]`)) place.textContent = field.value;
}

function store() {
  try {
    if (keep.checked)
      localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(fields.map((field) => [field.dataset.asks, field.value]))));
    else localStorage.removeItem(KEY);
  } catch {
    keep.checked = false; // a private window may refuse
  }
}

const found = read();
if (found) {
  keep.checked = true;
  for (const field of fields) field.value = String(found[field.dataset.asks] ?? "");
}
show();

for (const field of fields)
  field.addEventListener("input", () => {
    show();
    store();
  });
keep.addEventListener("change", store);
document.getElementById("card-empty").addEventListener("click", () => {
  for (const field of fields) field.value = "";
  keep.checked = false;
  show();
  store();
  fields[0].focus();
});
