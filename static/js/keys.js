// Keyboard: / search, g then w, l or d, n new record, j k Enter in lists, ? help. Off inside inputs and by choice.

const GO_WITHIN_MS = 1500;
const help = document.getElementById("shortcuts");
const enabled = document.body.dataset.keys === "on" && help;
let goSince = 0;
let here = -1;

function typing(target) {
  return target.closest("input, textarea, select, [contenteditable], dialog[open]");
}

function rows() {
  return [...document.querySelectorAll(".main .tbl tbody tr:has(a), .main .todo li")];
}

function step(by) {
  const list = rows();
  if (!list.length) return;
  here = Math.max(0, Math.min(list.length - 1, here + by));
  list.forEach((row, place) => row.classList.toggle("here", place === here));
  list[here].querySelector("a").focus();
}

function go(url) {
  if (url) window.location.assign(url);
}

const ACTIONS = {
  "/": () => document.querySelector("[data-search]")?.focus(),
  n: () => go(help.dataset.n),
  j: () => step(1),
  k: () => step(-1),
  "?": () => help.showModal(),
  g: () => { goSince = Date.now(); },
};

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  const going = Date.now() - goSince < GO_WITHIN_MS;
  goSince = 0;
  if (going && ["w", "l", "d"].includes(event.key)) {
    event.preventDefault();
    go(help.dataset[event.key]);
  } else if (Object.hasOwn(ACTIONS, event.key)) {
    event.preventDefault();
    ACTIONS[event.key]();
  }
}

if (enabled) document.addEventListener("keydown", pressed);
