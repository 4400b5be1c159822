// Small comforts of forms; every form works without them.

const faults = document.querySelector("[data-focus]");
if (faults) faults.focus();

// A second click on a button that sends would send twice; what only fetches a file may be sent again.
for (const form of document.querySelectorAll("form[method=post]:not([data-again])")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// On a phone the places scroll sideways: the one that is open should be in sight.
document.querySelector(".places [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
