// What travel to this host is paid, asked anew when the reader gives another home town.

import { ask } from "./ask.js";
import { keepHome, keptHome, listenHome, plainLinks, withHome } from "./home.js";

const box = () => document.getElementById("grant");

async function show(given, { focus = false } = {}) {
  try {
    const text = await ask("grant", `${location.pathname}?${withHome({}, given)}`, { json: false });
    const fresh = text && new DOMParser().parseFromString(text, "text/html").getElementById("grant");
    if (!fresh) return;
    box().replaceWith(document.adoptNode(fresh));
    plainLinks(box());
    if (focus) (box().querySelector("[aria-invalid]") ?? box().querySelector("summary")).focus();
  } catch {
    // The page as it came still stands, with its field.
  }
}

if (box()) {
  listenHome(async (given) => {
    await show(given, { focus: true });
    keepHome(document.getElementById("home-town").dataset.home, given.call);
  });
  const given = new URLSearchParams(location.search);
  if (!given.has("home") && keptHome().home) show(keptHome());
}
