// What the script of a map inside another site builds on.

export { basemap, leaflet, started } from "./map.js";
export { circle } from "./map/circle.js";
export { pins } from "./map/pins.js";
