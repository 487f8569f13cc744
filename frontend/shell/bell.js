// The bell: how many notices are unread, and the newest of them. One page of a browser holds the event stream for all
// of them (a browser opens six connections to a place, and streams would take them all); where it cannot be had, the
// page that is looked at asks every half minute.

const POLL = 30_000;
const FRESH = 10_000;
const QUIET = 2_500; // a page that is left at once needs no stream
const MOST = 99;
let bell, channel, streaming = false;

const remembered = () => JSON.parse(sessionStorage.getItem("hk-unread") ?? "{}");

function show(unread) {
  const mark = bell.querySelector("[data-unread]");
  const before = Number(mark.dataset.unread || 0);
  mark.dataset.unread = unread;
  mark.hidden = !unread;
  mark.textContent = unread > MOST ? `${MOST}+` : unread || "";
  sessionStorage.setItem("hk-unread", JSON.stringify({ unread, at: Date.now() }));
  if (bell.open && before !== unread) list();
}

async function count() {
  try {
    const answer = await fetch(bell.dataset.count, { headers: { Accept: "application/json" } });
    if (answer.ok && !answer.redirected) show((await answer.json()).unread);
  } catch {
    // Offline: the next round asks again.
  }
}

async function list() {
  const answer = await fetch(bell.dataset.part, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  bell.querySelector("[data-bell-list]").replaceChildren(...page.body.childNodes);
}

function news() {
  count();
  channel?.postMessage("news");
}

/** Holds the stream until the page goes; the lock then passes to another page. */
function lead() {
  const stream = new EventSource(bell.dataset.stream);
  stream.addEventListener("open", () => (streaming = true));
  stream.addEventListener("news", news);
  stream.addEventListener("error", () => (streaming = false)); // until it is back, or for good: pages poll
  return new Promise(() => {});
}

function ask() {
  if (!document.hidden && !streaming && Date.now() - (remembered().at ?? 0) > FRESH) count();
}

export function startBell() {
  bell = document.querySelector("[data-bell]");
  if (!bell) return;
  const { unread = 0 } = remembered();
  if (unread) show(unread);
  setTimeout(ask, QUIET);
  channel = new BroadcastChannel("hk-notices");
  channel.onmessage = ({ data }) => data === "news" && count();
  bell.addEventListener("toggle", () => bell.open && list());
  document.addEventListener("visibilitychange", ask);
  setInterval(ask, POLL);
  // Locks exist on https and on this machine only; elsewhere pages poll.
  setTimeout(() => navigator.locks?.request("hk-notices", lead), QUIET);
}
