// Short messages at the foot of the window; those that can be undone stay longer.

const STAY = 6_000;
const STAY_UNDO = 15_000;

function watch(toast) {
  let timer;
  const wait = () => (timer = setTimeout(() => toast.remove(), toast.querySelector("[data-undo]") ? STAY_UNDO : STAY));
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", wait);
  toast.addEventListener("focusin", () => clearTimeout(timer));
  toast.addEventListener("focusout", wait);
  if (!toast.matches(".error") || !toast.querySelector("[data-dismiss]")) wait(); // an error stays until it is read
}

function say(box, { text, level = "", undo = "" }) {
  const toast = document.createElement("div");
  toast.className = `toast ${level}`;
  toast.textContent = text;
  if (undo) toast.append(undoForm(undo, box.dataset.undo));
  box.append(toast);
}

/** The same form that the server puts into its toasts. */
function undoForm(action, words) {
  const form = Object.assign(document.createElement("form"), { method: "post", action });
  const token = document.querySelector("meta[name=csrf-token]")?.content ?? "";
  const field = Object.assign(document.createElement("input"), { type: "hidden", name: "csrfmiddlewaretoken", value: token });
  const button = Object.assign(document.createElement("button"), { textContent: words });
  button.dataset.undo = "";
  form.append(field, button);
  return form;
}

export const toasts = {
  start() {
    const box = document.getElementById("toasts");
    if (!box) return;
    box.querySelectorAll(".toast").forEach(watch);
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) for (const node of addedNodes) if (node.matches?.(".toast")) watch(node);
    }).observe(box, { childList: true });
    document.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest(".toast")?.remove());
    // Islands say something by an event: new CustomEvent("hk:toast", {detail: {text, level, undo}})
    // A request of htmx that failed leaves the page as it was, and says so.
    for (const type of ["htmx:response:error", "htmx:error"]) {
      document.addEventListener(type, () => say(box, { text: box.dataset.failed, level: "error" }));
    }
    document.addEventListener("hk:toast", ({ detail }) => say(box, detail));
  },
  undo() {
    const button = [...document.querySelectorAll("#toasts [data-undo]")].at(-1);
    button?.click();
    return Boolean(button);
  },
};
