// <hk-files src="…/files">: the panel of files. Files can be dropped on it, pasted anywhere on the page, or chosen; they
// are sent one after the other with their progress. Pictures, PDF and text open in a dialog.
import { say } from "../lib/moving.js";

class Files extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => this.#open(event));
    if (!this.hasAttribute("src")) return;
    for (const type of ["dragenter", "dragover"]) this.addEventListener(type, (event) => this.#over(event, true));
    for (const type of ["dragleave", "drop"]) this.addEventListener(type, (event) => this.#over(event, false));
    this.addEventListener("drop", (event) => this.#send([...event.dataTransfer.files]));
    this.addEventListener("change", (event) => event.target.matches("[type=file]") && this.#send([...event.target.files]));
    this.paste = (event) => event.clipboardData?.files.length && this.#send([...event.clipboardData.files]);
    document.addEventListener("paste", this.paste);
  }

  disconnectedCallback() {
    document.removeEventListener("paste", this.paste);
  }

  #over(event, inside) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.classList.toggle("over", inside);
  }

  async #send(files) {
    const box = this.querySelector("[data-sending]");
    const lines = files.map((file) => this.#line(file));
    box.replaceChildren(...lines);
    box.hidden = false;
    for (const [i, file] of files.entries()) {
      for (const words of await this.#one(file, lines[i].querySelector("progress"))) say(words, { level: "error" });
      lines[i].remove();
    }
    await this.#refresh();
  }

  #line(file) {
    const line = Object.assign(document.createElement("div"), { className: "row" });
    const name = Object.assign(document.createElement("span"), { className: "grow clip", textContent: file.name });
    const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0, ariaLabel: file.name });
    line.append(name, bar);
    return line;
  }

  /** Sends one file; gives the sentences of what was refused. */
  #one(file, bar) {
    return new Promise((done) => {
      const request = new XMLHttpRequest(); // fetch cannot tell how much has been sent
      const body = new FormData();
      body.append("files", file, file.name || "file");
      request.upload.onprogress = ({ loaded, total }) => (bar.value = total ? loaded / total : 0);
      request.onerror = () => done([this.dataset.failed]);
      request.onload = () => {
        const said = request.response;
        done(said?.refused ?? (request.status < 300 ? [] : [said?.message ?? this.dataset.failed]));
      };
      request.responseType = "json";
      request.open("POST", this.getAttribute("src"));
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRFToken", document.querySelector("meta[name=csrf-token]")?.content ?? "");
      request.send(body);
    });
  }

  async #refresh() {
    const answer = await fetch(this.getAttribute("src"), { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok) return location.reload();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    this.replaceWith(document.adoptNode(page.querySelector("hk-files")));
  }

  #open(event) {
    const link = event.target.closest("[data-show]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const dialog = Object.assign(document.createElement("dialog"), { className: "big preview", ariaLabel: link.title });
    const head = document.createElement("header");
    const close = Object.assign(document.createElement("button"), { className: "btn ghost sq sm", textContent: "×", type: "button" });
    close.setAttribute("aria-label", "Esc");
    close.addEventListener("click", () => dialog.close());
    head.append(Object.assign(document.createElement("h2"), { className: "clip", textContent: link.title }), close);
    dialog.append(head, this.#shown(link));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  #shown(link) {
    if (link.dataset.show.startsWith("image/")) {
      return Object.assign(document.createElement("img"), { src: link.href, alt: link.title });
    }
    const frame = Object.assign(document.createElement("iframe"), { src: link.href, title: link.title });
    if (link.dataset.show === "text/plain") frame.setAttribute("sandbox", "");
    return frame;
  }
}

customElements.define("hk-files", Files);
