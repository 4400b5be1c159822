// The search field: places as one types, and the words themselves as the last choice.
// The pattern is the ARIA combobox with a list box: focus stays in the field, the arrows mark a choice.
// Enter without a mark sends the text as it is; the server knows whether it means a place or words.

import { ask } from "./ask.js";
import { say, sayCount } from "./strings.js";

const MOST = 6; // with the line for words below them, what a small screen holds
const WAIT_MS = 120;

/** Makes the field a combobox; chosen is called with {place} or {words}, typed when Enter sends the text.
 *  Where only places are meant, places is true: there is no line for the words themselves. */
export function combobox({ field, list, announce, chosen, typed, places: placesOnly = false }) {
  let options = [];
  let marked = -1;
  let running = 0; // an answer to an earlier question opens nothing
  let timer = 0;

  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("aria-controls", list.id);

  const close = () => {
    clearTimeout(timer);
    list.hidden = true;
    marked = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };

  const mark = (index) => {
    marked = index;
    [...list.children].forEach((line, at) => line.setAttribute("aria-selected", String(at === index)));
    const line = list.children[index];
    if (!line) return;
    field.setAttribute("aria-activedescendant", line.id);
    line.scrollIntoView({ block: "nearest" });
  };

  const pick = (index) => {
    const option = options[index];
    close();
    if (option) chosen(option);
  };

  const line = (option, index) => {
    const row = document.createElement("div");
    row.id = `${list.id}-${index}`;
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", "false");
    const name = document.createElement("span");
    name.className = "suggestion-name";
    name.dir = "auto";
    const about = document.createElement("span");
    about.className = "suggestion-about";
    if (option.place) {
      const { place } = option;
      name.textContent = place.name;
      const other = place.matched && place.matched !== place.name ? place.matched : "";
      about.textContent = [other, place.context, place.country_label || place.country].filter(Boolean).join(" · ");
    } else {
      row.className = "suggestion-words";
      name.textContent = say("words", { text: option.words });
    }
    row.append(name, about);
    row.addEventListener("pointerdown", (event) => event.preventDefault());
    row.addEventListener("click", () => pick(index));
    return row;
  };

  const show = (places, text) => {
    options = [...places.map((place) => ({ place })), ...(placesOnly ? [] : [{ words: text }])];
    list.replaceChildren(...options.map(line));
    list.hidden = !options.length;
    field.setAttribute("aria-expanded", String(!list.hidden));
    announce(places.length ? sayCount("places", places.length) : placesOnly ? "" : say("places_none"));
    marked = -1;
    field.removeAttribute("aria-activedescendant");
  };

  const look = async (text) => {
    const mine = ++running;
    const still = () => mine === running && document.activeElement === field;
    try {
      const answer = await ask("places", `/api/places?limit=${MOST}&q=${encodeURIComponent(text)}`);
      if (answer && still()) show(answer.items, text);
    } catch {
      if (still()) show([], text);
    }
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    const text = field.value.trim();
    if (!text) close();
    else timer = setTimeout(() => look(text), WAIT_MS);
  });

  field.addEventListener("keydown", async (event) => {
    const open = !list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (!open && field.value.trim()) await look(field.value.trim());
      if (list.hidden) return;
      if (marked < 0) mark(step > 0 ? 0 : options.length - 1);
      else mark((marked + step + options.length) % options.length);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (open && marked >= 0) pick(marked);
      else {
        close();
        running += 1;
        typed();
      }
    } else if (event.key === "Tab") {
      close();
    }
  });

  field.addEventListener("blur", () => setTimeout(close, 100));
  return { close };
}
