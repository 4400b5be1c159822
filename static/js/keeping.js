// Saves a step of a host's sheet while somebody writes, by the same form that its buttons send.

const WAIT_MS = 1500;
const form = document.querySelector(".sheet-form");
const line = form?.querySelector(".save-line");
const here = document.querySelector(".steps [aria-current]");

// On a phone the steps scroll sideways: the one of this page is in sight.
here?.scrollIntoView({ block: "nearest", inline: "center" });

let timer;
let running = false;
let again = false;

function tell(text, kind = "") {
  line.textContent = text;
  line.className = `save-line ${kind}`;
}

async function save() {
  if (running) {
    again = true;
    return;
  }
  running = true;
  tell(line.dataset.saving);
  try {
    const body = new FormData(form);
    body.delete("go");
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    if (!answer.headers.get("Content-Type")?.startsWith("application/json")) tell(line.dataset.signedOut, "bad");
    else {
      const { said, version, faults } = await answer.json();
      if (version) form.elements.version.value = version;
      tell([said, ...(faults || [])].join(" "), answer.ok ? "good" : "bad");
    }
  } catch {
    tell(line.dataset.failed, "bad");
  }
  running = false;
  if (again) {
    again = false;
    save();
  }
}

if (form && "autosave" in form.dataset) {
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(save, WAIT_MS);
  };
  form.addEventListener("input", (event) => {
    if (event.target.name !== "language") later();
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    again = false;
    if (!running) return;
    // What is on its way changes the version that this form carries: it is sent after that.
    event.preventDefault();
    delete form.dataset.sent;
    const wait = setInterval(() => {
      if (running) return;
      clearInterval(wait);
      form.requestSubmit(event.submitter);
    }, 50);
  });
}
