// <hk-passkey data-act="get|create" data-begin data-finish>: asks the server for options, the browser for a passkey,
// and hands the answer back. Written out instead of toJSON(), which browsers of 2024 do not have yet.

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

function toText(buffer) {
  const signs = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(signs).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

const withBytes = (known) => known?.map((key) => ({ ...key, id: toBytes(key.id) }));

function options({ publicKey: asked }) {
  const publicKey = { ...asked, challenge: toBytes(asked.challenge) };
  if (asked.user) publicKey.user = { ...asked.user, id: toBytes(asked.user.id) };
  if (asked.excludeCredentials) publicKey.excludeCredentials = withBytes(asked.excludeCredentials);
  if (asked.allowCredentials) publicKey.allowCredentials = withBytes(asked.allowCredentials);
  return { publicKey };
}

function plain(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = toText(credential.response[part]);
  }
  const { id, type } = credential;
  return { id, rawId: toText(credential.rawId), type, response, clientExtensionResults: {} };
}

async function post(url, body) {
  const token = document.querySelector("meta[name=csrf-token]").content;
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(said.message), { said: said.message });
  return said;
}

class Passkey extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    const able = Boolean(window.PublicKeyCredential && navigator.credentials);
    this.button.hidden = !able;
    if (able) this.button.addEventListener("click", () => this.#run());
    else if (this.dataset.act === "create") this.#say(this.dataset.unable);
  }

  async #run() {
    this.button.disabled = true;
    this.#say("");
    try {
      const asked = options(await post(this.dataset.begin, {}));
      const credential = await navigator.credentials[this.dataset.act](asked);
      const name = this.querySelector("input")?.value;
      const { go } = await post(this.dataset.finish, { answer: plain(credential), name, next: this.dataset.next });
      location.assign(go);
    } catch (error) {
      this.#say(error.said ?? this.dataset.failed);
      this.button.disabled = false;
    }
  }

  #say(words) {
    const place = this.querySelector("[role=alert]");
    place.hidden = !words;
    place.querySelector("span").textContent = words;
  }
}

customElements.define("hk-passkey", Passkey);
