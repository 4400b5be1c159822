// Comes in place of the worker where pages are no longer kept on devices: removes all that was kept, then itself.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => {
  const leave = async () => {
    for (const key of await caches.keys()) if (key.startsWith("mapsvc-")) await caches.delete(key);
    await self.registration.unregister();
  };
  event.waitUntil(leave());
});
