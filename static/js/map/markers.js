// How pins and clusters look. Kind is told by colour, by glyph and, for kits, by shape.

import { say, sayCount, shortCount } from "../strings.js";

const KINDS = ["host", "alumni", "kit", "offer"];

/** A marker's picture of static parts only: no text from a person ever goes through here. */
export function pinIcon(kind, { small = false } = {}) {
  const known = KINDS.includes(kind) ? kind : "host";
  const shape = known === "kit" ? "pin-square" : "pin";
  const size = small ? [24, 30] : [36, 44];
  return window.L.divIcon({
    className: `pin kind-${known}${small ? " pin-small" : ""}`,
    html: `<svg class="pin-body" aria-hidden="true"><use href="#${shape}"/></svg><svg class="pin-glyph" aria-hidden="true"><use href="#i-${known}"/></svg>`,
    iconSize: size,
    iconAnchor: [size[0] / 2, size[1] - 2],
  });
}

/** A round badge for the people of one area, with their count where there is one: nobody is at its middle. */
export function peopleIcon(count = 0, { small = false } = {}) {
  const size = small ? 26 : 38;
  return window.L.divIcon({
    className: `people kind-alumni${small ? " people-small" : ""}`,
    html: `<svg class="people-glyph" aria-hidden="true"><use href="#i-alumni"/></svg>${count ? `<span>${shortCount(count)}</span>` : ""}`,
    iconSize: [size, size],
  });
}

/** The radius in pixels of a cluster's disc: 16 for two, 30 for tens of thousands. */
export function clusterRadius(count) {
  return Math.min(30, Math.round(15 + 4 * Math.log10(count)));
}

/** A white disc with its count and a ring split by kind. */
export function clusterIcon(count, kinds) {
  const radius = clusterRadius(count);
  const ring = radius - 2.25;
  const around = 2 * Math.PI * ring;
  let done = 0;
  const arcs = KINDS.filter((kind) => kinds[kind] > 0).map((kind) => {
    const length = (around * kinds[kind]) / count;
    const arc = `<circle class="arc kind-${kind}" cx="${radius}" cy="${radius}" r="${ring}" stroke-dasharray="${length} ${around - length}" stroke-dashoffset="${-done}" transform="rotate(-90 ${radius} ${radius})"/>`;
    done += length;
    return arc;
  });
  return window.L.divIcon({
    className: "cluster",
    html: `<svg width="${2 * radius}" height="${2 * radius}" aria-hidden="true"><circle class="disc" cx="${radius}" cy="${radius}" r="${radius - 1}"/>${arcs.join("")}</svg><span>${shortCount(count)}</span>`,
    iconSize: [2 * radius, 2 * radius],
  });
}

/** Makes a marker a named button that Enter and the space bar press. */
export function asButton(marker, name, press) {
  const dress = () => {
    const element = marker.getElement();
    element.setAttribute("role", "button");
    element.setAttribute("aria-label", name);
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      press();
    });
  };
  marker.on("add", dress);
  marker.on("click", press);
}

export function pinName(pin) {
  const parts = [pin.title, say(`kind_${pin.kind}`)];
  if (pin.sample) parts.push(say("sample"));
  return parts.join(", ");
}

/** What a badge is called: how many people, and their names where they are few. */
export function peopleName({ count, pins }) {
  const name = sayCount("people", count);
  if (pins.length < count || count > 3) return name;
  const samples = pins.every((pin) => pin.sample) ? `, ${say("sample")}` : "";
  return `${name}: ${pins.map((pin) => pin.title).join(", ")}${samples}`;
}

export function clusterName(cluster, canGrow) {
  return sayCount(canGrow ? "cluster" : "stack", cluster.count);
}
