// Counts down how long the places in the basket are kept, and has them kept for longer while the page stays as it is. Without it, the
// page says until when, and the button leaves the page and comes back.

const left = document.querySelector("[data-until]");
if (left) {
  let until = Date.parse(left.dataset.until);
  const shown = left.querySelector("[data-left]");
  const said = left.querySelector("[data-said]");
  let warnings = [5, 1]; // minutes before the end at which it is said aloud, once each
  const tell = () => {
    const seconds = Math.max(0, Math.round((until - Date.now()) / 1000));
    const minutes = Math.floor(seconds / 60);
    shown.textContent = seconds
      ? ` ${minutes}:${String(seconds % 60).padStart(2, "0")} left.`
      : " Your time is up. Go to your basket to keep what is still free.";
    while (warnings.length && seconds <= warnings[0] * 60) {
      const minute = warnings.shift();
      if (seconds > (minute - 1) * 60) said.textContent = `Your places are kept for ${minute} more minute${minute === 1 ? "" : "s"}.`;
    }
    if (!seconds) {
      said.textContent = shown.textContent;
      clearInterval(timer);
    }
  };
  const timer = setInterval(tell, 1000);
  tell();

  const form = left.querySelector("[data-keeps]");
  const warning = left.querySelector("[data-warning]");
  if (form) warning.textContent = "";
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new FormData(form);
    body.set("quietly", "1");
    let told;
    try {
      const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
      told = await answer.json();
    } catch {
      told = { words: "We could not keep them for longer just now. Try again, or go to your basket." };
    }
    if (!told.until) {
      warning.textContent = told.words;
      return;
    }
    until = Date.parse(told.until);
    warnings = [5, 1];
    left.querySelector("[data-hour]").textContent = told.hour;
    tell();
    said.textContent = told.words;
    form.remove();
    left.querySelector("[data-words]").focus();
  });
}
