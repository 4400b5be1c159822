// The home town from which travel is paid: kept in this browser, and sent only with the questions that need it.

const KEY = "mapsvc.home";
const NAMES = ["home", "call"];

/** The home town and the call that are kept here, {} for none. */
export function keptHome() {
  try {
    const { home, call } = JSON.parse(localStorage.getItem(KEY) || "{}");
    return typeof home === "string" && home ? { home, ...(/^\d{4}$/.test(call) && { call }) } : {};
  } catch {
    return {};
  }
}

export function keepHome(home, call) {
  try {
    if (home) localStorage.setItem(KEY, JSON.stringify({ home, call }));
    else localStorage.removeItem(KEY);
  } catch {
    // A private window may refuse: then the page shows the grants once.
  }
}

/** The parameters without a home town: what an address, a file or the map is asked with. */
export function withoutHome(params) {
  const plain = new URLSearchParams(params);
  for (const name of NAMES) plain.delete(name);
  return plain;
}

/** The parameters with a home town, the kept one where none is given. */
export function withHome(params, given = keptHome()) {
  const asked = withoutHome(params);
  for (const [name, value] of Object.entries(given)) asked.set(name, value);
  return asked;
}

/** Takes the home town out of the links below a node: what is copied from them says nothing of it. */
export function plainLinks(root) {
  for (const link of root.querySelectorAll('a[href*="home="]')) {
    const url = new URL(link.href);
    url.search = withoutHome(url.searchParams).toString();
    link.href = url.pathname + url.search + url.hash;
  }
}

/** Calls changed with {home, call}, {} for none, whenever the reader sends or empties the field. */
export function listenHome(changed) {
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".home-form")) return;
    event.preventDefault();
    const said = new FormData(event.target);
    const home = said.get("home").trim();
    changed(home ? { home, call: said.get("call") } : {});
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-forget-home]")) return;
    event.preventDefault();
    changed({});
  });
}
