// Puts a host on the map: towns as one types, and a map that begins where its town may be.

import { combobox } from "./combobox.js";
import { mapReady } from "./map.js";

const field = document.getElementById("town");
const form = field.form;
const chosen = document.getElementById("town-place");
const status = document.getElementById("town-status");

const show = (place) => {
  field.value = [place.name, place.context].filter(Boolean).join(", ");
  chosen.value = place.id;
  chosen.disabled = false;
};
field.addEventListener("input", () => (chosen.disabled = true));
combobox({
  field,
  list: document.getElementById("town-list"),
  places: true,
  announce: (text) => (status.textContent = text),
  chosen: ({ place }) => show(place),
  typed: () => form.requestSubmit(form.querySelector("[data-send]")),
});

const view = JSON.parse(document.getElementById("view").textContent);
if (view)
  mapReady.then((map) => {
    map.setView([view.lat, view.lon], 11, { animate: false });
    map.fire("framed");
  });
