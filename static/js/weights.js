// <form data-weights>: each <tbody data-sum> shows what its weights add up to, and each weight its share of that.
// Without this file sums and shares stand as they were saved.

const PLACES = 3;

function read(input) {
  const text = input.value.normalize("NFKC").replace(/[\s,，%]/g, "");
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
}

function words(number) {
  return String(Number(number.toFixed(PLACES)));
}

function addUp(part) {
  const rows = [...part.querySelectorAll("tr")].filter((row) => row.querySelector("input"));
  const weights = rows.map((row) => read(row.querySelector("input")));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  rows.forEach((row, place) => {
    const share = (100 * weights[place]) / sum;
    row.querySelector("output").textContent = Number.isFinite(share) ? `${share.toFixed(2)}%` : "—";
  });
  part.querySelector("[data-total]").textContent = Number.isNaN(sum) ? "—" : words(sum);
}

document.querySelectorAll("form[data-weights]").forEach((form) => {
  const parts = form.querySelectorAll("[data-sum]");
  parts.forEach(addUp);
  form.addEventListener("input", () => parts.forEach(addUp));
});
