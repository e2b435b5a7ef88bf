"use strict";
// The reader's choice of theme, kept in this browser; without one the system decides. Runs before
// the page is drawn, so that no page flashes in the other theme.
(() => {
  const name = "fleetmark-theme";
  const root = document.documentElement;
  const chosen = () => {
    try {
      return localStorage.getItem(name) || "system";
    } catch {
      return "system";
    }
  };
  const apply = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  apply(chosen());
  document.addEventListener("DOMContentLoaded", () => {
    const group = document.getElementById("theme");
    if (!group) return;
    const buttons = [...group.querySelectorAll("button")];
    const show = () => {
      for (const button of buttons) {
        button.setAttribute("aria-pressed", String(button.value === chosen()));
      }
    };
    for (const button of buttons) {
      button.addEventListener("click", () => {
        try {
          if (button.value === "system") localStorage.removeItem(name);
          else localStorage.setItem(name, button.value);
        } catch {
          // Without storage the choice lasts for this page.
        }
        apply(button.value);
        show();
      });
    }
    group.hidden = false;
    show();
  });
})();
