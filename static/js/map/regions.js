// Regions shaded by what they have. The page's JSON says how each is shaded, its table what each is called and leads to.

import { ask } from "../ask.js";
import { latLngsOf } from "./outlines.js";

const EUROPE = { west: -25, south: 34, east: 45, north: 72 }; // what lies elsewhere is drawn, and not framed
const STEPS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const CLOSEST = 9; // zoom of the first look

/** Name, number and address of each region, as the table has them. */
function told(drawn) {
  const found = new Map();
  for (const row of document.querySelectorAll("tr[data-unit]")) {
    const id = row.dataset.unit;
    const link = row.querySelector("th a");
    if (!drawn[id]) continue;
    const [shade, value] = drawn[id];
    found.set(id, { id, shade, value, name: row.querySelector("th").textContent.trim(), href: link?.href });
  }
  return found;
}

/** Words of a region for a tooltip or a popup: they go in as text alone. */
function words({ name, value, href }, { what, open }, pressed) {
  const box = document.createElement("div");
  box.className = pressed ? "place region-words" : "region-words";
  const title = document.createElement("p");
  title.className = "place-title";
  title.textContent = name;
  const line = document.createElement("p");
  line.textContent = `${what}: ${value}`;
  box.append(title, line);
  if (pressed && href) {
    const link = document.createElement("a");
    link.className = "button";
    link.href = href;
    link.textContent = open;
    const actions = document.createElement("p");
    actions.className = "place-actions";
    actions.append(link);
    box.append(actions);
  }
  return box;
}

const middle = (bounds) => bounds.getCenter();
const inEurope = ({ lat, lng }) => lng > EUROPE.west && lng < EUROPE.east && lat > EUROPE.south && lat < EUROPE.north;

/** The part of a region that is looked at: its largest ring, as islands far off would pull its middle into the sea. */
function mainBounds(polygons) {
  const L = window.L;
  let best = null;
  let most = -1;
  for (const [ring] of polygons) {
    const bounds = L.latLngBounds(ring);
    const size = (bounds.getEast() - bounds.getWest()) * (bounds.getNorth() - bounds.getSouth());
    if (size > most) [best, most] = [bounds, size];
  }
  return best;
}

function frame(map, shapes) {
  const L = window.L;
  const near = shapes.filter(({ bounds }) => inEurope(middle(bounds)));
  const all = L.latLngBounds([]);
  for (const { bounds } of near.length ? near : shapes) all.extend(bounds);
  // Between two zoom levels too, or Europe would stand in the middle of half the world.
  map.options.zoomSnap = 0.25;
  if (all.isValid()) map.fitBounds(all, { animate: false, padding: [8, 8], maxZoom: CLOSEST });
}

/** Paper is narrower than a screen: the regions are framed anew there, and after it as they were. */
function keepWholeOnPaper(map, shapes) {
  let before;
  matchMedia("print").addEventListener("change", ({ matches }) => {
    if (matches) before = [map.getCenter(), map.getZoom()];
    map.invalidateSize({ animate: false, pan: false });
    if (matches) frame(map, shapes);
    else map.setView(...before, { animate: false });
  });
}

/** The region that lies next in a direction: near, and rather straight ahead. */
function next(shapes, from, [dx, dy]) {
  const here = middle(from.bounds);
  let best = null;
  let least = Infinity;
  for (const shape of shapes) {
    const there = middle(shape.bounds);
    const [x, y] = [(there.lng - here.lng) * Math.cos((here.lat * Math.PI) / 180), there.lat - here.lat];
    const ahead = x * dx + y * dy;
    const aside = Math.abs(x * dy) + Math.abs(y * dx);
    if (shape === from || ahead <= 0 || aside > 2 * ahead) continue;
    if (ahead + 2 * aside < least) [best, least] = [shape, ahead + 2 * aside];
  }
  return best;
}

/** Draws the regions that the page's JSON names; a press leads where the table's link leads. */
export async function regions(map) {
  const L = window.L;
  const box = map.getContainer().closest("[data-what]");
  const { regions: url, drawn } = JSON.parse(document.getElementById("map-config").textContent);
  let outlines;
  try {
    outlines = latLngsOf(await ask("regions", url));
  } catch {
    document.getElementById("map-failed").hidden = false;
    map.fire("framed");
    return;
  }
  const known = told(drawn);
  const shapes = [];
  for (const [id, polygons] of outlines) {
    const region = known.get(id);
    if (region) shapes.push({ region, polygons, bounds: mainBounds(polygons) });
  }
  frame(map, shapes);
  map.fire("framed");
  const hint = L.tooltip({ className: "region-hint", opacity: 1, offset: [12, 0] });
  // Above its neighbours, which would cover half of its outline. The region itself stays where it is, or it would lose the focus.
  const edge = L.polygon([], { className: "region-edge", fill: false, interactive: false }).addTo(map);
  const show = (shape, at) => {
    if (hint.shape !== shape) edge.setLatLngs(shape.polygons).bringToFront();
    hint.shape = shape;
    hint.setContent(words(shape.region, box.dataset)).setLatLng(at).addTo(map);
  };
  const hide = () => {
    hint.shape = null;
    edge.setLatLngs([]);
    hint.remove();
  };
  const follow = ({ region }) => region.href && location.assign(region.href);
  const press = (shape, { latlng, originalEvent }) => {
    if (originalEvent?.pointerType !== "touch") return follow(shape);
    hide();
    L.popup({ className: "place-popup", closeButton: false }).setLatLng(latlng).setContent(words(shape.region, box.dataset, true)).openOn(map);
  };
  for (const shape of shapes) {
    const { region } = shape;
    const layer = L.polygon(shape.polygons, { className: `region shade-${region.shade}`, weight: 0.7, fillColor: region.shade === "x" ? "url(#hatch)" : undefined, fillOpacity: 1 });
    shape.layer = layer;
    layer.on("mousemove", ({ latlng }) => show(shape, latlng));
    layer.on("mouseout", hide);
    layer.on("click", (event) => press(shape, event));
    layer.addTo(map);
    const path = layer.getElement();
    path.dataset.unit = region.id;
    path.setAttribute("role", region.href ? "link" : "img");
    path.setAttribute("aria-label", `${region.name}, ${box.dataset.what}: ${region.value}`);
    path.setAttribute("tabindex", "-1");
    path.addEventListener("focus", () => {
      if (!map.getBounds().contains(middle(shape.bounds))) map.panTo(middle(shape.bounds), { animate: false });
      show(shape, middle(shape.bounds));
    });
    path.addEventListener("blur", hide);
    path.addEventListener("keydown", (event) => {
      if (event.key === "Enter") return follow(shape);
      if (event.key === "Escape") return hide();
      if (!STEPS[event.key]) return;
      event.preventDefault();
      event.stopPropagation(); // or the map would move as well
      const other = next(shapes, shape, STEPS[event.key]);
      if (!other) return;
      path.setAttribute("tabindex", "-1");
      other.layer.getElement().setAttribute("tabindex", "0");
      other.layer.getElement().focus({ preventScroll: true });
    });
  }
  keepWholeOnPaper(map, shapes);
  // One stop for the Tab key: the first region of the table; arrows lead from one to the next.
  const first = [...known.keys()].map((id) => shapes.find((shape) => shape.region.id === id)).find(Boolean);
  first?.layer.getElement().setAttribute("tabindex", "0");
  document.documentElement.dataset.ready = "";
}
