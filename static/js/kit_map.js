// What the script of the map of a kit builds on.

export { basemap, leaflet, started } from "./map.js";
export { kitPlaces } from "./map/kit_places.js";
