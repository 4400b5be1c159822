// Who goes where: hosts or towns as pins, base and homes as marks, and lines between them. The list beside says the same.

import { dialog, element, resize } from "./dialog.js";
import { obstacles } from "./labels.js";
import { asButton, pinIcon } from "./markers.js";
import { covered } from "./merge.js";

const CLOSE_ZOOM = 10; // up to which the first look comes near
const MARK_PX = 22;
const WIDEST_LINE_PX = 7;

/** A round mark for the base and a square one for a home: told apart by shape. */
function markIcon(kind) {
  return window.L.divIcon({ className: `start-mark start-${kind === "base" ? "base" : "home"}`, iconSize: [MARK_PX, MARK_PX] });
}

/** The dialog of a place: what the page's JSON says of it, as text. */
function open(map, marker, place) {
  const { box, popup } = dialog(map, marker, place.title, place.kind === "host" ? -34 : -8);
  for (const line of place.about) {
    const said = element("p", "meta", line);
    said.dir = "auto";
    box.append(said);
  }
  if (place.url) {
    const link = element("a", "", place.open);
    link.href = place.url;
    const last = element("p", "place-actions");
    last.append(link);
    box.append(last);
  }
  resize(popup, box);
}

/** Shows what the page's JSON names. */
export function placements(map) {
  const L = window.L;
  const { places, lines, circle } = JSON.parse(document.getElementById("map-config").textContent);
  if (!places.length) return;
  const bounds = L.latLngBounds(places.map(({ lat, lon }) => [lat, lon]));
  if (circle) {
    const ring = L.circle([circle.lat, circle.lon], { radius: circle.km * 1000, className: "search-circle", interactive: false }).addTo(map);
    bounds.extend(ring.getBounds());
  }
  map.fitBounds(bounds, { animate: false, padding: [44, 50], maxZoom: CLOSE_ZOOM });
  map.fire("framed");
  for (const { from, to, count } of lines) {
    const weight = Math.min(WIDEST_LINE_PX, 1.5 + Math.sqrt(count));
    for (const [className, extra] of [["way-edge", 2.5], ["way", 0]]) {
      L.polyline([from, to].map(([lon, lat]) => [lat, lon]), { className, weight: weight + extra, interactive: false }).addTo(map);
    }
  }
  for (const place of places) {
    const host = place.kind === "host";
    const icon = host ? pinIcon("host") : markIcon(place.kind);
    const marker = L.marker([place.lat, place.lon], { icon, keyboard: true, zIndexOffset: host ? 0 : -1000 });
    asButton(marker, [place.title, ...place.about].join(", "), () => open(map, marker, place));
    marker.addTo(map);
  }
  const clear = () => {
    const zoom = map.getZoom();
    const boxes = places.map((place) => {
      const { x, y } = map.project([place.lat, place.lon], zoom);
      return covered({ pin: place, people: false, x, y });
    });
    obstacles.set(zoom, boxes);
  };
  map.on("zoomend", clear);
  clear();
}
