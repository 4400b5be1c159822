// Which lessons were read, kept in this browser; and in the account, where its person said so.

const KEY = "mapsvc.courses";
const ACCOUNT = "mapsvc.courses.account"; // which account this browser adds to, as a word that tells nothing
const PROGRESS = "/account/courses/progress.json";

function load(key) {
  try {
    const found = JSON.parse(localStorage.getItem(key) || "null");
    return found && typeof found === "object" ? found : {};
  } catch {
    return {};
  }
}

function save(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // A private window may refuse: then nothing is kept.
  }
}

/** What is known of a course: the lessons that were read, and the address of the certificate. */
export function known(course) {
  const of = load(KEY)[course] ?? {};
  return {
    lessons: Array.isArray(of.lessons) ? of.lessons.map(String) : [],
    certificate: typeof of.certificate === "string" && of.certificate.startsWith("/courses/") ? of.certificate : "",
  };
}

function change(course, changed) {
  save(KEY, { ...load(KEY), [course]: { ...known(course), ...changed } });
}

/** Marks a lesson as read, or as not; takes it into the account where that is wanted. */
export function mark(course, lesson, read) {
  const lessons = known(course).lessons.filter((other) => other !== lesson);
  change(course, { lessons: read ? [...lessons, lesson] : lessons });
  return follow(read ? null : { course, lesson });
}

export function keepCertificate(course, address) {
  change(course, { certificate: address });
}

export function forget(course) {
  const all = load(KEY);
  delete all[course];
  save(KEY, all);
}

/** The account that this browser adds to; "" for none. */
export function followed() {
  return load(ACCOUNT).who ?? "";
}

export function setFollowed(who) {
  save(ACCOUNT, who ? { who } : null);
}

async function send(course, lessons, token, add) {
  const form = new FormData();
  form.append("csrf_token", token);
  if (add) form.append("add", "yes");
  for (const lesson of lessons) form.append("lesson", lesson);
  const address = `/account/courses/${encodeURIComponent(course)}`;
  await fetch(address, { method: "POST", body: form, redirect: "manual" }).catch(() => null);
}

/**
 * Brings browser and account together, where this browser was told to. Says whether anything changed here.
 * gone is a lesson that was just said not to be read: { course, lesson }.
 */
export async function follow(gone = null) {
  const who = followed();
  if (!who) return false;
  const answer = await fetch(PROGRESS, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer) return false; // without a network: another time
  const said = answer.ok && !answer.redirected ? await answer.json().catch(() => null) : null;
  // Signed out, or somebody else: what is here is not theirs.
  if (!said || said.who !== who) {
    if (said || answer.redirected) setFollowed("");
    return false;
  }
  let changed = false;
  for (const course of new Set([...Object.keys(load(KEY)), ...Object.keys(said.lessons)])) {
    const here = known(course).lessons;
    let there = said.lessons[course] ?? [];
    if (gone?.course === course && there.includes(gone.lesson)) {
      there = there.filter((lesson) => lesson !== gone.lesson);
      await send(course, there, said.token, false);
    }
    if (there.some((lesson) => !here.includes(lesson))) {
      change(course, { lessons: [...new Set([...here, ...there])] });
      changed = true;
    }
    const more = here.filter((lesson) => !there.includes(lesson));
    if (more.length) await send(course, more, said.token, true);
  }
  return changed;
}
