// The index of notes: a choice per column and a word, which rows must answer to. Without it the table is whole.
// @ts-check

/** Columns that get a choice: their cells hold one value, or several between commas. */
const CHOICES = [3, 4, 5, 6, 7];

/** @param {HTMLElement} box the element around the table */
export const begin = (box) => {
  const table = /** @type {HTMLTableElement} */ (box.querySelector("table"));
  const heads = [.../** @type {HTMLTableSectionElement} */ (table.tHead).rows[0].cells];
  const rows = [...table.tBodies[0].rows];
  const values = (/** @type {HTMLTableRowElement} */ row, /** @type {number} */ column) =>
    (row.cells[column].textContent ?? "").split(/[,，]/).map((value) => value.trim()).filter(Boolean);
  const bar = document.createElement("form");
  bar.className = "pn-filters";
  const count = document.createElement("output");
  /** @type {[number, HTMLSelectElement][]} */
  const selects = CHOICES.map((column) => {
    const select = document.createElement("select");
    const label = document.createElement("label");
    const name = heads[column].textContent?.trim() ?? "";
    const all = [...new Set(rows.flatMap((row) => values(row, column)))];
    all.sort((a, b) => a.localeCompare(b, document.documentElement.lang, { numeric: true }));
    select.append(new Option("—", ""), ...all.map((value) => new Option(value, value)));
    label.append(name, select);
    bar.append(label);
    return [column, select];
  });
  bar.append(count);
  const apply = () => {
    for (const row of rows) {
      row.hidden = selects.some(([column, { value }]) => value && !values(row, column).includes(value));
    }
    count.textContent = `${rows.filter((row) => !row.hidden).length} / ${rows.length}`;
  };
  bar.addEventListener("input", apply);
  bar.addEventListener("submit", (event) => event.preventDefault());
  box.prepend(bar);
  apply();
};
