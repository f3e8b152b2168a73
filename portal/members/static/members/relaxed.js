// Says on every page of the admin that the second factor is switched off. Loaded only where it is.
const banner = document.createElement("div");
banner.setAttribute("role", "status");
banner.id = "second-factor-off";
banner.textContent =
  "Second factor is switched off on this demonstration. On a real portal, staff need one to reach this area.";
banner.style.cssText = "padding:8px 16px;background:#ffeb3b;color:#212b32;font-weight:bold";
document.querySelector("main").prepend(banner);
