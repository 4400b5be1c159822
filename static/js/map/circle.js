// The circle of a search around a place, with a small mark at its centre.

import { say } from "../strings.js";

/** Gives the map `setCircle(centre, radiusKm)`: draws it, or takes it away when centre is null. Names keep off `searchCentre`. */
export function circle(map) {
  const L = window.L;
  const group = L.layerGroup().addTo(map);
  map.setCircle = (centre, radiusKm) => {
    group.clearLayers();
    map.searchCentre = centre;
    if (!centre) return null;
    const at = [centre.lat, centre.lon];
    const mark = L.marker(at, {
      icon: L.divIcon({ className: "centre-mark", iconSize: [16, 16] }),
      interactive: false,
      keyboard: false,
      alt: say("centre"),
      zIndexOffset: -1000,
    });
    group.addLayer(mark);
    if (!radiusKm) return null;
    const ring = L.circle(at, { radius: radiusKm * 1000, className: "search-circle", interactive: false });
    group.addLayer(ring);
    return ring.getBounds();
  };
}
