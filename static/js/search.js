// The search page: one state in the address, from which the list, the map and the form follow.

import "./page.js";
import { ask } from "./ask.js";
import { combobox } from "./combobox.js";
import { filters, refreshFilters } from "./filters.js";
import { keepHome, keptHome, listenHome, offerTowns, plainLinks, withHome, withoutHome } from "./home.js";
import { mapReady } from "./map.js";
import { visibleBox } from "./map/pins.js";
import { noNote, note } from "./note.js";
import { sheet } from "./sheet.js";
import { show as showShortlist } from "./shortlist.js";
import { say } from "./strings.js";

const EUROPE = { lat: 52, lon: 10.5, zoom: 4 };
const TILES_END = 45; // degrees east, where the tiles beyond Europe begin
const CHIPS = [12, 78]; // the corner of the map that the filter chips cover, in pixels
const MOVE_WAIT_MS = 140;
const PLACE = ["place", "where", "lon", "lat", "bbox", "radius_km", "k"];

const form = document.getElementById("search");
const field = document.getElementById("where");
const panel = document.getElementById("panel");
const body = document.getElementById("panel-body");
const areaButton = document.getElementById("search-area");
const filterBar = document.getElementById("filters");
const bottom = sheet(panel, document.getElementById("sheet-handle"));
const results = () => document.getElementById("results");

let map = null;
const opened = new URLSearchParams(location.search);
let home = opened.has("home") ? Object.fromEntries([...opened].filter(([name]) => ["home", "call"].includes(name))) : keptHome();
let params = withoutHome(opened);
let settling = false; // the map is moving because we moved it, not the reader
let typing = false; // the field holds what the reader has not sent yet
let moveTimer = 0;

const near = () => results().dataset.mode === "near" && results().dataset.lon !== undefined;

// ---- the address ---------------------------------------------------------------------------

function address() {
  const query = params.toString();
  return `${location.pathname}${query ? `?${query}` : ""}${position()}`;
}

/** The map's own place as #zoom/lat/lon, once the reader has moved it. */
function position() {
  if (!map?.moved) return "";
  const { lat, lng } = map.getCenter();
  return `#${map.getZoom()}/${lat.toFixed(4)}/${lng.toFixed(4)}`;
}

function hashPosition() {
  const parts = location.hash.slice(1).split("/").map(Number);
  if (parts.length !== 3 || !parts.every(Number.isFinite)) return null;
  return { zoom: parts[0], at: [parts[1], parts[2]] };
}

// ---- the form ------------------------------------------------------------------------------

/** The search that the form says: filters from its fields, the place as it stands in params. */
function fromForm() {
  const next = new URLSearchParams();
  for (const name of PLACE) if (params.has(name)) next.set(name, params.get(name));
  for (const [name, value] of new FormData(form)) {
    if (PLACE.includes(name) && name !== "radius_km") continue;
    if (!value.trim()) continue;
    if (name === "radius_km") {
      next.set(name, value);
      next.delete("k");
    } else next.append(name, value.trim());
  }
  return next;
}

function withPlace(values) {
  const next = fromForm();
  const radius = near() ? next.get("radius_km") : null;
  for (const name of PLACE) next.delete(name);
  for (const [name, value] of Object.entries(values)) next.set(name, value);
  if (radius && ("place" in values || "lon" in values)) next.set("radius_km", radius);
  return next;
}

function searchHere() {
  map.moved = true;
  go(withPlace({ bbox: visibleBox(map).join(",") }), { fit: false });
}

// ---- going somewhere -----------------------------------------------------------------------

/** Makes next the search: address, list, form and map follow. */
async function go(next, { push = true, fit = true } = {}) {
  params = withoutHome(next);
  typing = false;
  if (fit && map) map.moved = false;
  areaButton.hidden = true;
  if (push) history.pushState(null, "", address());
  if (!(await loadList())) return;
  if (!map) return;
  if (fit) frame();
  else drawCircle();
  await agree(await map.pins.load(params));
}

async function loadList() {
  document.documentElement.classList.add("busy");
  try {
    const text = await ask("list", `/list?${withHome(params, home)}`, { json: false });
    if (text === null) return false;
    noNote();
    swap(text);
    return true;
  } catch {
    note(say("list_failed"), { label: say("retry"), run: () => go(params, { push: false }) });
    return false;
  } finally {
    document.documentElement.classList.remove("busy");
  }
}

function swap(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const list = fresh.getElementById("results");
  if (!list) throw new Error("no list in the answer");
  plainLinks(list);
  const focused = results().contains(document.activeElement) ? document.activeElement.id : "";
  const hadFocus = results().contains(document.activeElement);
  results().replaceWith(document.adoptNode(list));
  offerTowns();
  const chips = fresh.getElementById("filters");
  if (chips) refreshFilters(filterBar, chips, params);
  if (hadFocus) (document.getElementById(focused || "-") ?? body).focus({ preventScroll: true });
  body.scrollTop = 0;
  showShortlist(results());
  if (!typing) field.value = near() ? results().dataset.label : params.get("where") ?? "";
  announce(document.getElementById("summary").textContent);
}

function announce(text) {
  document.getElementById("announce").textContent = text;
}

// ---- the map -------------------------------------------------------------------------------

function drawCircle() {
  const { lon, lat, radius } = results().dataset;
  if (!near()) return map.setCircle(null);
  return map.setCircle({ lon: Number(lon), lat: Number(lat) }, Number(radius) || 0);
}

/** The middle of the first view: a little further west where that saves the tiles of the Caspian Sea. */
function europe() {
  const half = (map.getSize().x / 2) * (360 / (256 * 2 ** EUROPE.zoom));
  return [EUROPE.lat, Math.max(5, Math.min(EUROPE.lon, TILES_END - half - 0.2))];
}

/** The box of the listed hosts and the centre, for a search without a radius. */
function listed() {
  const points = [results(), ...document.querySelectorAll("#results .card")];
  return points.map(({ dataset }) => [Number(dataset.lat), Number(dataset.lon)]);
}

/** Moves the map to where the search is. */
function frame() {
  const ring = drawCircle();
  const options = { animate: false };
  settling = true;
  const box = (params.get("bbox") ?? "").split(",").map(Number);
  const here = hashPosition();
  if (here) map.setView(here.at, here.zoom, options);
  else if (ring) map.fitBounds(ring, { ...options, paddingTopLeft: CHIPS, paddingBottomRight: [12, 12] });
  else if (near()) map.fitBounds(listed(), { ...options, paddingTopLeft: CHIPS, paddingBottomRight: [30, 30], maxZoom: 9 });
  else if (box.length === 4 && box.every(Number.isFinite))
    map.fitBounds([[box[1], box[0]], [box[3], box[2]]], options);
  else map.setView(europe(), EUROPE.zoom, options);
  settling = false;
}

/** After the first of some moves pins come at once; the list and the address wait until the map rests. */
function moved() {
  if (settling) return;
  map.moved = true;
  if (!moveTimer) showPins();
  clearTimeout(moveTimer);
  moveTimer = setTimeout(afterMove, MOVE_WAIT_MS);
}

function showPins() {
  if (!near()) {
    params.set("bbox", visibleBox(map).join(","));
    params.delete("page");
  }
  return map.pins.load(params);
}

async function afterMove() {
  moveTimer = 0;
  const shown = showPins();
  history.replaceState(null, "", address());
  if (!near()) return Promise.all([shown, loadList()]);
  areaButton.hidden = map.popupOpen;
  return shown;
}

/** In view, the list is what the map shows: asked anew where the server could not know the window. */
async function agree(total) {
  if (near() || total === null || total === Number(results().dataset.total)) return;
  const page = params.get("page");
  params.set("bbox", visibleBox(map).join(","));
  if (page) params.set("page", page);
  await loadList();
}

// ---- list and map, each lighting the other ---------------------------------------------------

function cardOf(event) {
  return event.target.closest?.(".card");
}

function lightPin(event) {
  const card = cardOf(event);
  if (map && card) map.pins.light(card.dataset.id, { lon: Number(card.dataset.lon), lat: Number(card.dataset.lat) });
}

function lightCard(id, on) {
  for (const card of document.querySelectorAll(".card.lit")) card.classList.remove("lit");
  if (on) document.querySelector(`.card[data-id="${CSS.escape(id)}"]`)?.classList.add("lit");
}

body.addEventListener("pointerover", lightPin);
body.addEventListener("focusin", lightPin);
body.addEventListener("pointerleave", () => map?.pins.light());
body.addEventListener("focusout", () => map?.pins.light());

body.addEventListener("click", (event) => {
  const card = cardOf(event);
  if (event.target.closest("[data-show]") && map) {
    bottom.close();
    const { id, kind, lon, lat } = card.dataset;
    const title = card.querySelector(".card-title a").textContent;
    map.pins.reveal({ id, kind, title, lon: Number(lon), lat: Number(lat), sample: Boolean(card.querySelector(".mark-sample")) }, params);
  }
  const link = event.target.closest("a[data-nav], a[data-to-view]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if ("toView" in link.dataset && !map) return;
  event.preventDefault();
  if ("toView" in link.dataset) searchHere();
  else go(new URL(link.href).searchParams, { fit: link.rel !== "next" && link.rel !== "prev" });
});

body.addEventListener("change", (event) => {
  if (event.target.matches("#radius, #sort")) go(fromForm(), { fit: event.target.id === "radius" });
});

// ---- the search field ------------------------------------------------------------------------

combobox({
  field,
  list: document.getElementById("where-list"),
  announce,
  typed: () => form.requestSubmit(),
  chosen: ({ place, words }) => {
    if (place) {
      field.value = place.name;
      go(withPlace({ place: place.id, where: place.name }));
    } else {
      field.value = "";
      const next = withPlace({});
      next.set("q", words);
      go(next);
    }
  },
});

field.addEventListener("input", () => (typing = true));

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (text === (near() ? results().dataset.label : "")) go(fromForm(), { fit: false });
  else go(withPlace(text ? { where: text } : {}));
});

// The field's own clearing cross ends the search around a place.
field.addEventListener("search", () => {
  if (!field.value && near() && map) searchHere();
});

document.getElementById("near-me").addEventListener("click", () => {
  note(say("locating"));
  const failed = () => note(say("locate_failed"));
  if (!navigator.geolocation) return failed();
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      noNote();
      // Two decimals are about a kilometre: enough to search by, too little to find a door.
      go(withPlace({ lon: coords.longitude.toFixed(2), lat: coords.latitude.toFixed(2) }));
    },
    failed,
    { maximumAge: 600000, timeout: 10000 },
  );
});

filters(filterBar, () => go(fromForm(), { fit: false }));
areaButton.addEventListener("click", () => {
  searchHere();
  map.getContainer().focus({ preventScroll: true });
});

addEventListener("popstate", async () => {
  params = withoutHome(new URLSearchParams(location.search));
  await go(params, { push: false });
  if (map) map.moved = hashPosition() !== null;
});

// ---- the home town ---------------------------------------------------------------------------

offerTowns();
listenHome(async (given) => {
  home = given;
  history.replaceState(null, "", address());
  if (!(await loadList())) return;
  // What names no town is not kept: the field says why, and stays.
  const found = document.getElementById("home-town");
  keepHome(found.dataset.home, found.dataset.call);
  (found.querySelector("[aria-invalid]") ?? found.querySelector("summary")).focus();
});

// ---- start -----------------------------------------------------------------------------------

function ready() {
  document.documentElement.dataset.ready = "";
}

if (home.home && !opened.has("home")) loadList();

mapReady.then(async (made) => {
  map = made;
  frame();
  map.fire("framed");
  map.moved = hashPosition() !== null;
  map.on("moveend", moved);
  // A small dialog and the button would cover each other.
  map.popupOpen = false;
  map.on("popupopen", () => (areaButton.hidden = map.popupOpen = true));
  map.on("popupclose", () => {
    map.popupOpen = false;
    areaButton.hidden = !(near() && map.moved);
  });
  map.pins.addEventListener("point", ({ detail }) => lightCard(detail, true));
  map.pins.addEventListener("leave", ({ detail }) => lightCard(detail, false));
  await agree(await map.pins.load(params));
  ready();
});
