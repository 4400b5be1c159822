// The buttons that keep a page on this device, say what happens, and from when the copy is.

import { language, longDay } from "../strings.js";
import { able, keep, kept, remove, renew } from "./device.js";
import { learn } from "./hosts.js";

/** Has a kept kit counted, where the site does that: no cookie goes along, and what is kept does not depend on it. */
function count(address) {
  if (address) fetch(address, { method: "POST", credentials: "omit", keepalive: true }).catch(() => {});
}

/** Makes one block of the page work; its words are in its data attributes. */
function begin(block) {
  const { name, counted } = block.dataset;
  const words = JSON.parse(block.querySelector("script").textContent);
  const press = block.querySelector("[data-press]");
  const drop = block.querySelector("[data-drop-kept]");
  const bar = block.querySelector("progress");
  const said = block.querySelector("[role=status]");
  const about = block.querySelector("[data-about]");

  const show = (things) => {
    // What is kept in another language is offered in this one.
    const own = things.find((one) => one.name === name && one.language === language);
    press.hidden = about.hidden = Boolean(own);
    drop.hidden = !own;
    bar.hidden = true;
    press.disabled = false;
    block.classList.toggle("is-kept", Boolean(own));
    if (!own) return "";
    const when = words.kept.replace("{day}", () => longDay(own.kept));
    return navigator.onLine ? when : `${when} ${words.away}`;
  };
  const say = (text) => {
    if (said.textContent !== text) said.textContent = text;
  };
  const failed = ({ why }) => {
    bar.hidden = true;
    press.disabled = false;
    say(words[why] ?? words.network);
  };

  press.addEventListener("click", () => {
    press.disabled = true;
    bar.hidden = false;
    bar.removeAttribute("value");
    say(words.keeping);
    const names = [...new Set(["offline", name])];
    keep(names, language, (step) => step.name === name && (bar.value = step.done / step.total))
      .then(async (things) => {
        count(counted);
        say(show(things));
        drop.focus();
        await learn();
      })
      .catch(failed);
  });
  drop.addEventListener("click", () =>
    remove(name).then((things) => {
      show(things);
      say(words.removed);
      press.focus();
    }, failed),
  );
  // The network may go or come while the page is read.
  const again = () => block.classList.contains("is-kept") && kept().then((things) => say(show(things)), () => {});
  if (!able) {
    press.disabled = true;
    about.hidden = true;
    say(words.browser);
    return;
  }
  kept()
    .then(async (things) => {
      say(show(things));
      // A copy is brought up to date quietly each time that its page is read with a network.
      if (navigator.onLine && block.classList.contains("is-kept")) say(show(await renew(name)));
    })
    .catch(() => {});
  for (const change of ["online", "offline"]) addEventListener(change, again);
}

for (const block of document.querySelectorAll("[data-keep]")) begin(block);
