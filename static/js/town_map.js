// What the script of the map builds on, on which a town is chosen.

export { basemap, leaflet, started } from "./map.js";
export { towns } from "./map/towns.js";
