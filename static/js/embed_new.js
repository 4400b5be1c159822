// The page that makes the lines for another site: they are copied by one press, and the filters fold one at a time.

import { filters } from "./filters.js";
import { copy } from "./page.js";

const lines = document.getElementById("snippet");

document.querySelector("[data-copy-lines]").addEventListener("click", () => {
  lines.select();
  copy(lines.value, document.getElementById("copied"));
});

// Numbers and lines follow when the reader says so: the page would else be another one under their hands.
filters(document.getElementById("filters"), () => {});
