// A map to choose a town on, loaded once it is asked for. Where somebody presses is told to nobody.

import { loadMap } from "./loading.js";
import { language } from "./strings.js";

/** The name of a town with that of its country, which tells it from others. */
function written({ name, country }) {
  const countries = new Intl.DisplayNames([language], { type: "region", fallback: "code" });
  return `${name}, ${countries.of(country)}`;
}

/** Makes the button work; chosen is called with the town {id, name, country} and its words. */
export function townMap(chosen) {
  const box = document.getElementById("town-choice");
  const button = box.querySelector("button");
  const frame = document.getElementById("town-map-frame");
  const said = box.querySelector("[role=status]");
  const words = box.dataset;
  let begun = false;

  const open = (is) => {
    frame.hidden = !is;
    button.setAttribute("aria-expanded", String(is));
  };
  const failed = () => {
    said.textContent = words.failed;
    button.disabled = true;
    open(false);
  };
  box.addEventListener("towns", () => (said.textContent = words.press));
  box.addEventListener("townsfailed", failed);
  box.addEventListener("town", ({ detail: town }) => {
    said.textContent = town ? words.chosen.replace("{town}", () => written(town)) : words.nothing;
    if (town) chosen(town, written(town));
  });
  button.addEventListener("click", () => {
    if (begun) {
      if (window.L) open(frame.hidden);
      return;
    }
    begun = true;
    said.textContent = words.loading;
    open(true);
    loadMap(words).catch(failed);
  });
}
