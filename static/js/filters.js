// The filter chips: one panel open at a time, applied as they change.

const VALUES = ["from", "to", "seats", "q", "age"];

/** Wires the chips; changed is called when a filter has changed. */
export function filters(root, changed) {
  let timer = 0;
  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(changed, wait);
  };
  const openOne = () => root.querySelector("details[open]");
  const close = (focus = false) => {
    const open = openOne();
    if (!open) return;
    open.open = false;
    if (focus) open.querySelector("summary").focus();
  };

  root.addEventListener("change", () => later(150));
  root.addEventListener("input", (event) => {
    if (event.target.matches('input[type="text"], input[type="number"]')) later(500);
  });
  root.addEventListener(
    "toggle",
    (event) => {
      if (!event.target.open) return;
      for (const other of root.querySelectorAll("details[open]")) if (other !== event.target) other.open = false;
      place(event.target);
    },
    true,
  );
  root.addEventListener("click", (event) => {
    const clear = event.target.closest("[data-clear]");
    if (clear) {
      const names = clear.dataset.clear.split(" ");
      for (const input of root.querySelectorAll("input"))
        if (names.includes(input.name)) {
          input.checked = false;
          if (input.type !== "checkbox") input.value = "";
        }
      later(0);
    }
    if (event.target.closest("[data-close-filter]")) close(true);
  });
  root.addEventListener("keydown", (event) => event.key === "Escape" && close(true));
  document.addEventListener("pointerdown", (event) => !root.contains(event.target) && close());
  return { close };
}

/** Keeps an open panel inside the window: it hangs from its chip's right edge where the left has no room. */
function place(details) {
  const panel = details.querySelector(".filter-panel");
  details.classList.remove("to-left");
  if (panel.getBoundingClientRect().right > innerWidth - 8) details.classList.add("to-left");
}

/** Takes the counts and marks of a fresh copy of the filters, leaving the open panel and the focus as they are. */
export function refreshFilters(root, fresh, params) {
  const focused = document.activeElement;
  const held = root.contains(focused) && focused.type === "checkbox" ? { name: focused.name, value: focused.value } : null;
  for (const part of fresh.querySelectorAll("[data-live]")) {
    const own = root.querySelector(`#${part.id}`);
    own?.replaceChildren(...part.childNodes);
  }
  for (const badge of fresh.querySelectorAll("[data-badge]")) {
    const own = root.querySelector(`[data-badge="${badge.dataset.badge}"]`);
    own.textContent = badge.textContent;
    own.hidden = badge.hidden;
  }
  for (const name of VALUES) {
    const input = root.querySelector(`[name="${name}"]`);
    if (input && input !== focused) input.value = params.get(name) ?? "";
  }
  if (held)
    [...root.querySelectorAll(`input[name="${held.name}"]`)].find((input) => input.value === held.value)?.focus();
}
