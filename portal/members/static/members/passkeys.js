// Says on the page what allauth's passkey scripts only say in the console.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.getElementById("passkey_problem").hidden = false;
});
