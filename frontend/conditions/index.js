// <hk-conditions> around the filter builder: the buttons [data-step] and the controls [data-draws] of its form have the
// server draw the form anew in place; focus stays where it was, or goes to what the answer marks autofocus.
// Ctrl+Enter applies. Without this island the same buttons load the page anew.

class Conditions extends HTMLElement {
  #asked = null;

  constructor() {
    super();
    this.addEventListener("click", (event) => this.#clicked(event));
    this.addEventListener("change", (event) => this.#changed(event));
    this.addEventListener("keydown", (event) => this.#pressed(event));
  }

  connectedCallback() {
    this.#prepare();
  }

  #prepare() {
    for (const button of this.querySelectorAll("[data-draw]")) button.hidden = true;
  }

  #clicked(event) {
    const button = event.target.closest("[data-step]");
    if (!button) return;
    event.preventDefault();
    this.#draw(button.value);
  }

  #changed(event) {
    if (event.target.matches("[data-draws]")) this.#draw("draw");
  }

  #pressed(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
      event.preventDefault();
      this.querySelector("form").requestSubmit(this.querySelector("[name=do][value=apply]"));
    }
  }

  async #draw(step) {
    const form = this.querySelector("form");
    const sent = new FormData(form);
    sent.set("do", step);
    // A later change overtakes the answer to an earlier one.
    this.#asked?.abort();
    this.#asked = new AbortController();
    const focused = this.contains(document.activeElement) ? document.activeElement.id : "";
    let answer;
    try {
      const options = { method: "POST", body: sent, headers: { "HX-Request": "true" }, signal: this.#asked.signal };
      answer = await fetch(form.action, options);
      if (!answer.ok) throw new Error(String(answer.status));
      this.#show(await answer.text(), focused);
    } catch (error) {
      // The page itself says what is wrong.
      if (error.name !== "AbortError") form.requestSubmit(form.querySelector("[data-draw]"));
    }
  }

  #show(markup, focused) {
    const drawn = new DOMParser().parseFromString(markup, "text/html").querySelector("hk-conditions");
    this.replaceChildren(...drawn.childNodes);
    this.#prepare();
    const next = this.querySelector("[autofocus]") ?? (focused && this.querySelector(`#${focused}`));
    next?.focus();
  }
}

customElements.define("hk-conditions", Conditions);
