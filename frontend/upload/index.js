// <hk-upload> around a file field in a multipart form: files can be dropped, are listed, and are sent with progress.
// The form's answer may be a redirect (followed) or a page with errors (shown).

class Upload extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input[type=file]");
    this.form = this.closest("form");
    for (const type of ["dragenter", "dragover"]) this.addEventListener(type, (event) => this.#over(event, true));
    for (const type of ["dragleave", "drop"]) this.addEventListener(type, (event) => this.#over(event, false));
    this.addEventListener("drop", (event) => this.#take(event.dataTransfer.files));
    this.field.addEventListener("change", () => this.#list());
    this.form?.addEventListener("submit", (event) => this.#send(event));
  }

  #over(event, inside) {
    event.preventDefault();
    this.classList.toggle("over", inside);
  }

  #take(files) {
    const all = new DataTransfer();
    const known = new Set();
    for (const file of [...this.field.files, ...files]) {
      const key = `${file.name}/${file.size}/${file.lastModified}`;
      if (!known.has(key)) all.items.add(file);
      known.add(key);
    }
    this.field.files = all.files;
    this.#list();
  }

  #list() {
    const list = this.querySelector("[data-files]");
    const size = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
    list?.replaceChildren(
      ...[...this.field.files].map((file) => {
        const line = Object.assign(document.createElement("li"), { className: "row" });
        const name = Object.assign(document.createElement("span"), { className: "grow clip", textContent: file.name });
        const bytes = Object.assign(document.createElement("span"), { className: "sub" });
        bytes.textContent = `${size.format(file.size / 1_048_576)} MB`;
        line.append(name, bytes);
        return line;
      }),
    );
  }

  #send(event) {
    if (!this.field.files.length || event.defaultPrevented) return;
    event.preventDefault();
    const request = new XMLHttpRequest(); // fetch cannot tell how much has been sent
    const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
    this.append(bar);
    this.#freeze(true);
    request.upload.onprogress = ({ loaded, total }) => (bar.value = total ? loaded / total : 0);
    request.onload = () => this.#done(request);
    request.onerror = () => {
      bar.remove();
      this.#freeze(false);
    };
    request.open("POST", this.form.action);
    request.setRequestHeader("Accept", "text/html");
    request.send(new FormData(this.form, event.submitter));
  }

  #freeze(on) {
    for (const button of this.form.querySelectorAll("button")) button.disabled = on;
  }

  #done(request) {
    if (request.responseURL && request.responseURL !== this.form.action) return location.assign(request.responseURL);
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const fresh = page.querySelector("main");
    if (fresh) document.querySelector("main").replaceWith(document.adoptNode(fresh));
    else location.reload();
  }
}

customElements.define("hk-upload", Upload);
