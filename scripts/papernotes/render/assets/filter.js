// The index of notes: a choice per column, which rows must answer to. What is chosen is in the address, so that it can
// be passed on and taken back. Without it the table is whole.
// @ts-check

/** Columns that get a choice, with their names in the address: their cells hold one value, or several between commas. */
const CHOICES = /** @type {[number, string][]} */ ([[3, "year"], [4, "venue"], [5, "tag"], [6, "status"], [7, "pass"]]);

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
  const selects = CHOICES.map(([column, key]) => {
    const select = document.createElement("select");
    const label = document.createElement("label");
    const name = heads[column].textContent?.trim() ?? "";
    const all = [...new Set(rows.flatMap((row) => values(row, column)))];
    all.sort((a, b) => a.localeCompare(b, document.documentElement.lang, { numeric: true }));
    select.append(new Option("—", ""), ...all.map((value) => new Option(value, value)));
    label.append(name, select);
    bar.append(label);
    return { column, key, select };
  });
  bar.append(count);
  const apply = () => {
    for (const row of rows) {
      row.hidden = selects.some(({ column, select: { value } }) => value && !values(row, column).includes(value));
    }
    count.textContent = `${rows.filter((row) => !row.hidden).length} / ${rows.length}`;
  };
  const read = () => {
    const asked = new URLSearchParams(location.search);
    for (const { key, select } of selects) {
      select.value = asked.get(key) ?? "";
      if (select.selectedIndex < 0) select.value = ""; // no note has it
    }
    apply();
  };
  const back = () => (box.isConnected ? read() : removeEventListener("popstate", back));
  addEventListener("popstate", back);
  bar.addEventListener("input", () => {
    const address = new URL(location.href);
    for (const { key, select: { value } } of selects) {
      address.searchParams.delete(key);
      if (value) address.searchParams.set(key, value);
    }
    history.pushState(null, "", address);
    apply();
  });
  bar.addEventListener("submit", (event) => event.preventDefault());
  box.prepend(bar);
  read();
};
