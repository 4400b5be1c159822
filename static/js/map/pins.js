// Pins and clusters of what the map shows. One question per view; a pin stays the same element between answers.

import { ask } from "../ask.js";
import { noNote, note } from "../note.js";
import { say } from "../strings.js";
import { Areas, peopleAt } from "./areas.js";
import { obstacles } from "./labels.js";
import { asButton, clusterIcon, clusterName, peopleIcon, peopleName, pinIcon, pinName } from "./markers.js";
import { covered, merged } from "./merge.js";

/** The visible box as the server takes it: w,s,e,n rounded outwards to four decimals, within the world. */
export function visibleBox(map) {
  const bounds = map.getBounds();
  const out = (value, up, limit) => {
    const rounded = (up ? Math.ceil(value * 1e4) : Math.floor(value * 1e4)) / 1e4;
    return Math.max(-limit, Math.min(limit, rounded));
  };
  return [
    out(bounds.getWest(), false, 180),
    out(bounds.getSouth(), false, 90),
    out(bounds.getEast(), true, 180),
    out(bounds.getNorth(), true, 90),
  ];
}

// The dialogs come when the first one is opened: a first visit need not wait for them.
const dialogs = () => import("./popup.js");

class Pins extends EventTarget {
  #map;
  #gap;
  #layer;
  #pins = new Map(); // id -> { marker, group }
  #clusters = new Map(); // key -> { marker, group }
  #people = new Map(); // place of an area's marker and count -> { marker, group }
  #asked = "";
  #lit = null;

  constructor(map, gap) {
    super();
    this.#map = map;
    this.#gap = gap;
    this.#layer = window.L.layerGroup().addTo(map);
    map.areas = new Areas(map);
    map.on("popupclose", () => map.areas.hide("opened"));
  }

  /**
   * Shows what the search finds in the visible box; gives its total, or null when it failed or was overtaken.
   *
   * params are the search's own, without a box.
   */
  async load(params, { again = false } = {}) {
    const query = new URLSearchParams(params);
    for (const name of ["page", "sort", "limit"]) query.delete(name);
    query.set("box", visibleBox(this.#map).join(","));
    query.set("zoom", this.#map.getZoom());
    const url = `/api/viewport?${query}`;
    if (url === this.#asked && !again) return null;
    this.#asked = url;
    let answer;
    try {
      answer = await ask("pins", url);
    } catch {
      this.#asked = "";
      note(say("pins_failed"), { label: say("retry"), run: () => this.load(params) });
      return null;
    }
    if (!answer) return null;
    noNote();
    this.#show(answer);
    this.dispatchEvent(new CustomEvent("loaded", { detail: answer.total }));
    return answer.total;
  }

  #show(answer) {
    const map = this.#map;
    const zoom = map.getZoom();
    const groups = merged(answer, (lon, lat) => map.project([lat, lon], zoom), this.#gap);
    const pins = new Map();
    const clusters = new Map();
    const people = new Map();
    for (const group of groups) {
      if (group.pin) pins.set(String(group.pin.id), group);
      else if (group.people) people.set(`${group.lon},${group.lat},${group.count}`, group);
      else clusters.set(`${group.lon.toFixed(5)},${group.lat.toFixed(5)},${group.count},${zoom}`, group);
    }
    this.#keep(this.#pins, pins, (group) => this.#pinMarker(group));
    this.#keep(this.#people, people, (group) => this.#peopleMarker(group));
    this.#keep(this.#clusters, clusters, (group) => this.#clusterMarker(group));
    const boxes = groups.map(covered);
    if (map.searchCentre) {
      const { x, y } = map.project([map.searchCentre.lat, map.searchCentre.lon], zoom);
      boxes.push({ minX: x - 9, minY: y - 9, maxX: x + 9, maxY: y + 9 });
    }
    obstacles.set(zoom, boxes);
    if (this.#lit) this.light(this.#lit.id, this.#lit.at);
  }

  /** Takes away what is no longer there, adds what is new, and leaves the rest alone, focus included. */
  #keep(present, wanted, make) {
    for (const [key, { marker }] of present) {
      if (wanted.has(key)) continue;
      this.#layer.removeLayer(marker);
      present.delete(key);
    }
    for (const [key, group] of wanted) {
      const old = present.get(key);
      if (old) old.group = group;
      else {
        const marker = make(group);
        present.set(key, { marker, group });
        this.#layer.addLayer(marker);
      }
    }
  }

  #pinMarker({ pin }) {
    const marker = window.L.marker([pin.lat, pin.lon], { icon: pinIcon(pin.kind), keyboard: true, riseOnHover: true });
    asButton(marker, pinName(pin), () => this.open(pin, marker));
    marker.on("mouseover", () => this.#tell("point", pin.id));
    marker.on("mouseout", () => this.#tell("leave", pin.id));
    marker.on("add", () => {
      const element = marker.getElement();
      element.dataset.pin = pin.id;
      element.addEventListener("focus", () => this.#tell("point", pin.id));
      element.addEventListener("blur", () => this.#tell("leave", pin.id));
    });
    return marker;
  }

  /** The badge of the people of one area, which is outlined while the badge is pointed at, focused or opened. */
  #peopleMarker(group) {
    const marker = window.L.marker([group.lat, group.lon], { icon: peopleIcon(group.count), keyboard: true, riseOnHover: true });
    const { areas } = this.#map;
    const show = (why) => areas.show(why, this.#areaOf(group));
    asButton(marker, peopleName(group), () => this.#openPeople(group, marker));
    marker.on("mouseover", () => show("pointed"));
    marker.on("mouseout", () => areas.hide("pointed"));
    marker.on("add", () => {
      const element = marker.getElement();
      element.addEventListener("focus", () => show("focused"));
      element.addEventListener("blur", () => areas.hide("focused"));
    });
    marker.on("remove", () => ["pointed", "focused"].forEach((why) => areas.hide(why)));
    return marker;
  }

  async #areaOf(group) {
    const answer = await peopleAt(group, this.#asked);
    return answer?.items[0]?.stay?.area;
  }

  async #openPeople(group, marker) {
    const { openPeople } = await dialogs();
    openPeople(this.#map, marker, group, peopleAt(group, this.#asked));
    this.#map.areas.show("opened", this.#areaOf(group));
  }

  #clusterMarker(group) {
    const canGrow = this.#canGrow(group);
    const marker = window.L.marker([group.lat, group.lon], { icon: clusterIcon(group.count, group.kinds), keyboard: true });
    asButton(marker, clusterName(group, canGrow), () => this.#enter(group, marker));
    return marker;
  }

  #tell(name, id) {
    this.dispatchEvent(new CustomEvent(name, { detail: String(id) }));
  }

  /** Whether zooming in can take the group apart. */
  #canGrow({ box }) {
    return this.#map.getZoom() < this.#map.getMaxZoom() && (box[2] - box[0] > 1e-4 || box[3] - box[1] > 1e-4);
  }

  #enter(group, marker) {
    const { box } = group;
    if (!this.#canGrow(group)) {
      this.#openStack(group, marker);
      return;
    }
    this.#map.once("moveend", () => this.#map.getContainer().focus({ preventScroll: true }));
    const bounds = [[box[1], box[0]], [box[3], box[2]]];
    const room = { paddingTopLeft: [50, 110], paddingBottomRight: [50, 40], maxZoom: this.#map.getMaxZoom() };
    if (this.#map.getBoundsZoom(bounds, false, [100, 150]) > this.#map.getZoom()) this.#map.fitBounds(bounds, room);
    else this.#map.setView([(box[1] + box[3]) / 2, (box[0] + box[2]) / 2], this.#map.getZoom() + 1);
  }

  async #openStack(group, marker) {
    let pins = group.pins;
    if (pins.length < group.count) {
      const [w, s, e, n] = group.box;
      const query = new URLSearchParams(new URL(this.#asked, location.href).searchParams);
      query.set("box", [w - 1e-4, s - 1e-4, e + 1e-4, n + 1e-4].map((x) => x.toFixed(5)).join(","));
      query.set("zoom", "22");
      try {
        const answer = await ask("stack", `/api/viewport?${query}`);
        if (!answer) return;
        pins = answer.pins;
      } catch {
        note(say("details_failed"));
        return;
      }
    }
    const { openStack } = await dialogs();
    openStack(this.#map, marker, group.count, pins, (pin) => this.open(pin, marker));
  }

  /** Opens the small dialog of one pin at its marker. */
  async open(pin, marker) {
    const { openPlace } = await dialogs();
    openPlace(this.#map, marker, pin);
  }

  /** Lights the pin of a listing, or the cluster that holds it; without an id, puts the light out. */
  light(id = null, at = null) {
    for (const element of this.#map.getContainer().querySelectorAll(".lit")) element.classList.remove("lit");
    this.#lit = id && { id, at };
    if (id) this.#holder(id, at)?.getElement()?.classList.add("lit");
  }

  #holder(id, at) {
    const pin = this.#pins.get(String(id));
    if (pin) return pin.marker;
    const clusters = [...this.#people.values(), ...this.#clusters.values()];
    const own = clusters.find(({ group }) => group.pins.some((other) => String(other.id) === String(id)));
    if (own || !at) return own?.marker ?? null;
    const near = clusters
      .filter(({ group: { box } }) => at.lon >= box[0] - 1e-6 && at.lon <= box[2] + 1e-6 && at.lat >= box[1] - 1e-6 && at.lat <= box[3] + 1e-6)
      .sort((a, b) => this.#far(a, at) - this.#far(b, at));
    return near[0]?.marker ?? null;
  }

  #far({ group }, at) {
    return this.#map.distance([group.lat, group.lon], [at.lat, at.lon]);
  }

  /** Brings one listing into view, near enough to stand alone where it can, and opens it. */
  async reveal(pin, params) {
    const map = this.#map;
    const at = [pin.lat, pin.lon];
    const zoom = this.#pins.has(String(pin.id)) ? map.getZoom() : Math.max(map.getZoom(), 12);
    map.setView(at, zoom, { animate: false });
    await this.load(params, { again: true });
    const held = this.#pins.get(String(pin.id));
    const marker = held?.marker ?? this.#holder(pin.id, pin);
    this.open(held?.group.pin ?? pin, marker ?? window.L.marker(at, { icon: pin.kind === "alumni" ? peopleIcon() : pinIcon(pin.kind) }));
  }
}

/** Gives the map `pins`, see the class above. */
export function pins(map, { gap }) {
  map.pins = new Pins(map, gap);
}
