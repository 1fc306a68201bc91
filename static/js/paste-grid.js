// A block of cells copied in Excel, pasted into a cell of table[data-grid], spreads over the cells to the right
// and below; one with names goes into the text area. Without this file the lines are pasted into the text area, which the server reads.

function linesOf(text) {
  return text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
}

// A dash, digits of either width with their signs: what may stand in a cell.
function isFigure(text) {
  return /^[\s\d０-９.,，．+＋\-－−–—%％]*$/.test(text);
}

// Lines with names or headings belong to the units they name, not to the rows they happen to land in.
function intoLines(text) {
  const area = document.getElementById("lines");
  if (!area) return false;
  area.value = [area.value.trimEnd(), text.trimEnd()].filter(Boolean).join("\n");
  area.closest("details").open = true;
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
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
  const lines = linesOf(text);
  if (lines.some((texts) => texts.some((one) => !isFigure(one))) && intoLines(text)) return;
  spread(cell.closest("table"), cell, lines);
});
