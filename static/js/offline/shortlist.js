// The shortlist without a network: what this browser knows of it.

import { kept as keptIds } from "../shortlist.js";
import { known } from "./hosts.js";

const list = document.getElementById("kept-hosts");
const words = list.dataset;
const shown = new Map(known().items.map((one) => [String(one.id), one]));
const ids = keptIds();
const here = ids.filter((id) => shown.has(id)).map((id) => shown.get(id));

list.replaceChildren(
  ...here.map((one) => {
    const line = document.getElementById("kept-host").content.cloneNode(true);
    const link = line.querySelector("a");
    link.textContent = one.title;
    link.href = one.url;
    const place = [one.place, one.country_label].filter(Boolean).join(", ");
    line.querySelector(".meta").textContent = [one.kind_label, place, one.sample ? words.sample : ""].filter(Boolean).join(" · ");
    return line;
  }),
);
const missing = ids.length - here.length;
const more = document.getElementById("kept-more");
more.hidden = missing === 0;
more.textContent = missing === 1 ? words.moreOne : words.moreOther.replace("{count}", missing);
document.getElementById("kept-nothing").hidden = ids.length > 0;
