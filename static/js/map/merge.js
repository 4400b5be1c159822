// Clusters and pins as they will be seen: what touches on the screen becomes one cluster.

import { clusterRadius } from "./markers.js";

const PIN_RADIUS = 15;
const PIN_APART = 24; // nearer than this, two pins cannot be pressed apart
const PIN_RISE = 25; // the centre of a pin's head stands this far above its point

const PEOPLE_RADIUS = 19;
const NO_SIZE = 1e-4; // degrees; a box below it is a point

function disc(group) {
  if (group.people) return { x: group.x, y: group.y, r: PEOPLE_RADIUS };
  if (group.pin) return { x: group.x, y: group.y - PIN_RISE, r: PIN_RADIUS };
  return { x: group.x, y: group.y, r: clusterRadius(group.count) };
}

function touch(a, b, gap) {
  const one = disc(a);
  const two = disc(b);
  // Two pins may overlap a little and still be told apart and pressed.
  const reach = a.pin && b.pin ? PIN_APART : one.r + two.r + gap;
  return Math.hypot(one.x - two.x, one.y - two.y) < reach;
}

function join(a, b) {
  const count = a.count + b.count;
  const kinds = { ...a.kinds };
  for (const [kind, n] of Object.entries(b.kinds)) kinds[kind] = (kinds[kind] || 0) + n;
  const mean = (one, two) => (one * a.count + two * b.count) / count;
  return {
    count,
    kinds,
    pin: null,
    pins: [...a.pins, ...b.pins],
    x: mean(a.x, b.x),
    y: mean(a.y, b.y),
    lon: mean(a.lon, b.lon),
    lat: mean(a.lat, b.lat),
    box: [
      Math.min(a.box[0], b.box[0]),
      Math.min(a.box[1], b.box[1]),
      Math.max(a.box[2], b.box[2]),
      Math.max(a.box[3], b.box[3]),
    ],
  };
}

/** Whether a cluster is people of one area: they stand at one point, which nothing takes apart. */
function ofOneArea({ count, kinds, box }) {
  return kinds.alumni === count && box[2] - box[0] < NO_SIZE && box[3] - box[1] < NO_SIZE;
}

/** People's pins as one group for each area, and all other pins alone. */
export function gathered(pins) {
  const areas = new Map();
  const groups = [];
  for (const pin of pins) {
    const people = pin.kind === "alumni";
    const key = `${pin.lon},${pin.lat}`;
    const known = people && areas.get(key);
    if (known) {
      known.pins.push(pin);
      known.count = known.kinds.alumni = known.pins.length;
      continue;
    }
    const box = [pin.lon, pin.lat, pin.lon, pin.lat];
    const group = { pin: people ? null : pin, people, pins: [pin], count: 1, kinds: { [pin.kind]: 1 }, lon: pin.lon, lat: pin.lat, box };
    if (people) areas.set(key, group);
    groups.push(group);
  }
  return groups;
}

/**
 * Groups of the answer's clusters and pins, largest first, none touching another.
 *
 * Each has count, kinds, box, lon, lat, its pixel x, y, the pins it swallowed, `pin` where it is one pin
 * alone, and `people` where it is the people of one area and nothing else. project turns (lon, lat) into pixels.
 */
export function merged(answer, project, gap) {
  const at = (thing) => project(thing.lon, thing.lat);
  let groups = [
    ...answer.clusters.map((cluster) => ({ ...cluster, ...at(cluster), pin: null, people: ofOneArea(cluster), pins: [] })),
    ...gathered(answer.pins).map((group) => ({ ...group, ...at(group) })),
  ].sort((a, b) => b.count - a.count || a.lon - b.lon || a.lat - b.lat);
  for (let round = 0; round < 8; round++) {
    const next = [];
    for (const group of groups) {
      const other = next.findIndex((done) => touch(done, group, gap));
      if (other < 0) next.push(group);
      else next[other] = join(next[other], group);
    }
    const settled = next.length === groups.length;
    groups = next;
    if (settled) break;
  }
  return groups;
}

/** The boxes, in pixels, that a group covers; names keep out of them. */
export function covered(group) {
  const { x, y, r } = disc(group);
  if (group.people || !group.pin) return { minX: x - r, minY: y - r, maxX: x + r, maxY: y + r };
  return { minX: x - r, minY: y - r, maxX: x + r, maxY: y + PIN_RADIUS };
}
