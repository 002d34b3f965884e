// What the site does beyond Material, none of it needed for reading: the table of numbers can be sorted; the language
// switch, which instant navigation leaves in place, follows the page; a first tap shows a link's preview, which Material
// shows to those who can point; copy buttons are no landmarks. `document$` emits at every page.
(() => {
  "use strict";

  /** The number that a cell begins with, or null. */
  const number = (text) => {
    const found = /[-−]?\d[\d,]*(\.\d+)?/.exec(text);
    return found && Number(found[0].replace(/,/g, "").replace("−", "-"));
  };

  /** Orders two cells: as numbers where both have one, else as text. */
  const compare = (a, b) => {
    const x = number(a);
    const y = number(b);
    return x !== null && y !== null && x !== y ? x - y : a.localeCompare(b, document.documentElement.lang);
  };

  /** Puts a button into every head cell that sorts by its column. */
  const sortable = (table) => {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "pn-sort";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const order = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", order);
        const rows = [...table.tBodies[0].rows];
        const text = (row) => row.cells[column].textContent.trim();
        rows.sort((a, b) => (order === "ascending" ? 1 : -1) * compare(text(a), text(b)));
        table.tBodies[0].append(...rows);
      });
    });
  };

  /** The link whose preview the last tap has shown: the next tap on it follows it. */
  let shown = null;
  /** The link that a finger is on, if it has a preview to show first. */
  let touched = null;

  document.addEventListener("pointerdown", (event) => {
    const link = event.target instanceof Element && event.target.closest("article a");
    const previews = link && link.matches("[title]:not(.headerlink), .footnote-ref"); // the title goes while it is shown
    touched = event.pointerType === "touch" && previews && link !== shown ? link : null;
  }, true);

  // Before Material, which would navigate.
  document.addEventListener("click", (event) => {
    shown = touched;
    touched = null;
    document.documentElement.classList.toggle("pn-tapped", shown !== null);
    if (shown) {
      event.preventDefault();
      event.stopImmediatePropagation();
      shown.focus();
    }
  }, true);
  const here = document.currentScript.src;

  // Whoever goes to the search box is about to search: let the worker read the index.
  const channel = new BroadcastChannel("papernotes-search");
  ["focusin", "pointerover"].forEach((kind) => {
    document.addEventListener(kind, ({ target }) => target.closest?.(".md-search, [for=__search]") && channel.postMessage(0));
  });

  // Material looks at the query when a key is let go: words chosen with the mouse, pasted or spoken bring none.
  let unseen = 0;
  document.addEventListener("input", ({ target }) => {
    clearTimeout(unseen);
    if (target.matches?.(".md-search__input")) {
      unseen = setTimeout(() => target.dispatchEvent(new KeyboardEvent("keyup")), 200);
    }
  });
  document.addEventListener("keyup", () => clearTimeout(unseen));

  const root = document.documentElement;
  /** Lays out, a little at a time, what the style sheet has put off, so that nothing moves while somebody reads. */
  const settle = () => {
    const blocks = [...document.querySelectorAll(".md-content__inner > *")];
    const share = Math.ceil(blocks.length / 40);
    const idle = window.requestIdleCallback ?? setTimeout;
    const some = () => {
      blocks.splice(0, share).forEach((block) => { block.style.contentVisibility = "visible"; });
      if (blocks.length) idle(some);
    };
    idle(some);
  };
  // Later pages are whole at once, like those opened at an anchor: the way back leads to a place on them.
  const whole = () => root.classList.add("pn-settled");
  location$.subscribe(whole);
  if (location.hash) whole();
  else addEventListener("load", settle);

  // Material puts the copy button of each code block, once that is seen, into a landmark of its own.
  const buttons = new MutationObserver((changes) => changes.forEach(({ addedNodes }) => addedNodes.forEach((node) => {
    if (node instanceof Element && node.matches(".md-code__nav")) node.setAttribute("role", "presentation");
  })));

  document$.subscribe(() => {
    document.querySelectorAll(".pn-filterable, .pn-cards").forEach(async (element) => {
      const name = element.matches(".pn-cards") ? "flashcards" : "filter";
      if (!element.dataset.begun) (await import(new URL(`${name}.js`, here))).begin(element);
      element.dataset.begun = "";
    });
    document.querySelectorAll(".pn-sortable table").forEach((table) => {
      if (!table.querySelector(".pn-sort")) sortable(table);
    });
    const article = document.querySelector("article");
    if (article) buttons.observe(article, { childList: true, subtree: true });
    document.querySelectorAll(".pn-language").forEach((link) => {
      const twin = document.head.querySelector(`link[rel~=alternate][hreflang="${link.hreflang}"]`);
      if (twin) link.href = twin.href;
    });
  });
})();
