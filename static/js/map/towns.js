// Chooses the town nearest to a press. All towns are here, so nobody is told where the press was.

import { pinIcon } from "./markers.js";

const FARTHEST_KM = 40;
const CLOSE_ZOOM = 9; // from which a press can mean one town
const KM_PER_DEGREE = 111.2;

/** The towns of the file as [{id, name, country, lon, lat}]. */
function read({ per_degree: scale, countries }) {
  return Object.entries(countries).flatMap(([country, { names, ids, lons, lats }]) => {
    let id = 0;
    return names.map((name, at) => ({ id: (id += ids[at]), name, country, lon: lons[at] / scale, lat: lats[at] / scale }));
  });
}

/** The town nearest to a point, null where none is within FARTHEST_KM. */
function nearest(towns, { lat, lng }) {
  const narrow = Math.cos((lat * Math.PI) / 180);
  let best = null;
  let least = FARTHEST_KM / KM_PER_DEGREE;
  for (const town of towns) {
    const away = Math.hypot((town.lon - lng) * narrow, town.lat - lat);
    if (away >= least) continue;
    best = town;
    least = away;
  }
  return best;
}

/** A press tells the element around the map of the nearest town, as the event "town"; its detail is null for none. */
export function towns(map) {
  const L = window.L;
  const frame = map.getContainer().closest("[data-towns]");
  const tell = (name, detail) => frame.dispatchEvent(new CustomEvent(name, { detail }));
  let known = [];
  let pin;
  map.fire("framed");
  map.on("click", ({ latlng }) => {
    if (!known.length) return;
    const town = nearest(known, latlng);
    tell("town", town);
    if (!town) return;
    const at = [town.lat, town.lon];
    if (pin) pin.setLatLng(at);
    else pin = L.marker(at, { icon: pinIcon("alumni"), interactive: false, keyboard: false }).addTo(map);
    if (map.getZoom() < CLOSE_ZOOM) map.setView(at, CLOSE_ZOOM);
  });
  fetch(frame.dataset.towns)
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
    .then((file) => {
      known = read(file);
      tell("towns");
    })
    .catch(() => tell("townsfailed"));
}
