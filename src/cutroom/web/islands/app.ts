// On every page: htmx, and what HTML alone cannot do.

import htmx from "htmx.org";
import { startEvents } from "./events";
import { startForms } from "./forms";
import { startNotices } from "./notices";
import { startPresses } from "./presses";
import { startUploads } from "./upload";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.historyCacheSize = 0; // pages of one user must not stay in storage for the next
htmx.config.selfRequestsOnly = true;

document.documentElement.classList.add("has-islands");
const address = new URL(location.href);
if (address.searchParams.has("notice")) {
  address.searchParams.delete("notice"); // said once; not again after a reload
  history.replaceState(null, "", address);
}
startForms();
startPresses();
startUploads();
startNotices();
startEvents();
