/* The contents stand open beside the text, and closed above it where the screen is too narrow for both. */

const wide = window.matchMedia("(min-width: 48.0625em)");
const panel = document.querySelector("[data-contents]");

function fit() {
  if (panel) panel.open = wide.matches;
}

wide.addEventListener("change", fit);
fit();

const here = panel?.querySelector('[aria-current="page"]');
if (here && wide.matches) panel.scrollTop = here.offsetTop - panel.offsetTop - panel.clientHeight / 3;
