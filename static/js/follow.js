// A form shows only what belongs to what is chosen: <div data-for="rule_type:BAND"> inside <form data-follow>.
// Without this file everything stands open, and the server reads what belongs to the choice.

function follow(form) {
  form.querySelectorAll("[data-for]").forEach((part) => {
    const [name, value] = part.dataset.for.split(":");
    part.hidden = form.querySelector(`input[name=${name}]:checked`)?.value !== value;
  });
}

document.querySelectorAll("form[data-follow]").forEach((form) => {
  follow(form);
  form.addEventListener("change", () => follow(form));
});
