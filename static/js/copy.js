// "Copy as text": the text stands in a field, so that it can be taken by hand where the clipboard is closed.

async function copy(box) {
  const field = box.querySelector("textarea");
  const button = box.querySelector("button");
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    field.select();
    document.execCommand("copy"); // pages served over plain HTTP in the intranet have no clipboard API
  }
  box.querySelector("[role=status]").textContent = button.dataset.copied;
  button.querySelector("span").textContent = button.dataset.copied;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy] button");
  if (button) copy(button.closest("[data-copy]"));
});
