// What the scripts of all maps (made by Folium, see mapsvc/maps) build on, and what pages ask of the map.

import { basemap } from "./map/basemap.js";

const leaflet = window.L;

// Motion is off for those who asked for less of it, before any map is made.
if (matchMedia("(prefers-reduced-motion: reduce)").matches)
  leaflet.Map.mergeOptions({ zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false });

let announce;
/** The Leaflet map of this page, once its script has run. */
const mapReady = new Promise((resolve) => (announce = resolve));

/** Called at the end of a map's script: buttons, names for screen readers, then the page's own part. */
function started(map) {
  const box = map.getContainer();
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", box.closest("[aria-label]")?.getAttribute("aria-label") || "");
  leaflet.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  const zoom = box.parentElement.querySelector(".zoom");
  zoom?.addEventListener("click", (event) => {
    const step = Number(event.target.closest("[data-zoom]")?.dataset.zoom);
    if (step > 0) map.zoomIn();
    if (step < 0) map.zoomOut();
  });
  const limits = () => {
    zoom?.querySelector('[data-zoom="1"]').toggleAttribute("disabled", map.getZoom() >= map.getMaxZoom());
    zoom?.querySelector('[data-zoom="-1"]').toggleAttribute("disabled", map.getZoom() <= map.getMinZoom());
  };
  map.on("zoomend", limits);
  limits();
  const frame = box.parentElement;
  map.on("popupopen", () => frame.classList.add("has-popup"));
  map.on("popupclose", () => frame.classList.remove("has-popup"));
  announce(map);
}

export { basemap, leaflet, mapReady, started };
