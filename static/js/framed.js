// Whether this page stands inside another site. Then it keeps nothing in the browser, and its links open a tab.

import { say } from "./strings.js";

const page = document.documentElement;
const framed = page.classList.contains("embed");

/** Lets a link lead to a page of ours; out of the frame, in the language that the frame was given. */
function outward(link, url) {
  link.href = url;
  if (!framed) return;
  if (page.dataset.speaks) link.search = new URLSearchParams({ lang: page.dataset.speaks });
  link.target = "_blank";
  link.rel = "noopener";
  const told = document.createElement("span");
  told.className = "visually-hidden";
  told.textContent = ` (${say("new_tab")})`;
  link.append(told);
}

export { framed, outward };
