// Flashcards in the browser: five boxes, each with a longer wait than the one before (Leitner's method). What was known
// moves up a box, what was not goes back to the first. Progress is kept in this browser and nowhere else.
// @ts-check

/**
 * @typedef {{id: string, deck: string, front: string, back: string, page: string}} Card
 * @typedef {Record<string, [box: number, due: number]>} Progress boxes from 0, due as days since 1970
 */

const KEY = "papernotes.cards";
/** Days until a card of each box comes again. */
const WAIT = [0, 1, 3, 7, 21, 60];

/** Today, as days since 1970 in local time. */
const today = () => Math.floor((Date.now() - new Date().getTimezoneOffset() * 60_000) / 86_400_000);

/** @returns {Progress} */
const recall = () => {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
};

/**
 * Where a card stands after an answer.
 * @param {[number, number] | undefined} before @param {boolean} known @param {number} day
 * @returns {[number, number]}
 */
export const after = (before, known, day) => {
  const box = known ? Math.min((before?.[0] ?? 0) + 1, WAIT.length - 1) : 0;
  return [box, day + WAIT[box]];
};

/**
 * The cards that are due, those in the lowest boxes first, new ones last.
 * @param {Card[]} cards @param {Progress} progress @param {number} day
 */
export const due = (cards, progress, day) =>
  cards.filter(({ id }) => (progress[id]?.[1] ?? 0) <= day)
    .sort((a, b) => (progress[a.id]?.[0] ?? WAIT.length) - (progress[b.id]?.[0] ?? WAIT.length));

/** @param {HTMLElement} box the element that the page has for the cards */
export const begin = (box) => {
  const stage = /** @type {HTMLElement} */ (box.querySelector(".pn-card-stage"));
  const address = new URL(box.dataset.cards ?? "", location.href);
  /** @type {Promise<Card[]> | undefined} */
  let loading;
  /** @type {Card[]} */
  let queue = [];
  let open = false;

  const button = (/** @type {string} */ text, /** @type {() => void} */ act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "md-button";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  };

  const side = (/** @type {string} */ name, /** @type {string} */ html) => {
    const made = document.createElement("div");
    made.className = name;
    made.innerHTML = html; // made by our build, from our notes
    return made;
  };

  const show = () => {
    const card = queue[0];
    const left = document.createElement("p");
    left.className = "pn-small";
    left.textContent = card ? `${queue.length} ${box.dataset.left}` : box.dataset.done ?? "";
    if (!card) return stage.replaceChildren(left);
    /** @type {HTMLElement[]} */
    const parts = [left, side("pn-card-front", card.front)];
    if (open) {
      const more = document.createElement("a");
      more.href = new URL(`../${card.page}`, address).href;
      more.textContent = box.dataset.read ?? "";
      parts.push(side("pn-card-back", card.back), more);
      parts.push(button(box.dataset.again ?? "", () => answer(false)), button(box.dataset.good ?? "", () => answer(true)));
    } else {
      parts.push(button(box.dataset.show ?? "", turn));
    }
    stage.replaceChildren(...parts);
    /** @type {HTMLElement} */ (stage.querySelector("button:last-of-type")).focus({ preventScroll: true });
  };

  const turn = () => {
    open = true;
    show();
  };

  const answer = (/** @type {boolean} */ known) => {
    const card = /** @type {Card} */ (queue.shift());
    const progress = recall();
    progress[card.id] = after(progress[card.id], known, today());
    localStorage.setItem(KEY, JSON.stringify(progress));
    if (!known) queue.push(card);
    open = false;
    show();
  };

  box.querySelectorAll("[data-deck]").forEach((chosen) => chosen.addEventListener("click", async () => {
    loading ??= fetch(address).then((response) => response.json());
    const deck = /** @type {HTMLElement} */ (chosen).dataset.deck;
    const cards = (await loading).filter((card) => card.deck === deck);
    box.querySelectorAll("[data-deck]").forEach((one) => one.setAttribute("aria-pressed", String(one === chosen)));
    queue = due(cards, recall(), today());
    open = false;
    show();
  }));

  // Material listens for keys at the window; on a card, 1 and 2 are answers and the space bar turns.
  box.addEventListener("keydown", (event) => {
    if (!queue.length || event.ctrlKey || event.metaKey || event.altKey) return;
    if (open && (event.key === "1" || event.key === "2")) answer(event.key === "2");
    else if (!open && event.key === " " && !/** @type {Element} */ (event.target).closest("[data-deck]")) turn();
    else return;
    event.preventDefault();
  });
  box.hidden = false;
};
