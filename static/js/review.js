// A tick beside a common reason writes it into the text, where it can be changed before it is sent.

for (const list of document.querySelectorAll("[data-presets]")) {
  const text = document.getElementById(list.dataset.presets);
  for (const box of list.querySelectorAll("input")) {
    box.removeAttribute("name"); // what stands in the text is what is sent
    box.addEventListener("change", () => {
      const lines = text.value.split("\n").filter((line) => line.trim() && line !== box.value);
      text.value = (box.checked ? [...lines, box.value] : lines).join("\n");
      text.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}

const all = document.querySelector("[data-tick-all]");
if (all) {
  all.addEventListener("click", () => {
    for (const box of document.querySelectorAll("[name=chosen]:not([data-flagged])")) box.checked = true;
  });
}
