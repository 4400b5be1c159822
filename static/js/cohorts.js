// Cohorts: looks how far a placing is, offers towns for the base, says the number of each weight.

import { combobox } from "./combobox.js";

const PAUSE_MS = 1000;
const SLOW_MS = 90_000;

const working = document.querySelector("[data-progress]");
if (working) watch(working, Date.now());

function watch(place, begun) {
  const text = place.querySelector("[data-elapsed]");
  const look = async () => {
    try {
      const answer = await fetch(place.dataset.progress, { headers: { Accept: "application/json" } });
      // Signed out, or gone: the page itself says so.
      if (answer.redirected || answer.status === 404) return location.reload();
      if (answer.ok) {
        const { stage, elapsed_s: seconds } = await answer.json();
        if (stage !== place.dataset.stage) return location.reload();
        if (stage === "working") text.textContent = text.dataset.words.replace("{seconds}", seconds);
      }
    } catch {
      // No network just now: the next look may have it again.
    }
    place.querySelector("[data-slow]").hidden = Date.now() - begun < SLOW_MS;
    return setTimeout(look, PAUSE_MS);
  };
  setTimeout(look, PAUSE_MS);
}

for (const weight of document.querySelectorAll("[data-weight]")) {
  const said = weight.form.querySelector(`output[for="${weight.id}"]`);
  weight.addEventListener("input", () => (said.textContent = weight.value));
}

const field = document.getElementById("base");
if (field) {
  const chosen = document.getElementById("base-place");
  const status = document.getElementById("base-status");
  const radios = document.querySelectorAll("input[type=radio][name=place]");
  const forget = () => {
    for (const radio of radios) radio.checked = false;
  };
  field.addEventListener("input", () => {
    chosen.disabled = true;
    forget();
  });
  combobox({
    field,
    list: document.getElementById("base-list"),
    places: true,
    announce: (text) => (status.textContent = text),
    chosen: ({ place }) => {
      field.value = [place.name, place.context].filter(Boolean).join(", ");
      chosen.value = place.id;
      chosen.disabled = false;
      forget();
    },
    typed: () => field.form.requestSubmit(),
  });
}
