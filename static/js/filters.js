// Filter bars apply themselves when a choice changes; a text field when it is left or Enter is pressed.

function send(form) {
  form.querySelectorAll("input, select").forEach((field) => { field.disabled = field.value === ""; });
  form.submit();
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosubmit]");
  if (form) send(form);
});

// On a phone the filters would fill the first screen: they open on a press, or when one is set.
const phone = window.matchMedia("(max-width: 767.98px)");
document.querySelectorAll("details[data-fold]").forEach((fold) => {
  fold.open = !phone.matches || "inUse" in fold.dataset;
});
phone.addEventListener("change", () => {
  if (!phone.matches) document.querySelectorAll("details[data-fold]").forEach((fold) => { fold.open = true; });
});

// The form comes back enabled when the page is shown again from the browser's memory.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-autosubmit] :disabled").forEach((field) => { field.disabled = false; });
});

// One menu open at a time; Escape and a press elsewhere close it.
function closeMenus(except) {
  document.querySelectorAll("details.usermenu[open]").forEach((menu) => {
    if (menu !== except) menu.open = false;
  });
}

document.addEventListener("click", (event) => closeMenus(event.target.closest("details.usermenu")));
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.usermenu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
