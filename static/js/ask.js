// Questions to the server, one at a time for each purpose: a newer one stops the older.

const running = new Map();

/** The answer's text or JSON; null when a newer question of the same purpose came. Throws when it failed. */
export async function ask(purpose, url, { json = true } = {}) {
  running.get(purpose)?.abort();
  const controller = new AbortController();
  running.set(purpose, controller);
  try {
    const answer = await fetch(url, {
      signal: controller.signal,
      headers: { Accept: json ? "application/json" : "text/html" },
    });
    if (!answer.ok) throw new Error(`${answer.status} ${url}`);
    return json ? await answer.json() : await answer.text();
  } catch (fault) {
    if (controller.signal.aborted) return null;
    throw fault;
  } finally {
    if (running.get(purpose) === controller) running.delete(purpose);
  }
}
