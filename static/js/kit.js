// The page of a kit: what was ticked stays in this browser, and the list of sections keeps pace with the reader.

import { loadMap } from "./loading.js";

const contents = document.querySelector(".contents");
const narrow = matchMedia("(max-width: 920px)");

// ---- the checklist ---------------------------------------------------------------------------

const key = `kit:${document.querySelector("[data-kit]")?.dataset.kit}`;

function kept() {
  try {
    return new Set(JSON.parse(localStorage.getItem(key) ?? "[]"));
  } catch {
    return new Set();
  }
}

function keep(done) {
  try {
    if (done.size) localStorage.setItem(key, JSON.stringify([...done]));
    else localStorage.removeItem(key);
  } catch {
    // A browser that keeps nothing: the tick holds as long as the page.
  }
}

const done = kept();
for (const box of document.querySelectorAll("[data-task]")) {
  box.checked = done.has(box.id);
  box.addEventListener("change", () => {
    if (box.checked) done.add(box.id);
    else done.delete(box.id);
    keep(done);
  });
}

// ---- the map, loaded when somebody asks for it --------------------------------------------------

const mapBox = document.getElementById("kit-map-box");
mapBox?.querySelector("button").addEventListener("click", async ({ currentTarget: button }) => {
  const frame = document.getElementById("kit-map-frame");
  const said = mapBox.querySelector("[role=status]");
  frame.hidden = !frame.hidden;
  button.setAttribute("aria-expanded", String(!frame.hidden));
  if (mapBox.dataset.begun) return;
  mapBox.dataset.begun = "yes";
  said.textContent = mapBox.dataset.loading;
  try {
    await loadMap(mapBox.dataset);
    said.textContent = "";
  } catch {
    said.textContent = mapBox.dataset.failed;
    frame.hidden = true;
    button.disabled = true;
  }
});

// ---- what is folded opens when a link leads into it, and on paper -----------------------------

function unfold() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  let opened = false;
  for (let at = target; at; at = at.parentElement) {
    if (at.localName === "details" && !at.open) opened = at.open = true;
  }
  if (opened) target.scrollIntoView();
}

addEventListener("hashchange", unfold);
addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("main details:not([open])")) folded.open = true;
});
unfold();

// ---- the list of sections ---------------------------------------------------------------------

function fold() {
  contents.open = !narrow.matches;
}

if (contents) {
  fold();
  contents.dataset.ready = "";
  narrow.addEventListener("change", fold);
  const links = new Map([...contents.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
  const now = contents.querySelector(".contents-now");
  for (const link of links.values()) link.addEventListener("click", () => narrow.matches && fold());
  contents.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !narrow.matches) return;
    fold();
    contents.querySelector("summary").focus();
  });
  const mark = (id) => {
    for (const [name, link] of links) {
      if (name === id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    now.textContent = links.get(id)?.textContent ?? "";
  };
  const seen = new IntersectionObserver(
    (entries) => {
      const here = entries.filter((entry) => entry.isIntersecting).at(-1);
      if (here) mark(here.target.id);
    },
    { rootMargin: "-25% 0px -70% 0px" },
  );
  for (const id of links.keys()) {
    const section = document.getElementById(id);
    if (section) seen.observe(section);
  }
}
