// Pages of courses: what was read is ticked, and answers are explained without leaving the page.

import { follow, forget, keepCertificate, known, mark } from "./course_progress.js";

function show() {
  const box = document.querySelector("[data-course][data-lessons]");
  if (box) {
    const read = known(box.dataset.course).lessons;
    let count = 0;
    for (const link of document.querySelectorAll("[data-lesson]")) {
      const has = read.includes(link.dataset.lesson);
      link.querySelector(".read").hidden = !has;
      count += has;
    }
    const text = box.querySelector("[data-progress-text]");
    text.textContent = text.dataset.said.replace("{count}", count).replace("{all}", box.dataset.lessons);
    box.querySelector("progress").value = count;
    box.hidden = count === 0;
  }
  for (const line of document.querySelectorAll("[data-certificate]")) {
    const address = known(line.dataset.certificate).certificate;
    line.hidden = !address;
    if (address) line.querySelector("a").href = address;
  }
  for (const button of document.querySelectorAll("[data-read]"))
    button.setAttribute("aria-pressed", String(known(button.dataset.courseSlug).lessons.includes(button.dataset.read)));
}

async function explain(form) {
  const url = new URL(form.action);
  url.search = new URLSearchParams(new FormData(form)).toString();
  const section = document.getElementById("check");
  const answer = await fetch(url).catch(() => null);
  const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  const fresh = page?.getElementById("check");
  if (!fresh) {
    location.assign(url); // as it goes without a script
    return;
  }
  section.replaceWith(document.adoptNode(fresh));
  fresh.focus({ preventScroll: true });
  fresh.scrollIntoView();
  const button = document.querySelector("[data-read]");
  if (button && fresh.querySelector('[data-all-right="yes"]')) {
    mark(button.dataset.courseSlug, button.dataset.read, true);
    show();
  }
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-check]")) return;
  event.preventDefault();
  explain(event.target);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-read]");
  if (button) {
    mark(button.dataset.courseSlug, button.dataset.read, button.getAttribute("aria-pressed") !== "true");
    show();
  }
  if (event.target.closest?.("[data-forget]")) {
    forget(document.querySelector("[data-course][data-lessons]").dataset.course);
    show();
  }
});

const passed = document.querySelector("[data-passed]");
if (passed) keepCertificate(passed.dataset.passed, passed.dataset.certificateUrl);
show();
follow().then((changed) => changed && show());
