// Whoever has had the end of a topic's page before their eyes for a while has read it.
import { markWhenRead } from "./reading.js";

markWhenRead(
  document.querySelector("[data-mark-read]"),
  document.querySelector("[data-end-of-posts]"),
  3,
  document.querySelector("[data-said]"),
);
