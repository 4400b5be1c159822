// Place names that keep clear of each other and of the pins.

/** What names must not cover: boxes in pixels of the whole world at one zoom level. */
class Obstacles extends EventTarget {
  #zoom = -1;
  #boxes = [];
  #key = "";

  set(zoom, boxes) {
    const key = `${zoom}:${boxes.map((box) => `${box.minX | 0},${box.minY | 0},${box.maxX | 0}`).sort().join(";")}`;
    if (key === this.#key) return;
    this.#key = key;
    this.#zoom = zoom;
    this.#boxes = boxes;
    this.dispatchEvent(new Event("change"));
  }

  hit(zoom, box) {
    if (zoom !== this.#zoom) return false;
    return this.#boxes.some(
      (other) => other.minX < box.maxX && other.maxX > box.minX && other.minY < box.maxY && other.maxY > box.minY,
    );
  }
}

export const obstacles = new Obstacles();

const FAMILY = "Figtree, system-ui, sans-serif";

function look(style, zoom, props) {
  const people = Number(props.population ?? props.pop ?? 0);
  if (style === "country") return { size: zoom < 5 ? 11 : 12.5, weight: 600, spacing: 1.4, upper: true };
  if (style === "region") return { size: 12, weight: 500, spacing: 0.4, upper: false };
  const large = people > 1e6 ? 2 : people > 2e5 ? 1 : 0;
  return { size: [11.5, 12.5, 13.5][large], weight: large ? 600 : 500, spacing: 0, upper: false, dot: true };
}

/** Draws a name beside its dot (towns) or over its point (countries, regions), where there is room. */
export class PlaceNames {
  constructor({ language, colours, style }) {
    this.language = language;
    this.colours = colours;
    this.style = style;
  }

  place(layout, geom, feature) {
    const { props } = feature;
    const own = props[`name:${this.language}`] || props.name;
    if (!own) return undefined;
    const type = look(this.style, layout.zoom, props);
    const text = type.upper ? own.toLocaleUpperCase(this.language) : own;
    const font = `${type.weight} ${type.size}px ${FAMILY}`;
    layout.scratch.font = font;
    const width = layout.scratch.measureText(text).width + type.spacing * (text.length - 1);
    const at = geom[0][0];
    const reach = Math.min(34, 26 * 2 ** (layout.zoom - Number(props.min_zoom ?? layout.zoom)));
    const spot = this.#spots(at, width, type, reach).find(
      (box) => !obstacles.hit(layout.zoom, box) && !layout.index.bboxCollides(box, Infinity),
    );
    if (!spot) return undefined;
    const draw = (canvas) => this.#draw(canvas, { text, font, type, dx: spot.x - at.x, dy: spot.y - at.y });
    const boxes = [spot];
    if (type.dot) boxes.push({ minX: at.x - 3, minY: at.y - 3, maxX: at.x + 3, maxY: at.y + 3 });
    return [{ anchor: at, bboxes: boxes, draw, deduplicationKey: text, deduplicationDistance: 120 }];
  }

  /** The boxes to try, best first, each with the left end of the text's base line. */
  #spots(at, width, type, reach) {
    const high = type.size;
    const box = (x, y) => ({ x, y, minX: x - 3, maxX: x + width + 3, minY: y - high * 0.8 - 3, maxY: y + high * 0.25 + 3 });
    const middle = at.x - width / 2;
    const line = at.y + high * 0.35;
    if (!type.dot) {
      // The larger a country, the further its name may stand from its middle.
      const steps = [[0, 0], [0, -1], [0, 1], [-1, 0], [1, 0], [-1, -1], [1, 1], [1, -1], [-1, 1]];
      return [0.5, 1].flatMap((part) => steps.map(([dx, dy]) => box(middle + dx * part * reach, line + dy * part * reach)));
    }
    return [
      box(at.x + 6, line),
      box(at.x - 6 - width, line),
      box(middle, at.y + high + 3),
      box(middle, at.y - 7),
      // Further off, for a town under the mark of the search's centre.
      box(at.x + 14, line),
      box(at.x - 14 - width, line),
    ];
  }

  #draw(canvas, { text, font, type, dx, dy }) {
    canvas.globalAlpha = 1;
    if (type.dot) {
      canvas.beginPath();
      canvas.arc(0, 0, 2.2, 0, 2 * Math.PI);
      canvas.fillStyle = this.colours.ink.town;
      canvas.fill();
    }
    canvas.font = font;
    canvas.letterSpacing = `${type.spacing}px`;
    canvas.lineJoin = "round";
    canvas.lineWidth = 3.5;
    canvas.strokeStyle = this.colours.halo;
    canvas.strokeText(text, dx, dy);
    canvas.fillStyle = this.colours.ink[this.style];
    canvas.fillText(text, dx, dy);
  }
}
