"use strict";
// What goes on: follows the log of an attempt, and renews the parts of a page that say how far
// the work is. Nothing moves under the reader's eyes: the log scrolls only when it was at its end.
(() => {
  const linesKept = 5000;

  const follow = (box) => {
    const list = document.getElementById("log-lines");
    const extent = document.getElementById("log-extent");
    let next = Number(box.dataset.next);
    let open = box.hasAttribute("data-open") && list.lastElementChild;
    const isAtEnd = () => box.scrollHeight - box.scrollTop - box.clientHeight < 24;
    // Colours of terminals are left out, as the page itself does.
    const plain = (text) => text.replace(/\x1b\[[0-?]*[ -/]*[@-~]/g, "");
    const show = (text) => {
      const parts = text.split("\n");
      const rest = parts.pop();
      const put = (line) => {
        if (open) open.firstElementChild.textContent += plain(line);
        else {
          const item = document.createElement("li");
          const name = document.createElement("bdi");
          name.textContent = plain(line);
          item.append(name);
          list.append(item);
          open = item;
        }
      };
      for (const line of parts) {
        put(line);
        open = null;
      }
      if (rest) put(rest);
      while (list.childElementCount > linesKept) list.firstElementChild.remove();
    };

    box.scrollTop = box.scrollHeight;
    const source = new EventSource(`${box.dataset.events}?offset=${next}`);
    source.addEventListener("chunk", (event) => {
      const chunk = JSON.parse(event.data);
      // After a reconnection the stream goes on where this page stands; never show bytes twice.
      if (chunk.offset < next) return;
      const stays = isAtEnd();
      show(chunk.text);
      next = Number(event.lastEventId);
      if (stays) box.scrollTop = box.scrollHeight;
      extent.textContent = "following";
    });
    source.addEventListener("end", (event) => {
      source.close();
      const end = JSON.parse(event.data);
      extent.textContent = end.complete ? `complete at ${end.length} bytes` : `ended at ${end.length} bytes`;
      renew();
    });
    source.addEventListener("error", () => {
      extent.textContent =
        source.readyState === EventSource.CLOSED ? "no longer followed; reload the page" : "connecting again";
    });
  };

  const parts = (root) => Array.from(root.querySelectorAll("[data-live]"));
  let isOver = false;
  const renew = async () => {
    if (isOver || document.hidden) return;
    let page;
    try {
      const reply = await fetch(location.href, { headers: { accept: "text/html" } });
      if (!reply.ok) return;
      page = new DOMParser().parseFromString(await reply.text(), "text/html");
    } catch {
      return;
    }
    for (const part of parts(document)) {
      const fresh = page.getElementById(part.id);
      if (fresh && fresh.innerHTML !== part.innerHTML) {
        part.replaceChildren(...fresh.cloneNode(true).childNodes);
        if (fresh.dataset.v) part.dataset.v = fresh.dataset.v;
      }
    }
    const log = (root) => root.getElementById("log-box") !== null;
    if (log(page) && !log(document)) location.reload();
    // Work that has ended has no script of this kind any more.
    isOver = page.querySelector("script[src*='/assets/live-']") === null;
    if (isOver) tellEnd();
  };
  const tellEnd = () => {
    const notice = document.createElement("p");
    notice.className = "notice plain";
    notice.setAttribute("role", "status");
    const link = document.createElement("a");
    link.href = location.href;
    link.textContent = "Show what it found";
    notice.append("The work has ended. ", link);
    document.getElementById("verdict")?.after(notice);
  };

  const box = document.querySelector("[data-events]");
  if (box && "EventSource" in window) follow(box);
  setInterval(renew, 5000);
  document.addEventListener("visibilitychange", renew);
})();
