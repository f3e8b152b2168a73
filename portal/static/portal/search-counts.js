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
  const link = event.target.closest("a[data-search-source]");
  // Of the buttons of a mouse only the first and the middle one open a link.
  if (link && event.button < 2) {
    send({ source: link.dataset.searchSource });
  }
}

if (results && navigator.sendBeacon) {
  if (isNew()) {
    send({});
  }
  results.addEventListener("click", tellOpened);
  results.addEventListener("auxclick", tellOpened);
}
