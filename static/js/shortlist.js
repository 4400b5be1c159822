// The shortlist: ids of listings kept in this browser, and nowhere else until its link is shared.

import { note } from "./note.js";
import { say, sayCount } from "./strings.js";

const KEY = "mapsvc.shortlist";
const LIMIT = 100;

/** The kept ids, oldest first; empty where the browser refuses to keep anything. */
export function kept() {
  try {
    const ids = JSON.parse(localStorage.getItem(KEY) || "[]");
    return Array.isArray(ids) ? ids.map(String).filter((id) => /^\d+$/.test(id)) : [];
  } catch {
    return [];
  }
}

function keep(ids) {
  try {
    localStorage.setItem(KEY, JSON.stringify(ids.slice(-LIMIT)));
  } catch {
    // A private window may refuse: the marks on the page then last as long as the page.
  }
  show();
  document.dispatchEvent(new Event("shortlist"));
}

/** Adds the id, or takes it off; says which. */
export function toggle(id) {
  const ids = kept();
  const had = ids.includes(id);
  keep(had ? ids.filter((other) => other !== id) : [...ids, id]);
  note(say(had ? "removed" : "added"));
  return !had;
}

export function addAll(ids) {
  keep([...new Set([...kept(), ...ids])]);
}

/** Marks the page's buttons, links and counts as the shortlist stands. */
export function show(root = document) {
  const ids = kept();
  for (const button of root.querySelectorAll("[data-save]"))
    button.setAttribute("aria-pressed", String(ids.includes(button.dataset.save)));
  for (const link of document.querySelectorAll("[data-shortlist-link]"))
    link.href = ids.length ? `/shortlist?ids=${ids.join(",")}` : "/shortlist";
  for (const count of document.querySelectorAll("[data-shortlist-count]")) {
    count.hidden = ids.length === 0;
    count.textContent = ids.length;
    count.setAttribute("aria-label", sayCount("kept", ids.length));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-save]");
  if (button) toggle(button.dataset.save);
});
window.addEventListener("storage", (event) => event.key === KEY && show());
show();
document.documentElement.classList.add("keeps");
