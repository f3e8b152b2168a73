// Says on every page of the admin that the second factor is switched off. Loaded only where it is.
const banner = document.createElement("div");
banner.setAttribute("role", "status");
banner.id = "second-factor-off";
banner.textContent =
  "Second factor is switched off on this demonstration. On a real portal, staff need one to reach this area.";
document.querySelector("main").prepend(banner);
