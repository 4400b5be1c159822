// What the script of the map of stays from place to place builds on.

export { basemap, leaflet, started } from "./map.js";
export { arrows } from "./map/arrows.js";
