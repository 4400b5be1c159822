// The map of a kit: its town, its places, and no farther than the base map around it goes.

import { obstacles } from "./labels.js";
import { asButton, pinIcon } from "./markers.js";
import { covered } from "./merge.js";

const CLOSE_ZOOM = 11; // up to which the first look comes near

/** What a pin says when it is pressed. The words go in as text alone. */
function words({ name, label }) {
  const box = document.createElement("div");
  box.className = "place";
  for (const [kind, text] of [["place-title", name], ["meta", label]]) {
    const line = document.createElement("p");
    line.className = kind;
    line.textContent = text;
    line.dir = "auto";
    if (text) box.append(line);
  }
  return box;
}

const at = ({ x, y }) => ({ x, y });

/** Shows what the page's JSON names. */
export function kitPlaces(map) {
  const L = window.L;
  const { town, places, box, least_zoom: least } = JSON.parse(document.getElementById("map-config").textContent);
  const points = [town, ...places].map(({ lat, lon }) => [lat, lon]);
  map.fitBounds(points, { animate: false, padding: [40, 50], maxZoom: CLOSE_ZOOM });
  // Only now: a map that is farther out would move there with an animation, past what was just framed.
  map.setMinZoom(least);
  map.setMaxBounds(box);
  map.fire("framed");
  for (const place of places) {
    const marker = L.marker([place.lat, place.lon], { icon: pinIcon("kit", { small: true }), keyboard: true });
    const popup = () => L.popup({ className: "place-popup", offset: [0, -24], closeButton: false }).setLatLng([place.lat, place.lon]).setContent(words(place)).openOn(map);
    asButton(marker, [place.name, place.label].filter(Boolean).join(", "), popup);
    marker.addTo(map);
  }
  L.marker([town.lat, town.lon], { icon: pinIcon("kit"), keyboard: false, interactive: false, zIndexOffset: -1000 }).addTo(map);
  const clear = () => {
    const zoom = map.getZoom();
    const boxes = points.map((point) => covered({ pin: town, people: false, ...at(map.project(point, zoom)) }));
    obstacles.set(zoom, boxes);
  };
  map.on("zoomend", clear);
  clear();
}
