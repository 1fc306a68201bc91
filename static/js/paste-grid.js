// A block of cells copied in Excel, pasted into a cell of table[data-grid], spreads over the cells to the right
// and below. Without this file the lines are pasted into the text area, which the server reads.

function linesOf(text) {
  return text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
}

function cellsOf(row) {
  return [...row.querySelectorAll("input[data-cell]")];
}

function spread(table, first, lines) {
  const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
  const top = rows.indexOf(first.closest("tr"));
  const left = cellsOf(rows[top]).indexOf(first);
  let last = first;
  lines.forEach((texts, down) => {
    const row = rows[top + down];
    if (!row) return;
    const cells = cellsOf(row).slice(left);
    texts.forEach((text, right) => {
      if (!cells[right]) return;
      cells[right].value = text.trim();
      last = cells[right];
    });
  });
  last.focus();
  last.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("paste", (event) => {
  const cell = event.target.closest?.("table[data-grid] input[data-cell]");
  const text = event.clipboardData?.getData("text/plain") || "";
  if (!cell || !/[\t\n\r]/.test(text.replace(/[\r\n]+$/, ""))) return;
  event.preventDefault();
  spread(cell.closest("table"), cell, linesOf(text));
});
