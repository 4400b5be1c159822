// What the shortlist shows without a network: names and towns of hosts and kits, in this browser. Never people.

import { kept as keptIds } from "../shortlist.js";
import { language } from "../strings.js";

const KEY = "mapsvc.shortlist.shown";

/** What is known of the shortlist: {ids, language, items}. */
export function known() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) || "null");
    return Array.isArray(found?.items) ? found : { ids: [], language: "", items: [] };
  } catch {
    return { ids: [], language: "", items: [] };
  }
}

export function forget() {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Then nothing was kept.
  }
}

/** Takes over what the shortlist shows now, where it is not known yet. Without a network: another time. */
export async function learn() {
  const ids = keptIds();
  const before = known();
  if (before.language === language && before.ids.join() === ids.join()) return;
  if (!ids.length) return forget();
  const answer = await fetch(`/shortlist.json?ids=${ids.join(",")}`, { credentials: "omit", headers: { "Accept-Language": language } }).catch(() => null);
  if (!answer?.ok) return;
  try {
    localStorage.setItem(KEY, JSON.stringify({ ids, language, items: (await answer.json()).items }));
  } catch {
    // A private window may refuse.
  }
}
