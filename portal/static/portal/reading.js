// Marks something as read once its end has been in view for a while. The form's button does the same by hand.

/**
 * @param {HTMLFormElement | null} form what a press of its button would send
 * @param {Element | null} end what has to be in view
 * @param {number} seconds for how long
 * @param {Element} said where it is said that it was marked
 */
export function markWhenRead(form, end, seconds, said) {
  if (!form || !end) return;
  let waiting;
  let inView = false;

  const mark = async () => {
    const body = new FormData(form);
    body.set("quietly", "1");
    try {
      const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return;
    } catch {
      return; // The button is still there.
    }
    said.textContent = "Marked as read.";
    form.remove();
  };
  const wait = () => {
    clearTimeout(waiting);
    if (inView && document.visibilityState === "visible") {
      waiting = setTimeout(() => {
        observer.disconnect();
        document.removeEventListener("visibilitychange", wait);
        mark();
      }, seconds * 1000);
    }
  };
  const observer = new IntersectionObserver(([entry]) => {
    inView = entry.isIntersecting;
    wait();
  });
  observer.observe(end);
  document.addEventListener("visibilitychange", wait);
}
