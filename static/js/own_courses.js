// My courses: whether this browser takes what was read into the account by itself.

import { follow, followed, setFollowed } from "./course_progress.js";

const box = document.getElementById("follow");

function show() {
  const on = followed() === box.dataset.who;
  document.getElementById("follow-on").hidden = !on;
  document.getElementById("follow-off").hidden = on;
}

box.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-follow]");
  if (!button) return;
  const on = button.dataset.follow === "on";
  setFollowed(on ? box.dataset.who : "");
  show();
  if (on) {
    await follow();
    location.reload();
  }
});
show();
