// Outlines of the areas in which people are shown, and who is shown in one of them.

import { ask } from "../ask.js";

export const MOST_PEOPLE = 50;
const PLACE = ["place", "where", "lon", "lat", "radius_km", "k", "box", "bbox", "zoom", "kind"];
export const AROUND = 1e-4; // degrees around the marker of an area, in which there is no other one

const outlines = new Map(); // key -> promise of a GeoJSON Feature, so that each is fetched once
const people = new Map(); // address -> promise of an answer

function once(known, key, fetched) {
  if (!known.has(key)) {
    const asked = fetched();
    known.set(key, asked);
    asked.then((answer) => answer || known.delete(key), () => known.delete(key));
  }
  return known.get(key);
}

/** The outline of an area as a GeoJSON Feature. Rejects when it could not be fetched. */
export function outlineOf(key) {
  return once(outlines, key, () => ask(`area ${key}`, `/api/areas/${encodeURIComponent(key)}`));
}

/** The search's answer of the people who stand at this point; asked is the address that brought the pins. */
export function peopleAt({ lon, lat }, asked) {
  const query = new URLSearchParams(new URL(asked, location.href).searchParams);
  for (const name of PLACE) query.delete(name);
  query.set("kind", "alumni");
  query.set("bbox", [lon - AROUND, lat - AROUND, lon + AROUND, lat + AROUND].map((side) => side.toFixed(5)).join(","));
  query.set("limit", MOST_PEOPLE);
  const url = `/api/search?${query}`;
  return once(people, url, () => ask(url, url));
}

/** An outline as a layer that takes no presses. */
export function outlineLayer(feature) {
  return window.L.geoJSON(feature, { interactive: false, style: { className: "area-outline" } });
}

/** Draws the outlines of the areas that are pointed at, focused or opened, each as long as it is. */
export class Areas {
  #map;
  #wished = new Map(); // why -> promise of a key
  #drawn = new Map(); // why -> { key, layer }

  constructor(map) {
    this.#map = map;
  }

  /** Draws one area for this reason; keyed is its key, or a promise of it. Without an outline the map stays as it is. */
  async show(why, keyed) {
    this.hide(why);
    const wish = Promise.resolve(keyed);
    this.#wished.set(why, wish);
    try {
      const key = await wish;
      const feature = key && (await outlineOf(key));
      if (!feature || this.#wished.get(why) !== wish) return;
      const same = [...this.#drawn.values()].find((other) => other.key === key);
      this.#drawn.set(why, { key, layer: same?.layer ?? outlineLayer(feature).addTo(this.#map) });
    } catch {
      // The outline explains; what it explains is said in words as well.
    }
  }

  /** Takes away what was drawn for this reason, unless another one still holds. */
  hide(why) {
    this.#wished.delete(why);
    const gone = this.#drawn.get(why);
    this.#drawn.delete(why);
    if (gone && ![...this.#drawn.values()].some(({ layer }) => layer === gone.layer)) gone.layer.remove();
  }
}
