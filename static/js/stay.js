// Offers towns as somebody types where their stay was; only the number of the chosen town is sent.

import { combobox } from "./combobox.js";

const field = document.getElementById("town");
const chosen = document.getElementById("town-place");
const status = document.getElementById("town-status");
const radios = document.querySelectorAll("input[type=radio][name=place]");

field.addEventListener("input", () => {
  chosen.disabled = true;
  for (const radio of radios) radio.checked = false;
});
combobox({
  field,
  list: document.getElementById("town-list"),
  places: true,
  announce: (text) => (status.textContent = text),
  chosen: ({ place }) => {
    field.value = [place.name, place.context].filter(Boolean).join(", ");
    chosen.value = place.id;
    chosen.disabled = false;
    for (const radio of radios) radio.checked = false;
  },
  typed: () => field.form.requestSubmit(),
});
