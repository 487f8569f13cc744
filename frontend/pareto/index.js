// <hk-pareto>: a slider moves the marker of the drawn curve, the texts and the link, without asking the server.
// Inside: the SVG of engines.charts.pareto, input[type=range][name], script[type="application/json"] (stops_json),
// elements with data-out="ratio|customers|fraction|amount|head|held", links with data-ratio-link.

const HIDE_WITHOUT_SCRIPT = "[data-apply]";

class Pareto extends HTMLElement {
  connectedCallback() {
    this.range = this.querySelector("input[type=range]");
    const data = this.querySelector('script[type="application/json"]');
    if (!this.range || !data) return;
    this.stops = new Map(JSON.parse(data.textContent).map((stop) => [stop.r, stop]));
    for (const button of this.querySelectorAll(HIDE_WITHOUT_SCRIPT)) button.hidden = true;
    this.#fill();
    this.range.addEventListener("input", () => this.show());
    this.range.addEventListener("change", () => this.remember());
  }

  show() {
    const stop = this.stops.get(Number(this.range.value));
    if (!stop) return;
    const words = { ratio: `${stop.r}%`, customers: stop.n, fraction: stop.p, amount: stop.a };
    for (const out of this.querySelectorAll("[data-out]")) {
      // A sentence keeps its places: data-text="{customers} · {fraction}"
      const text = out.dataset.text ?? `{${out.dataset.out}}`;
      out.textContent = text.replace(/\{(\w+)\}/g, (_all, name) => words[name] ?? "");
    }
    this.#fill();
    this.range.setAttribute("aria-valuetext", `${words.ratio}, ${stop.n}`);
    for (const link of this.querySelectorAll("[data-ratio-link]")) link.href = this.#with(link.href, stop.r);
    this.#mark(stop, words);
  }

  /** The track left of the thumb; browsers with ::-moz-range-progress need no help. */
  #fill() {
    const { min, max, value } = this.range;
    this.range.style.setProperty("--at", ((value - min) / (max - min)) * 100);
  }

  remember() {
    history.replaceState(history.state, "", this.#with(location.href, this.range.value));
  }

  #with(address, ratio) {
    const url = new URL(address, location.href);
    url.searchParams.set(this.range.name, ratio);
    return url.href;
  }

  #mark(stop, words) {
    const holder = this.querySelector("[data-plot]");
    if (!holder) return;
    const { left, right, top, bottom, tip } = JSON.parse(holder.dataset.plot);
    const x = left + stop.f * (right - left);
    const y = bottom - stop.s * (bottom - top);
    const part = (name) => holder.querySelector(`[data-mark=${name}]`);
    part("guide").setAttribute("d", `M${x} ${bottom}V${y}H${right}`);
    part("pin").setAttribute("cx", x);
    part("pin").setAttribute("cy", y);
    part("tip").setAttribute("transform", `translate(${Math.min(x + 12, right - tip)} ${Math.min(y + 12, bottom - 48)})`);
    for (const name of ["head", "held"]) {
      const text = this.querySelector(`[data-tip-${name}]`)?.getAttribute(`data-tip-${name}`);
      if (text) part(name).textContent = text.replace(/\{(\w+)\}/g, (_all, key) => words[key] ?? "");
    }
    const bars = this.querySelector("[data-bars]");
    const head = stop.f * Number(bars.dataset.bars);
    [...bars.children].forEach((bar, i) => bar.setAttribute("class", i < head ? "in" : "out"));
  }
}

customElements.define("hk-pareto", Pareto);
