// Chooses every row of a list, or none.

for (const button of document.querySelectorAll("[data-tick-all]")) {
  const boxes = button.form.querySelectorAll(`input[name="${button.dataset.tickAll}"]`);
  button.addEventListener("click", () => {
    const wanted = [...boxes].some((box) => !box.checked);
    for (const box of boxes) box.checked = wanted;
  });
}
