// The page "What is kept on this device": each thing with its size and day, and buttons to remove it.

import { language, longDay } from "../strings.js";
import { able, kept, remove, removeAll } from "./device.js";
import { forget } from "./hosts.js";

const box = document.getElementById("kept");
const words = JSON.parse(document.getElementById("kept-words").textContent);
const list = box.querySelector("[data-things]");
const total = box.querySelector("[data-total]");
const room = box.querySelector("[data-room]");
const all = box.querySelector("[data-all]");
const none = box.querySelector("[data-none]");
const said = box.querySelector("[role=status]");

const UNITS = [
  ["gigabyte", 1e9],
  ["megabyte", 1e6],
  ["kilobyte", 1e3],
];

/** A size as people say it: 430 kB, 1.2 MB, 10 GB. */
function size(bytes) {
  const [unit, many] = UNITS.find(([, least]) => bytes >= least) ?? UNITS.at(-1);
  const shown = bytes / many;
  const digits = unit !== "kilobyte" && shown < 10 ? 1 : 0;
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: digits }).format(shown);
}

const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);

function row(thing) {
  const line = document.getElementById("kept-line").content.cloneNode(true);
  const link = line.querySelector("a");
  link.textContent = thing.title;
  link.href = thing.address;
  line.querySelector(".meta").textContent = fill(words.line, { size: size(thing.bytes), day: longDay(thing.kept) });
  const button = line.querySelector("button");
  button.setAttribute("aria-label", fill(words.remove, { title: thing.title }));
  button.addEventListener("click", () => remove(thing.name).then((things) => after(things, fill(words.removed, thing))));
  return line;
}

async function show(things) {
  list.replaceChildren(...things.map(row));
  none.hidden = things.length > 0;
  total.hidden = all.hidden = things.length === 0;
  total.textContent = fill(words.total, { size: size(things.reduce((sum, { bytes }) => sum + bytes, 0)) });
  const { quota, usage } = (await navigator.storage?.estimate?.().catch(() => null)) ?? {};
  room.hidden = !quota;
  if (quota) room.textContent = fill(words.room, { size: size(Math.max(quota - usage, 0)) });
}

async function after(things, text) {
  await show(things);
  said.textContent = text;
  if (!things.length) forget();
  box.querySelector("h2").focus();
}

all.addEventListener("click", () => removeAll().then((things) => after(things, words.removedAll)));
if (able) kept().then(show, () => show([]));
else {
  none.hidden = false;
  said.textContent = words.browser;
}
