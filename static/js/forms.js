// Entry forms: the error summary, the second click, unsaved text, quantity steppers, attendance chips.
// Everything works without this file too; the server checks all of it.

const SECOND_CLICK_MS = 1000;

function focusErrorSummary() {
  const summary = document.querySelector(".errsum");
  if (summary) summary.focus();
}

// A click on a link of the summary puts the cursor into the field, not only in view.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".errsum a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  field.closest(".fld")?.scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
});

// The submission key is the protection; this only spares the user a needless answer.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  const now = Date.now();
  if (now - Number(form.dataset.sentAt || 0) < SECOND_CLICK_MS) {
    event.preventDefault();
    return;
  }
  form.dataset.sentAt = String(now);
  form.dataset.dirty = "";
});

// ---- unsaved text: asked once, by the browser's own question ----

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) form.dataset.dirty = "yes";
});

window.addEventListener("beforeunload", (event) => {
  const form = document.querySelector("form[data-guard][data-dirty='yes']");
  if (!form || form.dataset.asked) return;
  form.dataset.asked = "yes";
  event.preventDefault();
});

// ---- quantities ----

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-stepper] [data-step]");
  if (!button) return;
  const input = button.parentElement.querySelector("input");
  const value = Number(input.value || 0);
  if (Number.isNaN(value)) return;
  const least = input.min === "" ? 0 : Number(input.min);
  input.value = String(Math.max(least, value + Number(button.dataset.step)));
  input.dispatchEvent(new Event("input", { bubbles: true }));
});

// ---- attendance ----

function boxesOf(list) {
  return [...list.querySelectorAll(".att li:not([hidden]) input[type=checkbox]")];
}

function showAttendance(list) {
  const boxes = boxesOf(list);
  for (const box of boxes) {
    const row = box.closest("li");
    row.classList.toggle("present", box.checked);
    const reason = row.querySelector(".why");
    if (reason && box.checked) reason.value = "";
  }
  const present = boxes.filter((box) => box.checked).length;
  list.querySelector("[data-summary-text]").textContent = list.dataset.summary
    .replace("{expected}", boxes.length)
    .replace("{present}", present)
    .replace("{absent}", boxes.length - present);
}

function pickAttendance(list, which) {
  const last = new Set((list.dataset.last || "").split(",").filter(Boolean));
  for (const box of boxesOf(list)) {
    box.checked = which === "all" || (which === "last" && last.has(box.value));
  }
  showAttendance(list);
  list.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-attendance] [data-pick]");
  if (button) pickAttendance(button.closest("[data-attendance]"), button.dataset.pick);
});

document.addEventListener("change", (event) => {
  const list = event.target.closest("[data-attendance]");
  if (list && event.target.type === "checkbox") showAttendance(list);
});

// Rows came or went.
document.addEventListener("attendance", (event) => {
  event.target.querySelectorAll("[data-attendance]").forEach(showAttendance);
});

document.addEventListener("htmx:load", (event) => {
  event.target.querySelectorAll?.("[data-attendance]").forEach(showAttendance);
});

// ---- choosing rows for a bulk action: the count, and all at once ----

function showChosen(form) {
  const chosen = form.querySelectorAll("input[data-row]:checked").length;
  const count = form.querySelector("[data-chosen]");
  if (count) count.textContent = String(chosen);
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-bulk]");
  if (!form) return;
  if (event.target.matches("[data-all]")) {
    form.querySelectorAll("input[data-row]").forEach((box) => { box.checked = event.target.checked; });
  }
  showChosen(form);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

document.querySelectorAll("[data-attendance]").forEach(showAttendance);
document.querySelectorAll("form[data-bulk]").forEach(showChosen);
focusErrorSummary();
