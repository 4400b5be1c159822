// A map inside another site: its search is fixed. The reader moves the map, opens pins and turns the pages of the list.

import { ask } from "./ask.js";
import { mapReady } from "./map.js";
import { noNote, note } from "./note.js";
import { say } from "./strings.js";

const EUROPE = [[36, -10], [64, 30]];
const PADDING = { padding: [30, 30], maxZoom: 11, animate: false };

const main = document.getElementById("main");
const list = document.getElementById("list");
const params = new URLSearchParams(main.dataset.query);
const results = () => document.getElementById("results");

let map = null;

// ---- map or list, where there is no room for both ----------------------------------------------

function show(what) {
  main.dataset.shows = what;
  for (const button of document.querySelectorAll("[data-shows-part]"))
    button.setAttribute("aria-pressed", String(button.dataset.showsPart === what));
}

document.querySelector(".embed-toggle")?.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-shows-part]");
  if (button) show(button.dataset.showsPart);
});

// ---- the list --------------------------------------------------------------------------------------

/** Puts another page of the list in. It is no new page of the browser: going back belongs to the site around. */
async function turn(address) {
  try {
    const text = await ask("list", address, { json: false });
    if (text === null) return;
    const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("results");
    if (!fresh) throw new Error("no list in the answer");
    noNote();
    results().replaceWith(document.adoptNode(fresh));
    list.scrollTop = 0;
    results().focus({ preventScroll: true });
  } catch {
    note(say("list_failed"), { label: say("retry"), run: () => turn(address) });
  }
}

list?.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-turn]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    turn(link.href);
  }
  const card = event.target.closest("[data-show]")?.closest(".card");
  if (!card || !map) return;
  show("map");
  const { id, kind, lon, lat } = card.dataset;
  const title = card.querySelector(".card-title bdi").textContent;
  map.pins.reveal({ id, kind, title, lon: Number(lon), lat: Number(lat), sample: Boolean(card.querySelector(".mark-sample")) }, params);
});

// ---- the map ---------------------------------------------------------------------------------------

/** The box of all that the search finds, as Leaflet takes it; null where it finds nothing. */
async function extent() {
  const query = new URLSearchParams(params);
  query.set("box", "-180,-90,180,90");
  query.set("zoom", "3");
  const found = await ask("extent", `/api/viewport?${query}`).catch(() => null);
  const boxes = [...(found?.clusters ?? []).map(({ box }) => box), ...(found?.pins ?? []).map(({ lon, lat }) => [lon, lat, lon, lat])];
  if (!boxes.length) return null;
  const side = (place, pick) => pick(...boxes.map((box) => box[place]));
  return [[side(1, Math.min), side(0, Math.min)], [side(3, Math.max), side(2, Math.max)]];
}

async function frame() {
  const { lon, lat, radius, bbox } = main.dataset;
  const ring = lon ? map.setCircle({ lon: Number(lon), lat: Number(lat) }, Number(radius) || 0) : null;
  if (ring) return map.fitBounds(ring, { animate: false, padding: [6, 6] });
  if (bbox) {
    const [west, south, east, north] = bbox.split(",").map(Number);
    return map.fitBounds([[south, west], [north, west > east ? east + 360 : east]], { animate: false });
  }
  return map.fitBounds((await extent()) ?? EUROPE, PADDING);
}

/** A wheel that turns over the map scrolls the page around it, until the reader has pressed into the map. */
function leaveTheWheel() {
  map.scrollWheelZoom.disable();
  const box = map.getContainer();
  box.addEventListener("focusin", () => map.scrollWheelZoom.enable());
  box.addEventListener("pointerdown", () => map.scrollWheelZoom.enable());
  addEventListener("blur", () => map.scrollWheelZoom.disable());
}

mapReady.then(async (made) => {
  map = made;
  leaveTheWheel();
  await frame();
  map.fire("framed");
  map.on("moveend", () => map.pins.load(params));
  await map.pins.load(params);
  document.documentElement.dataset.ready = "";
});
