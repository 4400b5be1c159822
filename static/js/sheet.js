// The bottom sheet of small screens: dragged, or opened and closed by its button.

import { say } from "./strings.js";

const DRAG_PX = 8;

/** Wires the sheet; gives open and close, which do nothing where the list stands beside the map. */
export function sheet(panel, handle) {
  const root = document.documentElement;
  let drag = null;

  const isOpen = () => root.classList.contains("sheet-open");
  const set = (open) => {
    root.classList.toggle("sheet-open", open);
    panel.style.removeProperty("transform");
    handle.setAttribute("aria-expanded", String(open));
    handle.setAttribute("aria-label", say(open ? "sheet_close" : "sheet_open"));
  };

  handle.addEventListener("pointerdown", (event) => {
    drag = { from: event.clientY, moved: false };
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const by = event.clientY - drag.from;
    if (Math.abs(by) > DRAG_PX) drag.moved = true;
    if (!drag.moved) return;
    root.classList.add("sheet-dragged");
    panel.style.transform = `translateY(${isOpen() ? Math.max(0, by) : by}px)`;
  });
  const end = (event) => {
    if (!drag) return;
    const by = event.clientY - drag.from;
    const { moved } = drag;
    drag = null;
    root.classList.remove("sheet-dragged");
    panel.style.removeProperty("transform");
    if (!moved) return;
    handle.dataset.dragged = "";
    if (Math.abs(by) > 40) set(by < 0);
  };
  handle.addEventListener("pointerup", end);
  handle.addEventListener("pointercancel", end);
  handle.addEventListener("click", () => {
    if ("dragged" in handle.dataset) delete handle.dataset.dragged;
    else set(!isOpen());
  });
  handle.addEventListener("keydown", (event) => {
    if (event.key === "ArrowUp") set(true);
    else if (event.key === "ArrowDown" || event.key === "Escape") set(false);
    else return;
    event.preventDefault();
  });
  // Who moves through the list by keyboard sees what has the focus.
  panel.addEventListener("focusin", (event) => {
    if (event.target !== handle && event.target.matches(":focus-visible")) set(true);
  });
  set(false);
  return { open: () => set(true), close: () => set(false) };
}
