// Whoever has had the end of a topic's page before their eyes for a while has read it. The button does the same by hand.

const READING_SECONDS = 3;
const form = document.querySelector("[data-mark-read]");
const end = document.querySelector("[data-end-of-posts]");

async function markAsRead() {
  const body = new FormData(form);
  body.set("quietly", "1");
  try {
    const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
  } catch {
    return; // The button is still there.
  }
  document.querySelector("[data-said]").textContent = "Marked as read.";
  form.remove();
}

if (form && end) {
  let waiting;
  let inView = false;
  const wait = () => {
    clearTimeout(waiting);
    if (inView && document.visibilityState === "visible") {
      waiting = setTimeout(() => {
        observer.disconnect();
        document.removeEventListener("visibilitychange", wait);
        markAsRead();
      }, READING_SECONDS * 1000);
    }
  };
  const observer = new IntersectionObserver(([entry]) => {
    inView = entry.isIntersecting;
    wait();
  });
  observer.observe(end);
  document.addEventListener("visibilitychange", wait);
}
