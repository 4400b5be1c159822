// The home town from which travel is paid: kept in this browser, and sent only with the questions that need it.

import { combobox } from "./combobox.js";

const KEY = "mapsvc.home";
const NAMES = ["home", "call"];
const WITH_NUMBER = /^(.*?)\s*\[(\d+)\]$/; // "Melun [2994651]": a name alone may be that of several towns

/** The home town and the call that are kept here, {} for none. */
export function keptHome() {
  try {
    const { home, call } = JSON.parse(localStorage.getItem(KEY) || "{}");
    return typeof home === "string" && home ? { home, ...(/^\d{4}$/.test(call) && { call }) } : {};
  } catch {
    return {};
  }
}

export function keepHome(home, call) {
  try {
    if (home) localStorage.setItem(KEY, JSON.stringify({ home, call }));
    else localStorage.removeItem(KEY);
  } catch {
    // A private window may refuse: then the page shows the grants once.
  }
}

/** The parameters without a home town: what an address, a file or the map is asked with. */
export function withoutHome(params) {
  const plain = new URLSearchParams(params);
  for (const name of NAMES) plain.delete(name);
  return plain;
}

/** The parameters with a home town, the kept one where none is given. */
export function withHome(params, given = keptHome()) {
  const asked = withoutHome(params);
  for (const [name, value] of Object.entries(given)) asked.set(name, value);
  return asked;
}

/** Takes the home town out of the links below a node: what is copied from them says nothing of it. */
export function plainLinks(root) {
  for (const link of root.querySelectorAll('a[href*="home="]')) {
    const url = new URL(link.href);
    url.search = withoutHome(url.searchParams).toString();
    link.href = url.pathname + url.search + url.hash;
  }
}

/** Calls changed with {home, call}, {} for none, whenever the reader sends or empties the field. */
export function listenHome(changed) {
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".home-form")) return;
    event.preventDefault();
    const said = new FormData(event.target);
    const name = said.get("home").trim();
    const { place } = event.target.elements.home.dataset;
    changed(name ? { home: place ? `${name} [${place}]` : name, call: said.get("call") } : {});
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-forget-home]")) return;
    event.preventDefault();
    changed({});
  });
}

/** Offers towns as the reader types into the field for the home town. What is chosen is sent with its number. */
export function offerTowns() {
  const field = document.getElementById("home-text");
  const list = document.getElementById("home-list");
  const status = document.getElementById("home-status");
  if (!field || field.role === "combobox") return;
  const said = WITH_NUMBER.exec(field.value);
  if (said) [, field.value, field.dataset.place] = said;
  field.autocomplete = "off"; // two lists would cover each other
  field.addEventListener("input", () => delete field.dataset.place);
  combobox({
    field,
    list,
    places: true,
    announce: (text) => (status.textContent = text),
    chosen: ({ place }) => {
      field.value = [place.name, place.country_label || place.country].join(", ");
      field.dataset.place = place.id;
      field.form.requestSubmit();
    },
    typed: () => field.form.requestSubmit(),
  });
}
