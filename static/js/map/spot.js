// The small map of a page: its own pin or the outline of its area, and smaller pins for what is near.

import { AROUND, outlineLayer, outlineOf } from "./areas.js";
import { asButton, peopleIcon, peopleName, pinIcon, pinName } from "./markers.js";
import { covered, gathered } from "./merge.js";
import { obstacles } from "./labels.js";

/** Shows what the page's JSON names: its own host and its neighbours, or its area, or a person in one. */
export async function spot(map) {
  const L = window.L;
  const { host, nearby, area } = JSON.parse(document.getElementById("spot")?.textContent || '{"host":null,"nearby":[]}');
  const stands = host && host.lon !== null && host.lat !== null;
  if (!stands && !area) return;
  if (stands) {
    const zooms = { address: 11, town: 10, area: 8 };
    map.setView([host.lat, host.lon], zooms[host.precision] ?? 10, { animate: false });
  }
  if (area) await drawArea(map, area);
  map.fire("framed");
  for (const group of gathered(nearby)) {
    const [first] = group.pins;
    const several = group.count > 1;
    const icon = group.people ? peopleIcon(several ? group.count : 0, { small: true }) : pinIcon(first.kind, { small: true });
    const marker = L.marker([group.lat, group.lon], { icon, keyboard: true });
    asButton(marker, several ? peopleName(group) : pinName(first), () => location.assign(several ? listOf(group) : first.url));
    marker.addTo(map);
  }
  if (!stands) return;
  const people = host.kind === "alumni";
  const icon = people ? peopleIcon() : pinIcon(host.kind);
  L.marker([host.lat, host.lon], { icon, keyboard: false, interactive: false, zIndexOffset: 1000 }).addTo(map);
  const clear = () => {
    const zoom = map.getZoom();
    const at = map.project([host.lat, host.lon], zoom);
    obstacles.set(zoom, [covered({ pin: host, people, x: at.x, y: at.y })]);
  };
  map.on("zoomend", clear);
  clear();
}

/** The address of the list of the people who are shown at one point. */
function listOf({ lon, lat }) {
  const sides = [lon - AROUND, lat - AROUND, lon + AROUND, lat + AROUND];
  return `/?kind=alumni&bbox=${sides.map((side) => side.toFixed(5)).join(",")}`;
}

/** Draws the outline of an area and frames it. Where it cannot be fetched, the map stays where it is. */
async function drawArea(map, key) {
  try {
    const outline = outlineLayer(await outlineOf(key)).addTo(map);
    map.fitBounds(outline.getBounds(), { animate: false, padding: [24, 24], maxZoom: 11 });
  } catch {
    // The words beside the map say the same.
  }
}
