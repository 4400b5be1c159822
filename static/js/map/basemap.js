// Land, sea, borders and names from our PMTiles file: fills below the pins, names above them.

import { language } from "../strings.js";
import { obstacles, PlaceNames } from "./labels.js";

const DAY = {
  sea: "#d6e6ee",
  land: "#faf7f1",
  water: "#cfe2ec",
  river: "#bcd6e4",
  coast: "#b9cdd8",
  border: "#b3a995",
  region: "#e0d8c9",
  ink: { country: "#7d725f", region: "#8f8673", town: "#3b4350" },
  halo: "#faf7f1",
};
const NIGHT = {
  sea: "#0f1b2a",
  land: "#1c2836",
  water: "#132133",
  river: "#22384f",
  coast: "#2c3f54",
  border: "#566377",
  region: "#2d3a4b",
  ink: { country: "#93a1b5", region: "#7a8aa0", town: "#c4cedb" },
  halo: "#1c2836",
};
const dark = matchMedia("(prefers-color-scheme: dark)");

const kind = (feature) => feature.props.kind ?? feature.props["pmap:kind"] ?? "";

function fills(colours) {
  const { PolygonSymbolizer, LineSymbolizer } = window.protomapsL;
  const line = (color, width, extra = {}) => new LineSymbolizer({ color, width, ...extra });
  const isLine = (feature) => feature.geomType === 2;
  const isCountry = (feature) => /country|^2$/.test(String(kind(feature)));
  return [
    { dataLayer: "earth", symbolizer: new PolygonSymbolizer({ fill: colours.land, stroke: colours.coast, width: 0.8 }) },
    { dataLayer: "water", symbolizer: new PolygonSymbolizer({ fill: colours.water }), filter: (_, f) => f.geomType === 3 },
    // Far nearer than the data was drawn for, rivers and region lines are straight strokes: leave them out.
    { dataLayer: "water", maxzoom: 9, symbolizer: line(colours.river, 0.9), filter: (_, f) => isLine(f) },
    { dataLayer: "boundaries", minzoom: 6, maxzoom: 11, symbolizer: line(colours.region, 0.9), filter: (_, f) => !isCountry(f) },
    { dataLayer: "boundaries", symbolizer: line(colours.border, 0.9), filter: (_, f) => isCountry(f) },
  ];
}

function names(colours) {
  const rule = (kinds, style) => ({
    dataLayer: "places",
    filter: (zoom, feature) => kinds.test(kind(feature)) && shown(zoom, feature),
    sort: (a, b) => size(b) - size(a),
    symbolizer: new PlaceNames({ language, colours, style }),
  });
  return [
    rule(/^country/, "country"),
    rule(/^(locality|city|town|place|capital)/, "town"),
    { ...rule(/^(region|state|province)/, "region"), minzoom: 7, maxzoom: 10 },
  ];
}

const size = (props) => Number(props.population ?? props.pop ?? props.population_rank ?? 0);

function shown(zoom, feature) {
  const least = feature.props.min_zoom ?? feature.props["pmap:min_zoom"];
  return least === undefined || zoom >= Number(least);
}

const FIRST_BYTES = 4096;

/**
 * The archive at this address, opened with its first 4 KB instead of the 16 KB that the library asks for.
 *
 * Our file's header and directory take under 3 KB; where they take more, the library has its way.
 */
function archive(url) {
  const { p } = new window.protomapsL.PmtilesSource(url, true);
  const once = p.source.getBytes.bind(p.source);
  // Where a page was left while it fetched, Chromium may fail on the part that it had begun to keep.
  const bytes = async (...asked) => {
    try {
      return await once(...asked);
    } catch (fault) {
      if (!(fault instanceof TypeError)) throw fault;
      p.source.mustReload = true;
      return await once(...asked).finally(() => (p.source.mustReload = false));
    }
  };
  p.source.getBytes = async (offset, length, ...rest) => {
    if (offset !== 0) return bytes(offset, length, ...rest);
    const start = await bytes(0, Math.min(length, FIRST_BYTES), ...rest);
    const header = new DataView(start.data);
    const end = Number(header.getBigUint64(8, true) + header.getBigUint64(16, true)); // where the directory ends
    return end <= start.data.byteLength ? start : bytes(0, length, ...rest);
  };
  return p;
}

/** Adds the base map once the map fires "framed". Fills and names are two layers over one store of tiles, so each tile is asked once. */
export function basemap(map, { maxDataZoom }) {
  const config = JSON.parse(document.getElementById("map-config")?.textContent || "{}");
  if (!config.basemap || !window.protomapsL) return;
  const pane = map.createPane("names");
  pane.classList.add("names-pane");
  const font = [document.fonts.load("600 13px Figtree"), document.fonts.load("500 12px Figtree")];
  const common = { url: archive(config.basemap), maxDataZoom, attribution: "", lang: language, noWrap: false, tasks: font };
  const { leafletLayer } = window.protomapsL;
  const ground = leafletLayer({ ...common, paintRules: [], labelRules: [] });
  const words = leafletLayer({ ...common, paintRules: [], labelRules: [], pane: "names" });
  words.views = ground.views;

  const colour = () => {
    const colours = dark.matches ? NIGHT : DAY;
    ground.backgroundColor = colours.sea;
    ground.paintRules = fills(colours);
    words.labelRules = names(colours);
    words.clearLayout();
  };
  colour();
  // Not before the page has put the map where it belongs, or tiles of another place are asked for too.
  map.once("framed", () => {
    ground.addTo(map);
    words.addTo(map);
  });
  dark.addEventListener("change", () => {
    colour();
    ground.rerenderTiles();
    words.rerenderTiles();
  });
  // Names step aside for pins and clusters: when those have moved, names are placed again.
  obstacles.addEventListener("change", () => {
    words.clearLayout();
    words.rerenderTiles();
  });
}
