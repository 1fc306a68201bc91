// The entry form follows the chosen kind: what the kind does not keep is hidden, and the outcomes that it
// suggests come first. Without this file all fields show, and the server checks the same.

const TALK = "HEART_TALK";
const COMMITTEE = "COMMITTEE_MEETING";
const form = document.querySelector("form[data-activity-form]");

function chosenKind() {
  return form.querySelector("input[name=kind]:checked")?.value || "";
}

function chosenKinds() {
  return [...form.querySelectorAll("input[name=kind]:checked, input[name=also_counts]:checked")].map((box) => box.value);
}

function showFieldsOf(kind) {
  const talk = kind === TALK;
  const kinds = chosenKinds();
  form.querySelectorAll("[data-for-kinds]").forEach((part) => {
    part.hidden = !part.dataset.forKinds.split(" ").some((wanted) => kinds.includes(wanted));
  });
  form.querySelectorAll("[data-shown-by]").forEach((part) => {
    const [name, value] = part.dataset.shownBy.split("=");
    part.hidden = form.querySelector(`input[name=${name}]:checked`)?.value !== value;
  });
  form.querySelectorAll("[data-talk-only]").forEach((part) => { part.hidden = !talk; });
  form.querySelectorAll("[data-not-talk]").forEach((part) => { part.hidden = talk; });
}

function isFilled(row) {
  return row.querySelector("input").value.trim() !== "";
}

function sortOutcomes(kind) {
  const first = form.querySelector("[data-outcomes-first]");
  const more = form.querySelector("[data-outcomes-more]");
  for (const row of form.querySelectorAll("[data-outcomes] .outcome")) {
    const wanted = row.dataset.kinds.split(" ").includes(kind) || isFilled(row);
    const place = wanted ? first : more;
    if (row.parentElement !== place) place.append(row);
  }
}

// At a committee meeting the committee is expected, else everybody; nobody's own ticks are changed.
function expect(kind, ticks) {
  const list = form.querySelector("[data-committee]");
  if (!list) return;
  const committee = list.dataset.committee.split(",");
  const mine = form.dataset.touched || form.querySelector("[name=version]")?.value;
  const boxes = [...list.querySelectorAll("input[name=present]")];
  for (const box of boxes) {
    const wanted = kind !== COMMITTEE || committee.includes(box.value);
    if (ticks && !mine) box.checked = wanted;
    box.closest("li").hidden = !wanted && !box.checked;
  }
  list.dispatchEvent(new CustomEvent("attendance", { bubbles: true }));
}

// Fewer than half of those who should attend: said while it is typed. Of nobody ticked nothing is known yet.
function showQuorum() {
  const warning = form.querySelector("[data-below-quorum]");
  if (!warning) return;
  const figure = (name) => parseInt(form.querySelector(`input[type=text][name=${name}]`)?.value, 10);
  const boxes = [...form.querySelectorAll("[data-attendance] input[name=present]")].filter((box) => !box.closest("li").hidden);
  const present = boxes.length ? boxes.filter((box) => box.checked).length : figure("present");
  const expected = boxes.length ? boxes.length : figure("expected");
  warning.hidden = !(boxes.length ? present > 0 && present * 2 < expected : present * 2 < expected);
}

// Attendance of another unit is entered by that unit: boxes only where the name may be that of one's own.
function showFigures() {
  const own = (form.querySelector("[data-own-units]")?.dataset.ownUnits || "").split("\n").filter(Boolean);
  for (const row of form.querySelectorAll("[data-part]")) {
    const figures = row.querySelector("[data-part-figures]");
    if (!figures) continue;
    const typed = row.querySelector("input[type=text]").value.trim();
    const fits = typed && own.some((word) => word.includes(typed) || typed.includes(word));
    figures.hidden = !fits && [...figures.querySelectorAll("input")].every((box) => !box.value.trim());
  }
}

// Another day held: its people, core tasks and votes came from the server, with the ticks as they are.
function dayChanged() {
  showFieldsOf(chosenKind());
  expect(chosenKind(), false);
}

if (form) {
  form.addEventListener("htmx:load", dayChanged);
  showFigures();
  form.addEventListener("input", showFigures);
  ["input", "change", "attendance"].forEach((name) => form.addEventListener(name, () => setTimeout(showQuorum)));
  showFieldsOf(chosenKind());
  expect(chosenKind(), false);
  form.addEventListener("change", (event) => {
    if (event.target.closest("[data-committee]")) form.dataset.touched = "yes";
    if (!["kind", "also_counts", "core_task"].includes(event.target.name)) return;
    showFieldsOf(chosenKind());
    if (event.target.name === "kind") {
      sortOutcomes(chosenKind());
      expect(chosenKind(), true);
    }
  });
}
