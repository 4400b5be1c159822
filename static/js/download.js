// Put into downloaded maps, where no module can be loaded: the land, the records and their list.
// What people wrote is set as text only.

/* global L */

const OUTLINE = JSON.parse(document.getElementById("outline").textContent);
const PAGE = JSON.parse(document.getElementById("records").textContent);
const MANY = 400; // above this many, pins are plain discs on one canvas

function make(name, className, text) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== undefined && text !== null) element.textContent = text;
  return element;
}

function glyph(id, className) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", "#" + id);
  svg.append(use);
  return svg;
}

/** The land of Europe, below everything. */
function showOutline(map) {
  L.geoJSON(OUTLINE, { style: { className: "outline", fillOpacity: 1, opacity: 1 }, interactive: false }).addTo(map);
}

function whereabouts(record) {
  return [record.place, record.country].filter(Boolean).join(", ");
}

function details(record) {
  const box = make("div", "place");
  const top = make("p", "place-kind");
  top.append(make("span", "mark kind-" + record.kind, record.kind_label));
  if (record.sample) top.append(" ", make("span", "mark mark-sample", PAGE.words.sample));
  const title = make("h2", "place-title", record.title);
  title.dir = "auto";
  box.append(top, title, make("p", "meta", whereabouts(record)));
  if (record.tags.length) {
    const tags = make("p", "tags");
    for (const tag of record.tags) tags.append(make("bdi", "tag", tag));
    box.append(tags);
  }
  if (record.summary) box.append(make("p", "place-summary", record.summary));
  if (record.url) {
    const actions = make("p", "place-actions");
    const link = make("a", "button", PAGE.words.open);
    link.href = record.url;
    link.rel = "noopener noreferrer";
    actions.append(link);
    box.append(actions);
  }
  return box;
}

function marker(record, canvas) {
  const at = [record.lat, record.lon];
  if (canvas) {
    const colour = getComputedStyle(document.documentElement).getPropertyValue("--" + record.kind).trim();
    return L.circleMarker(at, { renderer: canvas, radius: 7, weight: 2, color: "#fff", fillColor: colour || "#1d6f6a", fillOpacity: 1 });
  }
  const picture = make("div");
  picture.append(glyph(record.kind === "kit" ? "pin-square" : "pin", "pin-body"), glyph("i-" + record.kind, "pin-glyph"));
  const icon = L.divIcon({ className: "pin kind-" + record.kind, html: picture, iconSize: [36, 44], iconAnchor: [18, 42], popupAnchor: [0, -34] });
  const pin = L.marker(at, { icon, keyboard: true });
  pin.on("add", () => pin.getElement().setAttribute("aria-label", record.title));
  return pin;
}

function line(record, open) {
  const row = make("li");
  const button = make("button", "card");
  button.type = "button";
  const tile = make("span", "tile kind-" + record.kind);
  tile.append(glyph("i-" + record.kind, "icon"));
  const text = make("span", "card-text");
  const title = make("bdi", "card-title", record.title);
  text.append(title, make("span", "meta", whereabouts(record)));
  if (record.sample) text.append(" ", make("span", "mark mark-sample", PAGE.words.sample));
  button.append(tile, text);
  button.addEventListener("click", open);
  row.append(button);
  return row;
}

/** The records as pins and as a list; the map shows them all, or the circle of the search. */
function showRecords(map) {
  L.control.zoom({ zoomInTitle: PAGE.words.zoom_in, zoomOutTitle: PAGE.words.zoom_out }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  for (const [name, lon, lat] of PAGE.towns) {
    const label = make("bdi", "", name);
    const icon = L.divIcon({ className: "town", html: label, iconSize: [5, 5] });
    L.marker([lat, lon], { icon, interactive: false, keyboard: false, zIndexOffset: -10000 }).addTo(map);
  }
  const canvas = PAGE.items.length > MANY ? L.canvas() : null;
  const list = document.getElementById("list");
  const bounds = L.latLngBounds([]);
  for (const record of PAGE.items) {
    const pin = marker(record, canvas).addTo(map);
    pin.bindPopup(() => details(record), { className: "place-popup", maxWidth: 320, closeButton: true });
    bounds.extend([record.lat, record.lon]);
    list.append(line(record, () => map.setView([record.lat, record.lon], Math.max(map.getZoom(), 9)) && pin.openPopup()));
  }
  if (PAGE.centre) {
    const at = [PAGE.centre.lat, PAGE.centre.lon];
    const ring = L.circle(at, { radius: (PAGE.radius_km || 1) * 1000, className: "search-circle", interactive: false });
    if (PAGE.radius_km) ring.addTo(map);
    bounds.extend(at);
    if (PAGE.radius_km) bounds.extend(ring.getBounds());
  }
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [30, 30], maxZoom: 11, animate: false });
}
