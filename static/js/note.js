// The calm line at the foot of the window: what happened, and at most one thing to do about it.

let timer = 0;

/** Shows a sentence; with an action it stays until it is used or replaced, else for six seconds. */
export function note(text, action = null) {
  const box = document.getElementById("note");
  if (!box) return;
  clearTimeout(timer);
  box.replaceChildren(document.createTextNode(text));
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = action.label;
    button.addEventListener("click", () => {
      box.hidden = true;
      action.run();
    });
    box.append(" ", button);
  } else {
    timer = setTimeout(() => (box.hidden = true), 6000);
  }
  box.hidden = false;
}

/** Takes the line away, when what it said is no longer so. */
export function noNote() {
  clearTimeout(timer);
  const box = document.getElementById("note");
  if (box) box.hidden = true;
}
