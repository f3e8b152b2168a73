// Starts the components of the design system.
import { initAll } from "../wagtailnhsukfrontend/js/nhsuk-frontend-10.4.2.min.js";

initAll();

// Long lists of filters or contents begin folded where they would push the text off the screen.
if (window.matchMedia("(max-width: 48.0525em)").matches) {
  for (const panel of document.querySelectorAll("details[data-fold]")) {
    panel.open = false;
  }
}

// What readers fold away on the screen is on the paper, and folded again afterwards.
let unfolded = [];
window.addEventListener("beforeprint", () => {
  unfolded = [...document.querySelectorAll("main details:not([open], .contents-panel, .filters)")];
  for (const details of unfolded) details.open = true;
});
window.addEventListener("afterprint", () => {
  for (const details of unfolded) details.open = false;
});

// A print button is of use only where scripts run, so it is hidden until now.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// An animation plays once and rests. It can be played again, unless its reader wants no motion.
if (!window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
  for (const button of document.querySelectorAll("[data-play-again]")) {
    const picture = button.closest("figure").querySelector("picture img");
    const address = picture.src;
    let times = 0;
    button.hidden = false;
    button.addEventListener("click", () => {
      times += 1;
      picture.src = `${address}?again=${times}`;
    });
  }
}

// Copies of what somebody was writing in the forum go with their session.
for (const form of document.querySelectorAll('form[action$="/accounts/logout/"]')) {
  form.addEventListener("submit", () => {
    try {
      for (const name of Object.keys(localStorage)) if (name.startsWith("forum-draft:")) localStorage.removeItem(name);
    } catch {
      // Without storage there are no copies.
    }
  });
}
