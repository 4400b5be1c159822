// What travel to the hosts of this page is paid, asked anew when the reader gives another home town.

import { ask } from "./ask.js";
import { keepHome, keptHome, listenHome, offerTowns, plainLinks, withHome } from "./home.js";
import { show as showShortlist } from "./shortlist.js";

const parts = (page = document) => [...page.querySelectorAll("[data-grants]")];

async function show(given, { focus = false } = {}) {
  try {
    const text = await ask("grant", `${location.pathname}?${withHome(location.search, given)}`, { json: false });
    if (!text) return;
    const fresh = parts(new DOMParser().parseFromString(text, "text/html"));
    parts().forEach((part, at) => fresh[at] && part.replaceWith(document.adoptNode(fresh[at])));
    parts().forEach((part) => (plainLinks(part), showShortlist(part)));
    offerTowns();
    const block = document.getElementById("home-town");
    if (focus) (block.querySelector("[aria-invalid]") ?? block.querySelector("summary")).focus();
  } catch {
    // The page as it came still stands, with its field.
  }
}

if (parts().length) {
  offerTowns();
  listenHome(async (given) => {
    await show(given, { focus: true });
    keepHome(document.getElementById("home-town").dataset.home, given.call);
  });
  const given = new URLSearchParams(location.search);
  if (!given.has("home") && keptHome().home) show(keptHome());
}
