// The map on which the pin of a host's place is set: by pressing, by dragging, or by moving the map.

import { mapReady } from "./map.js";
import { pinIcon } from "./map/markers.js";

const lon = document.getElementById("lon");
const lat = document.getElementById("lat");
const known = JSON.parse(document.getElementById("pin-known").textContent);

/** Enough digits for a door, in the form that the server reads. */
const written = (degrees) => degrees.toFixed(6);

mapReady.then((map) => {
  const L = window.L;
  let pin;
  const put = (at) => {
    if (pin) pin.setLatLng(at);
    else {
      pin = L.marker(at, { icon: pinIcon("host"), draggable: true, keyboard: false });
      pin.on("dragend", () => set(pin.getLatLng()));
      pin.addTo(map);
    }
  };
  const tell = () => lon.dispatchEvent(new Event("input", { bubbles: true }));
  const set = (at) => {
    lon.value = written(at.lng);
    lat.value = written(at.lat);
    put(at);
    tell();
  };
  const typed = () => {
    const at = [Number(lat.value.replace(",", ".")), Number(lon.value.replace(",", "."))];
    return lon.value && lat.value && at.every(Number.isFinite) ? at : null;
  };

  const at = typed() || (known.lon === null ? null : [known.lat, known.lon]);
  if (at) {
    map.setView(at, known.precision === "address" ? 13 : 11, { animate: false });
    put(at);
  }
  map.fire("framed");
  map.on("click", (event) => set(event.latlng));
  document.getElementById("pin-here").addEventListener("click", () => set(map.getCenter()));
  document.getElementById("pin-town").addEventListener("click", () => {
    lon.value = "";
    lat.value = "";
    if (pin && known.precision === "town") pin.setLatLng([known.lat, known.lon]);
    else if (pin) {
      pin.remove();
      pin = undefined;
    }
    tell();
  });
  for (const field of [lon, lat]) field.addEventListener("change", () => typed() && put(typed()));
});
