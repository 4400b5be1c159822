// What the script of the search's map builds on.

export { basemap, leaflet, started } from "./map.js";
export { circle } from "./map/circle.js";
export { pins } from "./map/pins.js";
