// Buttons that copy what stands elsewhere on the page. Without scripts they are not shown, and it is copied by hand.

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const said = button.parentElement.querySelector("[role=status]");
    try {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
      said.textContent = "Copied.";
    } catch {
      said.textContent = "Your browser does not let us copy it. Select the address and copy it by hand.";
    }
  });
}
