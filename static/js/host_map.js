// What the script of a host's map builds on.

export { basemap, leaflet, started } from "./map.js";
export { spot } from "./map/spot.js";
