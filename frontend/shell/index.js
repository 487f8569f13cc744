// Every page: preferences, menus, toasts, dialogs, global keys, and the request token of htmx.
import { isFree, keyOf } from "../lib/keys.js";
import { startBell } from "./bell.js";
import { recent } from "../lib/recent.js";
import { preferences } from "./preferences.js";
import { toasts } from "./toasts.js";

const root = document.documentElement;
const GO_PAUSE = 1200;

function token() {
  return document.querySelector("meta[name=csrf-token]")?.content ?? "";
}

/** Django refuses unsafe requests without the token of the page. */
document.addEventListener("htmx:config:request", (event) => {
  event.detail.ctx.request.headers["X-CSRFToken"] = token();
});

/** The palette is loaded when it is first wanted; until then its link leads to the search page. */
function openPalette(link) {
  const opened = document.querySelector("hk-palette");
  if (opened) return opened.open();
  const palette = document.createElement("hk-palette");
  Object.assign(palette.dataset, { suggest: link.dataset.suggest, page: link.href, label: link.title || link.innerText.trim() });
  document.body.append(palette);
  const script = document.createElement("script");
  script.src = link.dataset.palette;
  script.onerror = () => location.assign(link.href);
  document.head.append(script);
}

document.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest(selector);
  const palette = on("[data-palette]");
  const opener = on("[data-open]");
  if (palette && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    openPalette(palette);
  } else if (opener) {
    document.getElementById(opener.dataset.open)?.showModal();
  } else if (on("[data-print]")) {
    window.print();
  } else if (event.target.matches("dialog[open]")) {
    event.target.close(); // a click on the backdrop reaches the dialog itself
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

/** Switches over a page take effect at once; their button is for browsers without scripts. */
document.addEventListener("change", (event) => {
  const switches = event.target.matches("select") && event.target.closest("[data-auto-submit]");
  if (switches) event.target.form.requestSubmit(switches.querySelector("[data-apply]"));
});

document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

const click = (selector) => {
  const found = document.querySelector(selector);
  found?.click();
  return Boolean(found);
};

/** N, L and T begin an entry of that kind in the composer of a record's page. */
function compose(code) {
  const choice = document.querySelector(`[data-compose="${CSS.escape(code)}"]`);
  if (!choice) return false;
  choice.querySelector("input").checked = true;
  choice.closest("form").querySelector("textarea").focus();
  return true;
}

/** Whoever was inside goes on from the button of the menu. */
function closeMenu(menu) {
  if (!menu) return;
  const inside = menu.contains(document.activeElement);
  menu.open = false;
  if (inside) menu.querySelector("summary").focus();
}

let going = 0;
function single(event) {
  const key = keyOf(event);
  if (Date.now() - going < GO_PAUSE) {
    going = 0;
    click(`[data-keys-go="${CSS.escape(event.code)}"]`);
    return true; // taken even without a place to go: the second key must not act on the page
  }
  if (key === "G") {
    going = Date.now();
    return true;
  }
  if (event.key === "?") return click('[data-open="keys"]') || document.getElementById("keys")?.showModal();
  if (key === "Backslash") return preferences.toggleSide();
  if (key === "E" && !document.querySelector("hk-list")) return click("[data-edit]");
  if (key === "F" && !document.querySelector("hk-list")) return click("[data-follow]");
  if (!event.shiftKey && compose(event.code)) return true;
  if (key === "BracketLeft") return click("[rel=prev]");
  if (key === "BracketRight") return click("[rel=next]");
  return key === "C" && !event.shiftKey ? click("[data-create]") : false;
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  const command = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (command && event.code === "KeyK") {
    event.preventDefault();
    click("[data-palette]");
  } else if (command && event.code === "KeyS" && click("[data-save]")) {
    event.preventDefault();
  } else if (command && event.key === "Enter" && event.target.closest("form")?.querySelector("[data-send]")) {
    event.preventDefault();
    event.target.closest("form").requestSubmit();
  } else if (command && event.code === "KeyZ" && !event.target.closest("input, textarea") && toasts.undo()) {
    event.preventDefault();
  } else if (event.key === "Escape") {
    closeMenu(document.querySelector("details.menu[open]"));
  } else if (isFree(event) && single(event)) {
    event.preventDefault();
  }
});

for (const button of document.querySelectorAll("[data-auto-submit] > [data-apply]")) button.hidden = true;
preferences.start(root);
toasts.start();
startBell();
recent.note();
