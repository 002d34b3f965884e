// What the site does beyond Material, none of it needed for reading: a long page is laid out bit by bit; tables can be
// sorted; the language switch, which instant navigation leaves in place, follows the page; a first tap shows a link's
// preview, which Material shows to those who can point, and Escape takes it away; the links of a drawing are followed
// like others. `document$` emits at every page, `location$` when one is left.
// @ts-check
(() => {
  "use strict";

  /** @typedef {{subscribe: (then: () => void) => void}} Observable */
  const { document$, location$ } = /** @type {{document$: Observable, location$: Observable}} */ (
    /** @type {unknown} */ (window)
  );
  const here = /** @type {HTMLScriptElement} */ (document.currentScript).src;
  const root = document.documentElement;

  /** All elements of the page that a selector names. @returns {HTMLElement[]} */
  const all = (/** @type {string} */ selector) => [...document.querySelectorAll(selector)].map(
    (found) => /** @type {HTMLElement} */ (found),
  );

  /** Lays out, a little at a time, what the style sheet has put off, so that nothing moves while somebody reads. */
  const settle = () => {
    const blocks = all(".md-content__inner > *");
    const share = Math.ceil(blocks.length / 40);
    const some = () => {
      blocks.splice(0, share).forEach((block) => { block.style.contentVisibility = "visible"; });
      if (blocks.length) later(some);
      else root.dataset.settled = "";
    };
    const later = (/** @type {() => void} */ then) => {
      if ("requestIdleCallback" in window) requestIdleCallback(then);
      else setTimeout(then, 50);
    };
    later(some);
  };
  // Later pages are whole at once, like those opened at an anchor: the way back leads to a place on them.
  const whole = () => root.classList.add("pn-whole");
  location$.subscribe(whole);
  if (location.hash) whole();
  else addEventListener("load", settle);

  /** The number that a cell begins with, or null. */
  const number = (/** @type {string} */ text) => {
    const found = /[-−]?\d[\d,]*(\.\d+)?/.exec(text);
    return found && Number(found[0].replace(/,/g, "").replace("−", "-"));
  };

  /** Orders two cells: as numbers where both have one, else as text. */
  const compare = (/** @type {string} */ a, /** @type {string} */ b) => {
    const x = number(a);
    const y = number(b);
    return x !== null && y !== null && x !== y ? x - y : a.localeCompare(b, root.lang);
  };

  /** Puts a button into every head cell that sorts by its column. */
  const sortable = (/** @type {HTMLTableElement} */ table) => {
    const heads = [.../** @type {HTMLTableSectionElement} */ (table.tHead).rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "pn-sort";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const text = (/** @type {HTMLTableRowElement} */ row) => (row.cells[column].textContent ?? "").trim();
        const rows = [...table.tBodies[0].rows].sort((a, b) => (up ? 1 : -1) * compare(text(a), text(b)));
        table.tBodies[0].append(...rows);
      });
    });
  };

  /** @type {HTMLElement | null} The link whose preview the last tap has shown: the next tap on it follows it. */
  let shown = null;
  /** @type {HTMLElement | null} The link that a finger is on, if it has a preview to show first. */
  let touched = null;

  document.addEventListener("pointerdown", ({ target, pointerType }) => {
    const link = target instanceof Element && /** @type {HTMLElement | null} */ (target.closest("article a"));
    const previews = link && link.matches("[title], .footnote-ref"); // the title goes while it is shown
    touched = pointerType === "touch" && previews && link !== shown ? link : null;
  }, true);

  // Before Material, which would navigate.
  document.addEventListener("click", (event) => {
    shown = touched;
    touched = null;
    root.classList.toggle("pn-tapped", shown !== null);
    const drawn = event.target instanceof Element && event.target.closest("svg a");
    if (shown) shown.focus();
    else if (drawn instanceof SVGAElement && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      const link = document.createElement("a"); // one that Material can follow without loading the page anew
      link.href = drawn.href.baseVal;
      document.body.append(link);
      link.click();
      link.remove();
    } else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    all(".md-tooltip2--active, .md-tooltip--active").forEach((preview) => {
      preview.dispatchEvent(new MouseEvent("mouseleave")); // what is removed sends none, and Material would wait for it
      preview.remove();
    });
  });

  // Whoever goes to the search box is about to search: let the worker read the index.
  const channel = new BroadcastChannel("papernotes-search");
  ["focusin", "pointerover"].forEach((kind) => document.addEventListener(kind, ({ target }) => {
    if (target instanceof Element && target.closest(".md-search, [for=__search]")) channel.postMessage(0);
  }));

  // Material looks at the query when a key is let go, which is a tenth of a second after it was pressed, and never after
  // words were chosen with the mouse, pasted or spoken.
  document.addEventListener("input", ({ target }) => {
    if (target instanceof Element && target.matches(".md-search__input")) target.dispatchEvent(new KeyboardEvent("keyup"));
  });

  // Material puts the copy button of each code block, once that is seen, into a landmark of its own.
  const buttons = new MutationObserver((changes) => changes.forEach(({ addedNodes }) => addedNodes.forEach((node) => {
    if (node instanceof Element && node.matches(".md-code__nav")) node.setAttribute("role", "presentation");
  })));

  document$.subscribe(() => {
    all("article").forEach((article) => buttons.observe(article, { childList: true, subtree: true }));
    all(".pn-filterable, .pn-cards").forEach(async (element) => {
      const name = element.matches(".pn-cards") ? "flashcards" : "filter";
      if (element.dataset.begun === undefined) (await import(new URL(`${name}.js`, here).href)).begin(element);
      element.dataset.begun = "";
    });
    document.querySelectorAll(".pn-sortable table").forEach((table) => {
      if (!table.querySelector(".pn-sort")) sortable(/** @type {HTMLTableElement} */ (table));
    });
    document.querySelectorAll(".pn-language").forEach((found) => {
      const link = /** @type {HTMLAnchorElement} */ (found);
      const twin = document.head.querySelector(`link[rel~=alternate][hreflang="${link.hreflang}"]`);
      if (twin instanceof HTMLLinkElement) link.href = twin.href;
    });
  });
})();
