// Marks a topic as read once the last post of the page has been in view for a while. The button does the same by hand.

const SECONDS = 3;

const form = document.querySelector("[data-mark-read]");
const posts = document.querySelectorAll(".post");
const last = posts[posts.length - 1];

if (form && last && "IntersectionObserver" in window) {
  let timer;

  const mark = async () => {
    observer.disconnect();
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-Requested-With": "fetch" },
    }).catch(() => null);
    if (answer && answer.ok) {
      form.hidden = true;
    }
  };

  const observer = new IntersectionObserver((entries) => {
    clearTimeout(timer);
    if (entries.some((entry) => entry.isIntersecting)) {
      timer = setTimeout(mark, SECONDS * 1000);
    }
  });
  observer.observe(last.querySelector(".post__text"));
}
