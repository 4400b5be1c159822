// Arrows from place to place: as wide as their number, and bent, so that the way there and the way back stay apart.

import { asButton } from "./markers.js";

const THIN = 2.5; // pixels
const WIDE = 15;
const BEND = 0.16; // of the length, to the left of the way
const STEPS = 32;
const PARTS = [0.5, 0.62, 0.38, 0.74, 0.26]; // of the way, where the number can stand
const CHIP = [52, 32]; // pixels that a number takes
const END = 0.97; // of the way, where the line ends, so that its head points at the place
const PLANE = 6; // the zoom at which curves are computed: their shape is the same at all
const CLOSE_ZOOM = 7;
const SVG = "http://www.w3.org/2000/svg";
const WAY = '<svg class="flow-way" viewBox="0 0 16 16" aria-hidden="true"><path d="M2 3l12 5-12 5 3-5z"/></svg>';
const STAY = '<svg class="flow-way" viewBox="0 0 16 16" aria-hidden="true"><path d="M8 2a6 6 0 1 0 6 6h-2a4 4 0 1 1-4-4v3l5-4-5-4z"/></svg>';

const widthOf = (number, most) => THIN + (WIDE - THIN) * Math.sqrt(number / most);

/** The point of a curve at a part of its way, in pixels of PLANE. */
function along([from, over, to], part) {
  const rest = 1 - part;
  return from.multiplyBy(rest * rest).add(over.multiplyBy(2 * rest * part)).add(to.multiplyBy(part * part));
}

/** A curve between two places: its ends, and the point that bends it. */
function curve(map, { from, to }) {
  const [begin, end] = [from, to].map(([lon, lat]) => map.project([lat, lon], PLANE));
  const way = end.subtract(begin);
  const left = window.L.point(way.y, -way.x).multiplyBy(BEND);
  return [begin, begin.add(way.divideBy(2)).add(left), end];
}

/** Puts the head of lines of a width into the drawing, once, and says how it is called there. */
function headOf(svg, weight) {
  const id = `flow-head-${Math.round(weight)}`;
  if (document.getElementById(id)) return id;
  const size = Math.round(weight) + 12;
  const marker = document.createElementNS(SVG, "marker");
  const values = { id, class: "flow-head", viewBox: "0 0 10 10", refX: 5, refY: 5, markerWidth: size, markerHeight: size, markerUnits: "userSpaceOnUse", orient: "auto" };
  for (const [name, value] of Object.entries(values)) marker.setAttribute(name, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", "M0 0L10 5L0 10L3 5Z");
  marker.append(path);
  svg.prepend(marker);
  return id;
}

/** What is said of an arrow when it is pressed; words go in as text alone. */
function words({ title, text }) {
  const box = document.createElement("div");
  box.className = "place";
  for (const [kind, said] of [["place-title", title], ["meta", text]]) {
    const line = document.createElement("p");
    line.className = kind;
    line.textContent = said;
    box.append(line);
  }
  return box;
}

/** The button with the number, which turns with the way. */
function chip(map, arrow, at, angle, lines) {
  const L = window.L;
  const stays = angle === null;
  const icon = L.divIcon({ className: "flow-chip", html: `${stays ? STAY : WAY}<span></span>`, iconSize: null });
  const marker = L.marker(at, { icon, keyboard: true, zIndexOffset: arrow.number });
  const press = () => L.popup({ className: "place-popup", closeButton: false }).setLatLng(at).setContent(words(arrow)).openOn(map);
  asButton(marker, `${arrow.title}, ${arrow.text}`, press);
  marker.on("add", () => {
    const element = marker.getElement();
    element.querySelector("span").textContent = arrow.label;
    if (!stays) element.querySelector("svg").style.transform = `rotate(${angle}rad)`;
    const light = (on) => lines.forEach((line) => line.getElement()?.classList.toggle("lit", on));
    for (const [name, on] of [["focus", true], ["mouseenter", true], ["blur", false], ["mouseleave", false]])
      element.addEventListener(name, () => light(on));
  });
  return marker;
}

/** The part of the way at which the number hides no other one that is there already; the middle where all do. */
function freePart(map, bent, taken) {
  const at = (part) => map.latLngToContainerPoint(map.unproject(along(bent, part), PLANE));
  const free = ({ x, y }) => taken.every((other) => Math.abs(other.x - x) >= CHIP[0] || Math.abs(other.y - y) >= CHIP[1]);
  const part = PARTS.find((one) => free(at(one))) ?? PARTS[0];
  taken.push(at(part));
  return part;
}

function drawn(map, arrow, most, taken) {
  const L = window.L;
  const weight = widthOf(arrow.number, most);
  const there = [arrow.from[1], arrow.from[0]];
  if (arrow.from[0] === arrow.to[0] && arrow.from[1] === arrow.to[1]) {
    const ring = L.circleMarker(there, { radius: 24, weight: Math.min(weight, 8), className: "flow-line", interactive: false, fill: false });
    return [ring, chip(map, arrow, there, null, [ring])];
  }
  const bent = curve(map, arrow);
  const points = Array.from({ length: STEPS + 1 }, (_, step) => map.unproject(along(bent, (END * step) / STEPS), PLANE));
  const line = L.polyline(points, { weight, className: "flow-line", interactive: false, smoothFactor: 0 });
  line.on("add", () => {
    const path = line.getElement();
    path.setAttribute("marker-end", `url(#${headOf(path.ownerSVGElement, weight)})`);
  });
  const part = freePart(map, bent, taken);
  const way = along(bent, part + 0.02).subtract(along(bent, part - 0.02));
  return [line, chip(map, arrow, map.unproject(along(bent, part), PLANE), Math.atan2(way.y, way.x), [line])];
}

/** Shows the arrows that the page's JSON names, the largest number first. */
export function arrows(map) {
  const L = window.L;
  const { arrows: found } = JSON.parse(document.getElementById("map-config").textContent);
  if (!found.length) return void map.fire("framed");
  const ends = found.flatMap(({ from, to }) => [from, to]).map(([lon, lat]) => [lat, lon]);
  map.fitBounds(ends, { animate: false, padding: [36, 36], maxZoom: CLOSE_ZOOM });
  map.fire("framed");
  const most = Math.max(...found.map((arrow) => arrow.number));
  const taken = [];
  const layers = found.map((arrow) => drawn(map, arrow, most, taken));
  // Lines first, and then the buttons in the same order: so Tab goes from the largest to the smallest.
  L.layerGroup(layers.map(([line]) => line)).addTo(map);
  L.layerGroup(layers.map(([, button]) => button)).addTo(map);
}
