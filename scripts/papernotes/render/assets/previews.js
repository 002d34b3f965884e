// Previews: what a link leads to is shown beside it when it is pointed at, reached with the keyboard or tapped for the
// first time. A link says it in its title, one of a drawing in its <title>, a citation in the entry of the list that it
// leads to. Few listeners for the whole page: Material's tooltips prepare every link when a page is opened, which cost
// more than everything else that is done then, and leave out drawings and taps.
// @ts-check
(() => {
  "use strict";

  const { location$ } = /** @type {{location$: {subscribe: (then: () => void) => void}}} */ (
    /** @type {unknown} */ (window)
  );

  /** Milliseconds from pointing at a link to its preview, and from leaving either to its end. */
  const PATIENCE = { show: 100, hide: 250 };
  /** Pixels between a link and its preview, and around that. */
  const GAP = 8;

  /** @type {{host: Element, box: HTMLElement, restore: () => void} | null} */
  let shown = null;
  /** @type {Element | null} The link that a finger is on, if its preview is to be shown first. */
  let touched = null;
  let waiting = 0;

  /** The link with a preview that holds an element, or null. @returns {Element | null} */
  const linkOf = (/** @type {EventTarget | null} */ target) => {
    if (!(target instanceof Element)) return null;
    if (shown?.host.contains(target)) return shown.host;
    return target.closest("article :is(a[title], .footnote-ref, svg a:has(> title))");
  };

  /** What a link leads to, and how to give back what was taken, which the browser would show as well. */
  const taken = (/** @type {Element} */ host) => {
    const box = document.createElement("div");
    const drawn = host.querySelector(":scope > title");
    let restore = () => {};
    if (host instanceof HTMLAnchorElement && host.matches(".footnote-ref")) {
      const entry = document.getElementById(decodeURIComponent(host.hash.slice(1)));
      box.append(...(/** @type {Element | undefined} */ (entry?.cloneNode(true))?.childNodes ?? []));
      box.querySelectorAll(".footnote-backref").forEach((link) => link.remove());
      box.querySelectorAll("[id]").forEach((one) => one.removeAttribute("id"));
    } else if (drawn) {
      box.textContent = drawn.textContent;
      drawn.remove();
      restore = () => host.prepend(drawn);
    } else {
      const title = host.getAttribute("title") ?? "";
      box.textContent = title;
      host.removeAttribute("title");
      restore = () => host.setAttribute("title", title);
    }
    return { box, restore };
  };

  /** Puts a preview below the link, or above it where there is more room, by the line of it that is pointed at. */
  const place = (/** @type {HTMLElement} */ box, /** @type {Element} */ host, /** @type {number} */ height) => {
    const lines = [...host.getClientRects()];
    const line = lines.find(({ top, bottom }) => top <= height && height <= bottom) ?? lines[0];
    const own = box.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement;
    const centred = line.left + (line.width - own.width) / 2;
    const left = Math.max(GAP, Math.min(centred, clientWidth - own.width - GAP));
    const below = line.bottom + GAP + own.height < clientHeight || line.top + line.bottom < clientHeight;
    const top = below ? line.bottom + GAP : line.top - GAP - own.height;
    box.style.left = `${left + scrollX}px`;
    box.style.top = `${top + scrollY}px`;
  };

  const hide = () => {
    clearTimeout(waiting);
    if (!shown) return;
    shown.box.remove();
    shown.restore();
    shown.host.removeAttribute("aria-describedby");
    shown = null;
  };

  /** Shows a link's preview, unless it is there; `height` is that of the pointer in the window. */
  const show = (/** @type {Element} */ host, height = -1) => {
    clearTimeout(waiting);
    if (shown?.host === host) return;
    hide();
    const { box, restore } = taken(host);
    box.id = "pn-preview";
    box.setAttribute("role", "tooltip");
    box.className = "pn-preview md-typeset";
    box.classList.toggle("pn-tapped", host === touched);
    (document.querySelector("main") ?? document.body).append(box);
    host.setAttribute("aria-describedby", box.id);
    shown = { host, box, restore };
    place(box, host, height);
  };

  /** Whether the keyboard is where the preview belongs: then it stays wherever the pointer goes. */
  const focused = () => shown?.host.matches(":focus-visible");

  /** Whether something is in the preview that is shown. */
  const inside = (/** @type {EventTarget | null} */ target) => target instanceof Node && shown?.box.contains(target);

  /** Ends a preview soon, unless the pointer comes back. */
  const leave = () => {
    clearTimeout(waiting);
    if (shown && !focused()) waiting = setTimeout(hide, PATIENCE.hide);
  };

  document.addEventListener("pointerover", ({ target, pointerType, clientY }) => {
    if (pointerType === "touch") return;
    const host = linkOf(target);
    clearTimeout(waiting);
    if (shown && (host === shown.host || inside(target))) return;
    if (host) waiting = setTimeout(() => show(host, clientY), PATIENCE.show);
    else leave();
  });

  document.documentElement.addEventListener("pointerleave", leave);

  document.addEventListener("focusin", ({ target }) => {
    const host = linkOf(target);
    if (host?.matches(":focus-visible")) show(host);
    else if (host !== shown?.host && !inside(target)) hide();
  });

  document.addEventListener("focusout", ({ relatedTarget }) => {
    if (!relatedTarget && !shown?.box.matches(":hover")) hide();
  });

  document.addEventListener("pointerdown", ({ target, pointerType }) => {
    const host = linkOf(target);
    touched = pointerType === "touch" && host !== shown?.host ? host : null;
    if (host !== shown?.host && !inside(target)) hide();
  }, true);

  // Before Material, which would navigate.
  document.addEventListener("click", (event) => {
    if (touched) {
      show(touched);
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    touched = null;
  }, true);

  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") hide();
  });

  // The link has moved away within its own box; with the page its preview moves too.
  document.addEventListener("scroll", ({ target }) => {
    if (target instanceof Element && shown && target.contains(shown.host)) hide();
  }, true);

  location$.subscribe(hide);
})();
