// Small dialogs at a place of the map. All that comes from a record is set as text, never as markup.

import { ask } from "../ask.js";
import { framed, outward } from "../framed.js";
import { language, say, sayCount } from "../strings.js";
import { dialog, element, icon, resize } from "./dialog.js";
import { pinName } from "./markers.js";

const STACK_LIMIT = 50;
// Inside another site nothing is kept in the browser.
const shortlist = framed ? null : import("../shortlist.js");
const OPENERS = { alumni: "open_stay", kit: "open_kit" };

/** The dialog of one listing: what the pin knows at once, the rest as soon as it is there. */
export async function openPlace(map, marker, pin) {
  const { box, heading, popup } = dialog(map, marker, pin.title, marker.options.icon.options.className.startsWith("pin") ? -34 : -8);
  const top = element("p", "place-kind");
  const kind = element("span", `mark kind-${pin.kind}`, say(`kind_${pin.kind}`));
  top.append(kind);
  if (pin.sample) top.append(" ", element("span", "mark mark-sample", say("sample")));
  box.insertBefore(top, heading);
  const rest = element("div", "place-rest");
  rest.append(element("p", "meta", say("loading")));
  box.append(rest);
  try {
    const details = await ask("place", `/api/listing/${encodeURIComponent(pin.id)}${framed ? `?lang=${language}` : ""}`);
    if (!details) return;
    rest.replaceChildren(...described(details, pin));
    if (details.stay && popup.isOpen()) map.areas?.show("opened", details.stay.area);
    shortlist?.then(({ show }) => show(rest));
  } catch {
    rest.replaceChildren(element("p", "meta", say("details_failed")));
  }
  resize(popup, box);
}

function described(details, pin) {
  const parts = [];
  const where = element("p", "meta", details.stay?.where ?? [details.place, details.country_label || details.country].filter(Boolean).join(", "));
  where.dir = "auto";
  parts.push(where);
  if (details.stay) parts.push(stayLine(details.stay));
  if (details.tags?.length) {
    const tags = element("p", "tags");
    for (const tag of details.tags.slice(0, 4)) tags.append(element("bdi", "tag", tag));
    parts.push(tags);
  }
  if (details.summary) {
    const summary = element("p", "place-summary", details.summary);
    summary.dir = "auto";
    parts.push(summary);
  }
  const precision = details.precision ?? pin.precision;
  if (details.kind !== "kit" && (precision === "town" || precision === "area")) parts.push(element("p", "hint", say(`precision_${precision}`)));
  const actions = element("p", "place-actions");
  const link = element("a", "button", say(OPENERS[details.kind] ?? "open_page"));
  outward(link, details.url);
  actions.append(link);
  if (!framed) actions.append(saveButton(details.id ?? pin.id, details.title ?? pin.title));
  parts.push(actions);
  return parts;
}

function saveButton(id, title) {
  const save = element("button", "save");
  save.type = "button";
  save.dataset.save = id;
  save.setAttribute("aria-label", say("keep", { title }));
  save.append(icon("save"));
  return save;
}

/** What a stay was about, in one line. */
function stayLine({ field, year }) {
  return element("p", "meta", `${field} · ${year}`);
}

/** The dialog of the people of one area: a link to the page of each. answered is the promise of a search's answer. */
export async function openPeople(map, marker, group, answered) {
  const { box, popup } = dialog(map, marker, sayCount("people", group.count), -8);
  const rest = element("div", "place-rest");
  rest.append(element("p", "meta", say("loading")));
  box.append(rest);
  try {
    const answer = await answered;
    const own = new Set(group.pins.map((pin) => pin.id));
    const items = (answer?.items ?? []).filter((item) => own.size < group.count || own.has(item.id));
    const where = element("p", "meta", items[0]?.stay.where);
    where.dir = "auto";
    const list = element("ul", "stack");
    list.append(...items.map(personLine));
    rest.replaceChildren(where, list);
    if (group.count > items.length) rest.append(element("p", "hint", sayCount("more", group.count - items.length)));
    rest.append(element("p", "hint", say("people_area")));
  } catch {
    rest.replaceChildren(element("p", "meta", say("details_failed")));
  }
  resize(popup, box);
}

function personLine(item) {
  const line = element("li");
  const link = element("a", "stack-button");
  outward(link, item.url);
  const tile = element("span", "tile tile-small kind-alumni");
  tile.append(icon("alumni"));
  const words = element("span", "stack-words");
  const name = element("span");
  name.append(element("bdi", "", item.title));
  if (item.sample) name.append(" ", element("span", "mark mark-sample", say("sample")));
  words.append(name, element("span", "stack-stay", `${item.stay.field} · ${item.stay.year}`));
  link.append(tile, words);
  line.append(link);
  return line;
}

/** The dialog of several listings at one point: their names, each opening its own dialog. */
export function openStack(map, marker, count, pins, choose) {
  const { box, popup } = dialog(map, marker, sayCount("stack", count), -8);
  const list = element("ul", "stack");
  for (const pin of pins.slice(0, STACK_LIMIT)) {
    const line = element("li");
    const button = element("button", "stack-button");
    button.type = "button";
    const tile = element("span", `tile tile-small kind-${pin.kind}`);
    tile.append(icon(pin.kind));
    const name = element("bdi", "", pin.title);
    button.append(tile, name);
    button.setAttribute("aria-label", pinName(pin));
    button.addEventListener("click", () => choose(pin));
    line.append(button);
    list.append(line);
  }
  box.append(list);
  const left = count - Math.min(pins.length, STACK_LIMIT);
  if (left > 0) box.append(element("p", "hint", sayCount("more", left)));
  resize(popup, box);
}
