// What pages ask of the worker that keeps things on this device (static/js/offline/worker.js).

const WORKER = "/sw.js";
const DAY_MS = 24 * 3600 * 1000;
const RENEWED = "mapsvc.renewed"; // when all that is kept was last brought up to date

/** Whether this browser can keep pages at all: old ones, private windows and sites without https cannot. */
export const able = "serviceWorker" in navigator && "caches" in window && "locks" in navigator;

/** A wish that was not fulfilled; why is "room", "network", "refused", "gone" or "browser". */
export class NotDone extends Error {
  constructor(why) {
    super(why);
    this.why = why;
  }
}

async function active() {
  const registration = await navigator.serviceWorker.getRegistration("/");
  return registration?.active ? registration : null;
}

async function begun() {
  try {
    await navigator.serviceWorker.register(WORKER, { scope: "/", updateViaCache: "none" });
    return await navigator.serviceWorker.ready;
  } catch (fault) {
    throw new NotDone(navigator.onLine && fault.name === "SecurityError" ? "browser" : "network");
  }
}

function wish(registration, message, tell) {
  return new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", ({ data }) => {
      if (data.step) return tell?.(data.step);
      port1.close();
      return data.fault ? reject(new NotDone(data.fault)) : resolve(data.things);
    });
    port1.start();
    registration.active.postMessage(message, [port2]);
  });
}

async function ifBegun(message) {
  const registration = able && (await active());
  return registration ? wish(registration, message) : [];
}

/** Keeps things by their names ("offline", "kits/como"); what is kept then. Rejects with NotDone. */
export async function keep(names, language, tell) {
  const registration = await begun();
  navigator.storage?.persist?.().catch(() => {}); // asks not to be cleared when room gets short
  return wish(registration, { wish: "keep", names, language }, tell);
}

/** What is kept: [{name, title, address, language, kept, bytes}]. */
export const kept = () => ifBegun({ wish: "list" });
export const remove = (name) => ifBegun({ wish: "remove", name });
export const removeAll = () => ifBegun({ wish: "leave" });

/** Brings one thing up to date, where there is a network. */
export const renew = (name) => ifBegun({ wish: "renew", name });

/** Brings everything up to date once a day, and not where its person saves data. */
export async function renewDaily() {
  if (!navigator.onLine || navigator.connection?.saveData) return;
  try {
    if (Date.now() - Number(localStorage.getItem(RENEWED)) < DAY_MS) return;
    localStorage.setItem(RENEWED, String(Date.now()));
  } catch {
    return;
  }
  await renew().catch(() => {});
}
