// Imports: looks how far the work is, explains each answer, names a list after its file.

const PAUSE_MS = 1000;
const SLOW_MS = 60_000;

const working = document.querySelector("[data-progress]");
if (working) watch(working, Date.now());

function watch(place, begun) {
  const bar = place.querySelector("progress");
  const text = place.querySelector("[data-progress-text]");
  const look = async () => {
    try {
      const answer = await fetch(place.dataset.progress, { headers: { Accept: "application/json" } });
      // Signed out, or gone: the page itself says so.
      if (answer.redirected || answer.status === 404) return location.reload();
      if (answer.ok) {
        const { stage, done, of_all: all } = await answer.json();
        if (stage !== place.dataset.stage) return location.reload();
        if (all) {
          bar.max = all;
          bar.value = done;
          text.textContent = text.dataset.words.replace("{done}", done).replace("{all}", all);
        }
      }
    } catch {
      // No network just now: the next look may have it again.
    }
    place.querySelector("[data-slow]").hidden = Date.now() - begun < SLOW_MS;
    return setTimeout(look, PAUSE_MS);
  };
  setTimeout(look, PAUSE_MS);
}

const columns = document.querySelector("[data-columns]");
if (columns) {
  const helps = new Map([...columns.querySelectorAll("[data-help]")].map((help) => [help.dataset.help, help.textContent]));
  columns.addEventListener("change", ({ target }) => {
    if (target.localName !== "select") return;
    document.getElementById(target.getAttribute("aria-describedby")).textContent = helps.get(target.value) || "";
    const row = target.closest("tr");
    row.classList.remove("unsure");
    row.classList.toggle("private-column", !target.value);
  });
}

const upload = document.querySelector("[data-upload]");
if (upload) {
  const file = upload.querySelector("[type=file]");
  const name = upload.querySelector("[name=list_name]");
  const fault = upload.querySelector("[data-file-fault]");
  let proposed = "";
  file.addEventListener("change", () => {
    const [chosen] = file.files;
    const large = Boolean(chosen) && chosen.size > Number(upload.dataset.limit);
    fault.hidden = !large;
    fault.textContent = large ? upload.dataset.tooLarge : "";
    if (chosen && name.value === proposed) {
      proposed = chosen.name.replace(/\.[^.]+$/, "").replaceAll("_", " ").trim();
      name.value = proposed;
    }
  });
  upload.addEventListener("submit", (event) => {
    if (!fault.hidden) {
      event.preventDefault();
      delete upload.dataset.sent;
      file.focus();
    }
  });
}
