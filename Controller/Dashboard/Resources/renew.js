"use strict";
// Renews the parts of a page that say what goes on, by asking for the page again. Nothing is
// replaced under the reader's hands: not while a part has the focus or an open form in it.
(() => {
  const seconds = 5;
  const isUsed = (part) =>
    part.contains(document.activeElement) || part.querySelector("details[open]") !== null;

  const renew = async () => {
    if (document.hidden) return;
    const reply = await fetch(location.href, { credentials: "same-origin" });
    if (!reply.ok || reply.redirected) return;
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    for (const part of document.querySelectorAll("[data-renew]")) {
      const next = part.id && page.getElementById(part.id);
      if (!next || isUsed(part) || part.innerHTML === next.innerHTML) continue;
      part.replaceChildren(...next.childNodes);
    }
  };

  const again = () => setTimeout(() => renew().catch(() => {}).finally(again), seconds * 1000);
  if (document.querySelector("[data-renew]")) again();
})();
