// Loads a map's styles and scripts once somebody asks for the map.

function load(tag, values) {
  const made = Object.assign(document.createElement(tag), values);
  return new Promise((resolve, reject) => {
    made.addEventListener("load", resolve);
    made.addEventListener("error", reject);
    document.head.append(made);
  });
}

/** Loads what the data attributes of an element name: Leaflet, the base map's drawing, styles, the map's own script. */
export async function loadMap({ leaflet, base, styles, map }) {
  const links = styles.split(" ").filter((href) => !document.querySelector(`link[href="${href}"]`));
  await Promise.all(links.map((href) => load("link", { rel: "stylesheet", href })));
  if (!window.L) await load("script", { src: leaflet });
  if (!window.protomapsL) await load("script", { src: base });
  await import(map);
}
