// <hk-review>: one key decides a pair. Keys press the buttons and links that carry the same data-key;
// J and K go through the queue (a in .queue), Enter opens the one in focus.
import { onKeys } from "../lib/keys.js";

class Review extends HTMLElement {
  connectedCallback() {
    const press = (key) => () => {
      const button = this.querySelector(`[data-key="${key}"]:not(:disabled)`);
      if (!button || this.busy) return false;
      // A held key must not decide the next pair before it has been seen.
      this.busy = button.matches("button");
      button.click();
    };
    this.endKeys = onKeys({
      ...Object.fromEntries([..."ARNSU"].map((key) => [key, press(key)])),
      J: () => this.#go(1),
      K: () => this.#go(-1),
    });
    for (const type of ["htmx:after:swap", "htmx:response:error", "htmx:error"]) {
      this.addEventListener(type, () => (this.busy = false));
    }
    window.addEventListener("pageshow", () => (this.busy = false));
  }

  disconnectedCallback() {
    this.endKeys?.();
  }

  #go(step) {
    const links = [...this.querySelectorAll(".queue a")];
    const at = links.findIndex((link) => link.matches("[aria-current]"));
    const next = links[at + step];
    if (!next) return false;
    next.click();
  }
}

customElements.define("hk-review", Review);
