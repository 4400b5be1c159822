// Offers towns as somebody types or presses on a map where their stay was; only the number of the town is sent.

import { townMap } from "./choosing.js";
import { combobox } from "./combobox.js";

const field = document.getElementById("town");
const chosen = document.getElementById("town-place");
const status = document.getElementById("town-status");
const radios = document.querySelectorAll("input[type=radio][name=place]");

const choose = (place, words) => {
  field.value = words;
  chosen.value = place.id;
  chosen.disabled = false;
  for (const radio of radios) radio.checked = false;
};
field.addEventListener("input", () => {
  chosen.disabled = true;
  for (const radio of radios) radio.checked = false;
});
combobox({
  field,
  list: document.getElementById("town-list"),
  places: true,
  announce: (text) => (status.textContent = text),
  chosen: ({ place }) => choose(place, [place.name, place.context].filter(Boolean).join(", ")),
  typed: () => field.form.requestSubmit(),
});
townMap(choose);
