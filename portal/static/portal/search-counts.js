// Tells the portal, without a word of who, that something was searched for, and which result was opened.
const results = document.querySelector("[data-search-token]");

// A page that is loaded again, or come back to, is no other search.
function isNew() {
  const [navigation] = performance.getEntriesByType("navigation");
  return !navigation || navigation.type === "navigate";
}

function send(more) {
  const told = new URLSearchParams({ token: results.dataset.searchToken, ...more });
  navigator.sendBeacon(results.dataset.searchCounts, told);
}

function tellOpened(event) {
  const hit = event.target.closest("a") && event.target.closest("[data-hit]");
  // Of the buttons of a mouse only the first and the middle one open a link.
  if (hit && event.button < 2) {
    send({ source: hit.dataset.hit });
  }
}

if (results && navigator.sendBeacon) {
  if (isNew()) {
    send({});
  }
  results.addEventListener("click", tellOpened);
  results.addEventListener("auxclick", tellOpened);
}
