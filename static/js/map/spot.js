// The small map of a host's page: its pin, and smaller ones for what is near.

import { asButton, pinIcon, pinName } from "./markers.js";
import { covered } from "./merge.js";
import { obstacles } from "./labels.js";

/** Shows the page's own host and its neighbours, read from the page's JSON. */
export function spot(map) {
  const L = window.L;
  const { host, nearby } = JSON.parse(document.getElementById("spot")?.textContent || '{"host":null,"nearby":[]}');
  if (!host || host.lon === null || host.lat === null) return;
  const zooms = { address: 11, town: 10, area: 8 };
  map.setView([host.lat, host.lon], zooms[host.precision] ?? 10, { animate: false });
  map.fire("framed");
  for (const other of nearby) {
    const marker = L.marker([other.lat, other.lon], { icon: pinIcon(other.kind, { small: true }), keyboard: true });
    asButton(marker, pinName(other), () => location.assign(other.url));
    marker.addTo(map);
  }
  L.marker([host.lat, host.lon], { icon: pinIcon(host.kind), keyboard: false, interactive: false, zIndexOffset: 1000 }).addTo(map);
  const clear = () => {
    const zoom = map.getZoom();
    const at = map.project([host.lat, host.lon], zoom);
    obstacles.set(zoom, [covered({ pin: host, x: at.x, y: at.y })]);
  };
  map.on("zoomend", clear);
  clear();
}
