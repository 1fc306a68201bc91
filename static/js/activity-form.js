// The entry form follows the chosen kind: what the kind does not keep is hidden, and the outcomes that it
// suggests come first. Without this file all fields show, and the server checks the same.

const TALK = "HEART_TALK";
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

if (form) {
  showFieldsOf(chosenKind());
  form.addEventListener("change", (event) => {
    if (!["kind", "also_counts", "core_task"].includes(event.target.name)) return;
    showFieldsOf(chosenKind());
    if (event.target.name === "kind") sortOutcomes(chosenKind());
  });
}
