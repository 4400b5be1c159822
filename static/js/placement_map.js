// What the script of the map of a placing, or of towns for a group, builds on.

export { basemap, leaflet, started } from "./map.js";
export { placements } from "./map/placements.js";
