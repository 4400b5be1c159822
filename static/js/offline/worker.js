// Answers without a network from what somebody asked to keep on this device, and keeps nothing else.
//
// A thing that is kept ("offline" for the pages that always help, or a kit as "kits/como") has a cache of its own,
// named after its version: pages, and its list with the day on which it was kept. Files whose names change with their
// content are in one cache for all. All is asked without cookies: so what is kept is what anybody sees.

const EDITION = "mapsvc-1";
const FILES = `${EDITION} files`;
const LOCK = "mapsvc kept";
const NAME = /^(offline|kits\/[a-z][a-z0-9-]{0,49})$/;
const BASIC_PAGES = ["/offline", "/offline/shortlist", "/kept", "/emergency", "/emergency-card"];
const FILE = /^\/(static\/[0-9a-f]{12}\/[\w./-]+|maps\/[a-z]+-[0-9a-f]{12}\.js|kits\/[a-z][a-z0-9-]{0,49}\/map-[0-9a-f]{12}\.pmtiles)$/;
const LEFT_OUT = /private|no-store/i; // what an answer says that is for one reader
const PATIENCE_MS = 4000; // how long a kept page waits for a slow network
const LONGEST_MS = 60_000; // for one file
const AT_ONCE = 4; // files
const GONE = [404, 410];

/** Why something was not kept: "room", "network", "browser", "refused" or "gone". */
class NotKept extends Error {
  constructor(why) {
    super(why);
    this.why = why;
  }
}

const FAULTS = { QuotaExceededError: "room", SecurityError: "browser" };
const whyOf = (fault) => fault.why ?? FAULTS[fault.name] ?? "network";

const listOf = (name) => `/${name}/keep.json`;

// ---- keeping ----------------------------------------------------------------------------------

/** An answer as anybody gets it who reads this language. */
async function ask(path, language, cache = "no-cache") {
  const answer = await fetch(path, {
    cache,
    credentials: "omit",
    headers: { "Accept-Language": language },
    redirect: "error",
    signal: AbortSignal.timeout?.(LONGEST_MS),
  });
  if (GONE.includes(answer.status)) throw new NotKept("gone");
  if (answer.status !== 200 || LEFT_OUT.test(answer.headers.get("Cache-Control") ?? "")) throw new NotKept("refused");
  return answer;
}

/** What the server names, as far as it may be kept at all. */
function checked(name, list) {
  const pages = name === "offline" ? BASIC_PAGES : [`/${name}`];
  const may = list.pages.every(([path]) => pages.includes(path)) && list.files.every(([path]) => FILE.test(path));
  if (!may || !/^[0-9a-f]+$/.test(list.version)) throw new NotKept("refused");
  return list;
}

const newest = async (name, language) => checked(name, await (await ask(listOf(name), language)).json());

async function keepFile(files, path, language) {
  if (await files.match(path, { ignoreVary: true })) return;
  // Of a map some ranges may be in the browser's own cache, which it does not always put together.
  await files.put(path, await ask(path, language, path.endsWith(".pmtiles") ? "no-store" : "default"));
}

/** Keeps a thing, or its newer version in place of the older one; tell hears how many of its bytes are here. */
async function keep(name, language, tell = () => {}) {
  if (!NAME.test(name)) throw new NotKept("refused");
  const list = await newest(name, language);
  const total = [...list.pages, ...list.files].reduce((sum, [, size]) => sum + size, 0);
  let done = 0;
  const arrived = (size) => tell({ done: (done += size), total });
  try {
    const pages = [];
    for (const [path, size] of list.pages) {
      pages.push([path, await ask(path, language)]);
      arrived(size);
    }
    const files = await caches.open(FILES);
    const waiting = [...list.files];
    const carry = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        await keepFile(files, next[0], language);
        arrived(next[1]);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, carry));
    // The list comes last: what has none is not kept.
    const own = await caches.open(`${EDITION} ${name} ${list.version}`);
    await Promise.all(pages.map(([path, answer]) => own.put(path, answer)));
    await mark(own, name, list);
    await forgetOthers(name, list.version);
  } finally {
    await sweep();
  }
}

async function mark(own, name, list) {
  const kept = { ...list, name, kept: new Date().toISOString() };
  await own.put(listOf(name), new Response(JSON.stringify(kept), { headers: { "Content-Type": "application/json" } }));
}

/** The names of the caches of all things, or of one. */
async function cachesOf(name) {
  const all = (await caches.keys()).filter((key) => key.startsWith(`${EDITION} `) && key !== FILES);
  return name ? all.filter((key) => key.startsWith(`${EDITION} ${name} `)) : all;
}

async function forgetOthers(name, version) {
  for (const key of await cachesOf(name)) if (!key.endsWith(` ${version}`)) await caches.delete(key);
}

/** The lists of all that is wholly kept. */
async function lists() {
  const found = [];
  for (const key of await cachesOf()) {
    const name = key.split(" ")[1];
    const answer = await caches.match(listOf(name), { cacheName: key });
    if (answer) found.push(await answer.json());
    else await caches.delete(key); // begun, and never finished
  }
  return found;
}

/** Removes files that nothing needs that is kept. */
async function sweep() {
  const kept = await lists();
  if (!kept.length) return caches.delete(FILES);
  const needed = new Set(kept.flatMap(({ files }) => files.map(([path]) => path)));
  const files = await caches.open(FILES);
  for (const { url } of await files.keys()) if (!needed.has(new URL(url).pathname)) await files.delete(url);
}

// ---- looking after it -------------------------------------------------------------------------

async function bytesOf(cacheName, paths) {
  const cache = await caches.open(cacheName);
  let sum = 0;
  for (const path of paths) sum += (await (await cache.match(path, { ignoreVary: true }))?.blob())?.size ?? 0;
  return sum;
}

/** What is kept: name, title, address, language, day, and bytes on this device. A file that two share counts for the first. */
async function shown() {
  const seen = new Set();
  const found = [];
  for (const list of await lists()) {
    const own = list.files.map(([path]) => path).filter((path) => !seen.has(path));
    for (const path of own) seen.add(path);
    const pages = list.pages.map(([path]) => path);
    const bytes = (await bytesOf(`${EDITION} ${list.name} ${list.version}`, pages)) + (await bytesOf(FILES, own));
    const { name, title, address, language, kept } = list;
    found.push({ name, title, address, language, kept, bytes });
  }
  return found;
}

async function remove(name) {
  for (const key of await cachesOf(name)) await caches.delete(key);
  if ((await cachesOf()).length) await sweep();
  else await leave();
}

/** Removes all that this worker ever kept, and the worker. */
async function leave() {
  for (const key of await caches.keys()) if (key.startsWith("mapsvc-")) await caches.delete(key);
  await self.registration.unregister();
}

/** Brings one thing or all up to date; what cannot be reached stays as it is. */
async function renew(only) {
  const worker = await fetch("/sw.js", { method: "HEAD", cache: "no-store", credentials: "omit" });
  if (GONE.includes(worker.status)) return leave();
  for (const list of await lists()) {
    if (only && list.name !== only) continue;
    try {
      const now = await newest(list.name, list.language);
      if (now.version !== list.version) await keep(list.name, list.language);
      else await mark(await caches.open(`${EDITION} ${list.name} ${list.version}`), list.name, now);
    } catch (fault) {
      if (fault.why === "gone") await remove(list.name);
    }
  }
}

const WISHES = {
  keep: async ({ names, language }, tell) => {
    for (const name of names) await keep(name, language, (step) => tell({ name, ...step }));
    return shown();
  },
  list: shown,
  renew: async ({ name }) => {
    await renew(name);
    return shown();
  },
  remove: async ({ name }) => {
    await remove(name);
    return shown();
  },
  leave: async () => {
    await leave();
    return [];
  },
};

self.addEventListener("message", (event) => {
  const [port] = event.ports;
  const wish = WISHES[event.data?.wish];
  if (!wish || !port) return;
  const tell = (step) => port.postMessage({ step });
  event.waitUntil(
    navigator.locks
      .request(LOCK, () => wish(event.data, tell))
      .then((things) => port.postMessage({ things }))
      .catch((fault) => port.postMessage({ fault: whyOf(fault) })),
  );
});

// ---- answering --------------------------------------------------------------------------------

/** The kept page of an address, if there is one. Whatever is asked of it, there is one copy. */
async function copyOf(path) {
  const wanted = path === "/shortlist" ? "/offline/shortlist" : path.replace(/(.)\/$/, "$1");
  for (const cacheName of await cachesOf()) {
    const page = await caches.match(wanted, { cacheName, ignoreVary: true });
    if (page) return page;
  }
  return undefined;
}

const afterPatience = () => new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));

/** A page from the network; where that fails, or takes long, its copy; else a page that says so. */
async function page(request, path) {
  const copy = await copyOf(path);
  try {
    const asked = fetch(request);
    const answer = await (copy ? Promise.race([asked, afterPatience()]) : asked);
    if (answer && !(copy && answer.status >= 500)) return answer;
    asked.catch(() => {}); // it comes too late
  } catch {
    // No network: below.
  }
  return copy ?? (await copyOf("/offline")) ?? Response.error();
}

/** A file from what is kept, else from the network; of a map the part that is asked for. */
async function file(request, path) {
  const held = await caches.match(path, { cacheName: FILES, ignoreVary: true });
  if (!held) return fetch(request);
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("Range") ?? "");
  return range ? part(held, Number(range[1]), range[2] ? Number(range[2]) : Infinity) : held;
}

/** The bytes from first to last of an answer, as a server gives them that was asked for a range (RFC 9110, 14). */
async function part(held, first, last) {
  const whole = await held.blob();
  const end = Math.min(last, whole.size - 1);
  if (first > end) return new Response(null, { status: 416, headers: { "Content-Range": `bytes */${whole.size}` } });
  const headers = new Headers(held.headers);
  headers.set("Content-Range", `bytes ${first}-${end}/${whole.size}`);
  headers.set("Content-Length", String(end - first + 1));
  return new Response(whole.slice(first, end + 1), { status: 206, headers });
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, pathname));
  else if (FILE.test(pathname)) event.respondWith(file(request, pathname));
});

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => {
  const old = async () => {
    for (const key of await caches.keys())
      if (key.startsWith("mapsvc-") && !key.startsWith(`${EDITION} `)) await caches.delete(key);
    await self.clients.claim();
  };
  event.waitUntil(old());
});
