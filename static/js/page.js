// What every page does: shortlist marks, the menu, copying, sharing and printing.

import { note } from "./note.js";
import { addAll, kept } from "./shortlist.js";
import { say } from "./strings.js";

async function copy(text, said = null) {
  try {
    await navigator.clipboard.writeText(text);
    if (said) said.textContent = said.dataset.said;
    else note(say("copied"));
  } catch {
    note(say(said ? "copy_failed_here" : "copy_failed"));
  }
}

document.addEventListener("click", (event) => {
  const target = event.target.closest?.("[data-copy], [data-share], [data-print], [data-keep-all], [data-drop]");
  if (!target) {
    for (const menu of document.querySelectorAll("details.menu[open]"))
      if (!menu.contains(event.target)) menu.open = false;
    return;
  }
  if ("copy" in target.dataset)
    copy(new URL(target.dataset.copy || location.href, location.href).href, document.getElementById(target.dataset.copied));
  if ("print" in target.dataset) window.print();
  if ("share" in target.dataset)
    navigator.share({ title: document.title, url: target.dataset.share || location.href }).catch(() => {});
  if ("keepAll" in target.dataset) {
    addAll(target.dataset.keepAll.split(",").filter(Boolean));
    target.hidden = true;
    note(say("added"));
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// Sharing through the device is offered only where the device can.
if (navigator.share) for (const button of document.querySelectorAll("[data-share]")) button.hidden = false;

// A shortlist page without ids shows those kept here; one with other ids offers to keep them.
const shortlist = document.getElementById("shortlist");
if (shortlist) {
  const ids = shortlist.dataset.ids.split(",").filter(Boolean);
  const mine = kept();
  if (!ids.length && mine.length) location.replace(`/shortlist?ids=${mine.join(",")}`);
  const offer = document.querySelector("[data-keep-all]");
  if (offer) offer.hidden = ids.every((id) => mine.includes(id));
  shortlist.addEventListener("click", (event) => {
    const button = event.target.closest("[data-save]");
    if (!button) return;
    // A list of one's own follows its marks; a list from somebody else stays as it was sent.
    if (ids.every((id) => mine.includes(id))) setTimeout(() => location.replace(`/shortlist?ids=${kept().join(",")}`));
  });
}

// What is kept for days without a network is brought up to date, where anything is kept.
if (navigator.serviceWorker?.controller) {
  import("./offline/device.js").then(({ renewDaily }) => renewDaily());
  import("./offline/hosts.js").then(({ learn }) => {
    document.addEventListener("shortlist", learn);
    learn();
  });
}

export { copy };
