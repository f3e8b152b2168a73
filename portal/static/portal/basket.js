// Counts down how long the places in the basket are kept. Without it, the page says until when.

const left = document.querySelector("[data-until]");
if (left) {
  const until = Date.parse(left.dataset.until);
  const shown = left.querySelector("[data-left]");
  const said = left.querySelector("[data-said]");
  const warnings = [5, 1]; // minutes before the end at which it is said aloud, once each
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
}
