// A small dialog at a place of the map, which all kinds of maps share. What comes from a record is set as text.

import { framed } from "../framed.js";
import { say } from "../strings.js";

/** A new element; text is text, never markup. */
export function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.classList.add("icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

const LEAST_PX = 106; // a heading, a name and a button

/** How near a dialog may come to the edges, and how high it is at most: inside another site a map may be a stamp. */
function room(map) {
  const highest = (around) => Math.max(LEAST_PX, map.getSize().y - around);
  if (!framed) return { autoPanPaddingTopLeft: [24, 76], autoPanPaddingBottomRight: [24, 24], maxHeight: highest(120) };
  return { autoPanPadding: [8, 8], maxHeight: highest(70) };
}

/** An empty dialog with its heading and close button. Focus goes to the heading, and back when it closes. */
export function dialog(map, marker, title, rise) {
  const box = element("div", "place");
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-labelledby", "place-title");
  const close = element("button", "place-close");
  close.type = "button";
  close.setAttribute("aria-label", say("close"));
  close.append(icon("close"));
  const heading = element("h2", "place-title", title);
  heading.id = "place-title";
  heading.tabIndex = -1;
  heading.dir = "auto";
  box.append(close, heading);

  const widest = map.getSize().x - (framed ? 24 : 48);
  const popup = window.L.popup({
    closeButton: false,
    className: "place-popup",
    minWidth: Math.min(290, widest),
    maxWidth: Math.min(320, widest),
    ...room(map),
    offset: [0, rise],
  });
  const leave = () => {
    map.closePopup(popup);
    // The dialog may have pushed its pin out of a low map.
    if (!map.getBounds().contains(marker.getLatLng())) map.panTo(marker.getLatLng(), { animate: false });
    (marker.getElement() ?? map.getContainer()).focus({ preventScroll: true });
  };
  close.addEventListener("click", leave);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    leave();
  });
  popup.setLatLng(marker.getLatLng()).setContent(box).openOn(map);
  heading.focus({ preventScroll: true });
  return { box, heading, popup };
}

/** Fits the popup to its grown content. Leaflet takes the content out and in again, which loses the focus. */
export function resize(popup, box) {
  const held = box.contains(document.activeElement) ? document.activeElement : null;
  popup.update();
  held?.focus({ preventScroll: true });
}
