// The page "You are offline": links to the kits that are kept.

import { kept } from "./device.js";

const list = document.getElementById("kept-kits");

kept().then((things) => {
  const kits = things.filter(({ name }) => name.startsWith("kits/"));
  list.replaceChildren(
    ...kits.map(({ title, address }) => {
      const line = document.createElement("li");
      const link = document.createElement("a");
      link.className = "button button-quiet";
      link.textContent = title;
      link.href = address;
      line.append(link);
      return line;
    }),
  );
  document.getElementById("kept-heading").hidden = kits.length === 0;
}, () => {});
document.querySelector("[data-again]").addEventListener("click", () => location.reload());
