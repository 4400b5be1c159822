// What the script of the map of regions builds on.

export { basemap, leaflet, started } from "./map.js";
export { regions } from "./map/regions.js";
