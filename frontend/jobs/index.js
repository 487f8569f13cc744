// <hk-jobs src="…">: fetches its fragment every second while the job runs and takes its place in the page.
// The fragment is the element itself, without src when the job is over; data-then leads on at the end.

const EVERY = 1_000;
const LONGEST = 15_000;

class Jobs extends HTMLElement {
  #wait = EVERY;

  connectedCallback() {
    this.wake = () => document.hidden || this.#soon(0);
    document.addEventListener("visibilitychange", this.wake);
    this.setAttribute("aria-busy", String(this.hasAttribute("src")));
    this.#soon(EVERY);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.wake);
  }

  #soon(pause) {
    clearTimeout(this.timer);
    if (this.hasAttribute("src") && !document.hidden) this.timer = setTimeout(() => this.#ask(), pause);
  }

  async #ask() {
    try {
      const answer = await fetch(this.getAttribute("src"), { headers: { "HX-Request": "true" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      this.#take(page.querySelector("hk-jobs"));
      this.#wait = EVERY;
    } catch {
      this.#wait = Math.min(this.#wait * 2, LONGEST); // the server may be restarting
    }
    this.#soon(this.#wait);
  }

  #take(fresh) {
    if (!fresh) return this.removeAttribute("src");
    const over = this.hasAttribute("src") && !fresh.hasAttribute("src");
    this.replaceChildren(...document.adoptNode(fresh).childNodes);
    if (!over) return;
    this.removeAttribute("src");
    this.setAttribute("aria-busy", "false");
    if (fresh.dataset.then) location.assign(fresh.dataset.then);
  }
}

customElements.define("hk-jobs", Jobs);
