// What the site does beyond Material, none of it needed for reading: a long page is laid out bit by bit; tables can be
// sorted; the language switch, which instant navigation leaves in place, follows the page; the links of a drawing are
// followed like others. `document$` emits at every page, `location$` when one is left.
// @ts-check
(() => {
  "use strict";

  /** @typedef {{subscribe: (then: () => void) => void}} Observable */
  const { document$, location$ } = /** @type {{document$: Observable, location$: Observable}} */ (
    /** @type {unknown} */ (window)
  );
  const here = /** @type {HTMLScriptElement} */ (document.currentScript).src;
  const root = document.documentElement;

  /** What a reader does first: until then nothing needs to be laid out but what is in sight. */
  const BEGINNINGS = ["pointermove", "pointerdown", "wheel", "scroll", "keydown", "focusin"];

  /** All elements of the page that a selector names. @returns {HTMLElement[]} */
  const all = (/** @type {string} */ selector) => [...document.querySelectorAll(selector)].map(
    (found) => /** @type {HTMLElement} */ (found),
  );

  /** Lays out, a little at a time, what the style sheet has put off, so that nothing moves while somebody reads. */
  const settle = () => {
    BEGINNINGS.forEach((kind) => removeEventListener(kind, settle, true));
    const blocks = all(".md-content__inner > *");
    const share = Math.ceil(blocks.length / 40);
    const some = () => {
      blocks.splice(0, share).forEach((block) => { block.style.contentVisibility = "visible"; });
      if (blocks.length) later(some);
      else root.dataset.settled = "";
    };
    const later = (/** @type {() => void} */ then) => {
      if ("requestIdleCallback" in window) requestIdleCallback(then, { timeout: 100 });
      else setTimeout(then, 50);
    };
    later(some);
  };
  // Later pages are whole at once, like those opened at an anchor: the way back leads to a place on them.
  const whole = () => root.classList.add("pn-whole");
  location$.subscribe(whole);
  if (location.hash) whole();
  else BEGINNINGS.forEach((kind) => addEventListener(kind, settle, { capture: true, passive: true }));

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

  // Before Material, which does not know the links of a drawing.
  document.addEventListener("click", (event) => {
    const drawn = event.target instanceof Element && event.target.closest("svg a");
    if (!(drawn instanceof SVGAElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = document.createElement("a"); // one that Material can follow without loading the page anew
    link.href = drawn.href.baseVal;
    document.body.append(link);
    link.click();
    link.remove();
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

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

  // Where a page has hundreds of them, Material is not let in, and a block gets its button when it is unfolded.
  document.addEventListener("toggle", ({ target }) => {
    const pre = target instanceof HTMLDetailsElement && target.closest(".md-content:not([data-md-component])")
      && target.querySelector("pre:not([id])");
    if (!pre) return;
    pre.id = `__code_${all("pre[id]").length}`;
    const button = document.createElement("button");
    const { translations } = JSON.parse(document.getElementById("__config")?.textContent ?? "");
    button.className = "md-code__button";
    button.title = translations["clipboard.copy"];
    button.dataset.mdType = "copy";
    button.dataset.clipboardTarget = `#${pre.id} > code`;
    const nav = document.createElement("nav");
    nav.className = "md-code__nav";
    nav.append(button);
    pre.prepend(nav);
  }, true);

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
