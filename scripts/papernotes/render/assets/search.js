// The search worker: Material's own, with three changes.
//  - The index, the largest file of the site, is read when somebody is about to search, not with every page.
//  - lunr finds, we rank: by how much of what was asked a section and its page carry, names (titles, authors, years,
//    terms) before headings before text, rare words before common ones, times the weight of the kind of page.
//  - What no page has is taken for a slip of one letter; Chinese is cut at the longest words that the index knows.
// Material's worker is named in this one's address; it reads its language files relative to its own.
// @ts-check
"use strict";

/**
 * @typedef {{location: string, title: string, boost?: number, names?: string[]}} Doc
 * @typedef {{ref: string, score: number, matchData: {metadata: Record<string, Record<string, unknown>>}}} Match
 * @typedef {{type: number, data?: any}} Message
 * @typedef {{word: string, last: boolean, unknown: boolean, stem: string}} Asked
 */

const scope = /** @type {any} */ (self);
const SETUP = 0, READY = 1, QUERY = 2;
const HAN = /\p{Script=Han}+/gu;
const HAN_ONLY = /^\p{Script=Han}+$/u;
/** Chinese words that a question is made of and that say nothing about its subject. */
const EMPTY = new Set([..."的了吗呢是在和与会能更还有被把为", "为什么", "什么", "怎么", "如何", "反而", "哪些", "哪个"]);
/** What a word counts by where it stands, and by how it is there: whole, begun, misspelt. */
const FIELD = /** @type {Record<string, number>} */ ({ names: 1, title: 0.7, also: 0.6, text: 0.4, tags: 0.3 });
/** So many sections are shown: Material marks every word in every one, which takes most of the time. */
const SHOWN = 60;
const WHOLE = 1, BEGUN = 0.6, MISSPELT = 0.7;
/** What a single Chinese character counts by: it is in many words and tells of none. */
const FRAGMENT = 0.5;

const material = new URL(decodeURIComponent(location.search.slice(1)), location.href);
const load = scope.importScripts.bind(scope);
scope.importScripts = (/** @type {string[]} */ ...urls) => load(...urls.map((url) => new URL(url, material).href));

/** @type {Message | null} What Material is to be set up with, until the index is read. */
let waiting = null;
/** @type {Promise<void> | null} */
let reading = null;
/** The query as it was typed, before Material changes it. */
let typed = "";
/** @type {Map<string, {order: number, boost: number, names: string[][]}>} What ranking needs of each record. */
let records = new Map();

const pass = (/** @type {Message} */ data) => dispatchEvent(new MessageEvent("message", { data }));

/** Called when Material has been set up. */
let ready = () => {};
const post = scope.postMessage.bind(scope);
scope.postMessage = (/** @type {Message} */ message) => (message.type === READY ? ready() : post(message));

/** Reads the index and sets Material up with it, once. */
const read = () => {
  reading ??= fetch(new URL("../../search/notes.json", location.href))
    .then((response) => response.json())
    .then((/** @type {Doc[]} */ docs) => {
      records = new Map(docs.map((doc, order) => [doc.location, {
        order,
        boost: doc.boost ?? 1,
        names: (doc.names ?? []).map((name) => telling(split(name))),
      }]));
      const setup = /** @type {Message} */ (waiting);
      return new Promise((resolve) => {
        ready = () => {
          waiting = null;
          resolve(undefined);
        };
        pass({ type: SETUP, data: { ...setup.data, docs } });
      });
    })
    .catch(() => {
      reading = null; // not reached: the next letter tries again
    });
  return reading;
};

addEventListener("message", (event) => {
  const message = /** @type {Message} */ (event.data);
  if (message.type === QUERY) typed = message.data;
  if (!event.isTrusted) return;
  if (message.type === SETUP) {
    event.stopImmediatePropagation();
    waiting = message;
    post({ type: READY });
  } else if (waiting) {
    event.stopImmediatePropagation();
    // Of what is typed while the index is read, only the last counts.
    if (typed.trim()) read().then(() => !waiting && message.data === typed && pass(message));
  }
});
new BroadcastChannel("papernotes-search").addEventListener("message", () => waiting && read());

/** A text in words, small, as the index has them. */
const split = (/** @type {string} */ text) =>
  text.split(scope.lunr.tokenizer.separator)
    .map((word) => word.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "")).filter(Boolean);

/** The words that mean something; all of them when none does. */
const telling = (/** @type {string[]} */ words) => {
  const some = words.filter((word) => !EMPTY.has(word) && scope.lunr.stopWordFilter(word));
  return some.length ? some : words;
};

/** A run of Chinese at the longest words that the index has, from left to right; the last may have just begun. */
const cut = (/** @type {string} */ run, /** @type {any} */ index) => {
  const words = [];
  for (let at = 0, end = run.length; at < run.length; at = end, end = run.length) {
    if (end < at + 2 || !begun(index, run.slice(at))) {
      while (end > at + 1 && !Object.hasOwn(index.invertedIndex, run.slice(at, end))) end--;
    }
    words.push(run.slice(at, end));
  }
  // Cut into single characters it is no word of ours: perhaps a misspelt one.
  return run.length > 2 && words.length > run.length / 2 ? [run, ...words] : words;
};

const stemmed = (/** @type {string} */ word) =>
  /^[a-z]{4,}$/.test(word) ? `${scope.lunr.stemmer(new scope.lunr.Token(word, {}))}` : word;

/** Whether the index has a word that begins so. */
const begun = (/** @type {any} */ index, /** @type {string} */ start) =>
  index.tokenSet.intersect(scope.lunr.TokenSet.fromString(`${start}*`)).toArray().length > 0;

/** Whether two words differ by one letter more, less or other, or by two that have changed places; who types Chinese
 * picks a wrong character, and seldom one too few. */
const slip = (/** @type {string} */ a, /** @type {string} */ b) => {
  if (Math.abs(a.length - b.length) > (HAN_ONLY.test(a) ? 0 : 1)) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return a.slice(at + 1) === b.slice(at + 1) || a.slice(at) === b.slice(at + 1) || a.slice(at + 1) === b.slice(at)
    || (a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2));
};

/** What was asked, in the words of the index. @returns {Asked[]} */
const understood = (/** @type {any} */ index) => {
  const words = index.invertedIndex;
  const text = typed.replace(HAN, (run) => ` ${cut(run, index).join(" ")} `);
  const found = telling(split(text));
  return found.map((word, position) => {
    const last = position === found.length - 1;
    const stem = stemmed(word);
    const prefix = last ? word : stem;
    const known = Object.hasOwn(words, word) || (prefix.length > 2 && begun(index, prefix));
    return { word, last, stem, unknown: !known };
  });
};

/** How a word of the index answers to a word that was asked: 0 when it does not. */
const likeness = (/** @type {Asked} */ asked, /** @type {string} */ word) => {
  if (word === asked.word) return WHOLE;
  if (stemmed(word) === asked.stem) return 0.9;
  if (word.startsWith(asked.word) || (asked.stem.length > 3 && word.startsWith(asked.stem))) return BEGUN;
  return asked.unknown && slip(asked.word, word) ? MISSPELT : 0;
};

load(material.href);

/** Replaces lunr's search by words and Material's query syntax. @returns {Match[]} */
scope.lunr.Index.prototype.search = function () {
  const asked = understood(this);
  const { NONE, TRAILING } = scope.lunr.Query.wildcard;
  const near = (/** @type {string} */ word) => Object.keys(this.invertedIndex).filter((other) => slip(word, other));
  /** @type {Match[]} */
  const matches = this.query((/** @type {any} */ query) => {
    for (const { word, last, stem, unknown } of asked) {
      const term = (/** @type {string} */ text, wildcard = NONE) => query.term(text, { usePipeline: false, wildcard });
      term(word);
      if (stem.length > 3 && word.startsWith(stem)) term(stem, TRAILING);
      if (last && word.length > 1) term(word, TRAILING);
      if (unknown && word.length > 3) near(word).forEach((other) => term(other));
    }
  });
  return rank(matches, asked);
};

/** Orders what lunr found. */
const rank = (/** @type {Match[]} */ matches, /** @type {Asked[]} */ asked) => {
  /** @type {Map<string, number[]>} How each word of the index answers to each word asked. */
  const answers = new Map();
  const answer = (/** @type {string} */ word) => {
    if (!answers.has(word)) answers.set(word, asked.map((one) => likeness(one, word)));
    return /** @type {number[]} */ (answers.get(word));
  };
  const carried = matches.map(({ matchData }) => {
    const best = asked.map(() => 0);
    for (const [word, fields] of Object.entries(matchData.metadata)) {
      const place = Math.max(...Object.keys(fields).map((field) => FIELD[field]));
      answer(word).forEach((value, i) => { best[i] = Math.max(best[i], value * place); });
    }
    return best;
  });
  const rarity = asked.map(({ word }, i) => Math.log(1 + records.size / (1 + carried.filter((one) => one[i]).length))
    * (word.length === 1 && HAN_ONLY.test(word) ? FRAGMENT : 1));
  const whole = rarity.reduce((sum, value) => sum + value, 0) || 1;
  const part = (/** @type {number[]} */ best) => best.reduce((sum, value, i) => sum + value * rarity[i], 0) / whole;
  /** @type {Map<string, number[]>} */
  const pages = new Map();
  matches.forEach(({ ref }, m) => {
    const page = ref.split("#")[0];
    const best = pages.get(page) ?? asked.map(() => 0);
    pages.set(page, best.map((value, i) => Math.max(value, carried[m][i])));
  });
  const called = (/** @type {string[][]} */ names) =>
    Math.max(0, ...names.filter((name) => name.length === asked.length)
      .map((name) => Math.min(...name.map((word, i) => answer(word)[i]))));
  return matches.map((match, m) => {
    const { order, boost, names } = records.get(match.ref) ?? { order: 0, boost: 1, names: [] };
    const page = part(/** @type {number[]} */ (pages.get(match.ref.split("#")[0])));
    const name = called(names);
    const score = boost * (0.6 * part(carried[m]) + 0.4 * page + (name < MISSPELT ? 0 : name)) - 1e-5 * order;
    // Material multiplies by up to five for whole pages; a steep curve keeps our order.
    return { ...match, score: 2 ** (24 * score) };
  }).sort((a, b) => b.score - a.score).slice(0, SHOWN);
};
