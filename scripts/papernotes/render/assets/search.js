// The search worker: Material's own, changed:
//  - The index, the largest file of the site, is read when somebody is about to search, not with every page.
//  - lunr cuts the texts into words, we look them up and rank: by how much of what was asked a section and its page
//    carry, names (titles, authors, years, terms) before headings before text, rare words before common ones, times the
//    weight of the kind of page. lunr's own search, made for any query, took most of the time of a key.
//  - What no page has is taken for a slip of one letter; Chinese is cut at the longest words that the index knows.
//  - A result is as short as what is seen of it: to lay it out takes most of what is left.
// Material's worker is named in this one's address; it reads its language files relative to its own.
// @ts-check
"use strict";

/**
 * @typedef {{location: string, title: string, boost?: number, names?: string[], also?: string[]}} Doc
 * @typedef {{ref: string, best: number[], hits: [string, string][]}} Section How well each word asked
 *   is answered in a section, and the words of the index that answer, with their fields.
 * @typedef {{type: number, data?: any}} Message
 * @typedef {{word: string, last: boolean, unknown: boolean, stem: string}} Asked
 */

const scope = /** @type {any} */ (self);
const SETUP = 0, READY = 1, QUERY = 2, RESULT = 3;
const HAN = /\p{Script=Han}+/gu;
const HAN_ONLY = /^\p{Script=Han}+$/u;
/** Chinese words that a question is made of and that say nothing about its subject. */
const EMPTY = new Set([..."的了吗呢是在和与会能更还有被把为", "为什么", "什么", "怎么", "如何", "反而", "哪些", "哪个"]);
/** What a word counts by where it stands, and by how it is there: whole, begun, misspelt. */
const FIELD = /** @type {Record<string, number>} */ ({ names: 1, title: 0.7, also: 0.6, text: 0.4, tags: 0.3 });
/** So many sections are shown, so many of one page, and so many characters before and from the first word asked. */
const SHOWN = 60, SHOWN_OF_PAGE = 4, BEFORE = 60, FROM = 300;
/** A text's beginning; a marked word or an entity is not divided. */
const BEGINNING = new RegExp(`^(?:<mark>[^<]*</mark>|&#?\\w{1,8};|[^<]){0,${FROM}}`);
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
/** The index: by word, field and section, where the word stands. @type {Record<string, any>} */
let postings = {};
/** The words of the index, in order. @type {string[]} */
let vocabulary = [];
/** What the query's last word may become: a word of the first title that has one. @type {string[]} */
let suggested = [];

const pass = (/** @type {Message} */ data) => dispatchEvent(new MessageEvent("message", { data }));

/** Called when Material has been set up. */
let ready = () => {};
const post = scope.postMessage.bind(scope);
scope.postMessage = (/** @type {Message} */ message) => {
  if (message.type === READY) return ready();
  if (message.type === RESULT) {
    message.data.suggest = suggested;
    for (const item of message.data.items.flat()) {
      delete item.parent; // the whole page, which nobody looks at
      item.text = excerpt(item.text);
    }
  }
  post(message);
};

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
          docs.forEach((doc) => { delete doc.names; delete doc.also; }); // else marked and sent with every result
          resolve(undefined);
        };
        pass({ type: SETUP, data: { ...setup.data, docs, options: { suggest: false } } });
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

/** What is shown of a text, which Material gives in paragraphs and lists, however long. */
const excerpt = (/** @type {string} */ text) => {
  if (text.length < BEFORE + FROM) return text;
  const plain = text.replace(/<(?!\/?mark>)[^>]*>/g, " ");
  const at = Math.max(0, plain.indexOf("<mark>"));
  const before = plain.slice(Math.max(0, at - BEFORE), at).replace(/^#?\w{0,7};/, ""); // half an entity
  const from = BEGINNING.exec(plain.slice(at))?.[0] ?? "";
  return `<p>${at > BEFORE ? "…" : ""}${before}${from}${at + from.length < plain.length ? "…" : ""}</p>`;
};

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
const cut = (/** @type {string} */ run) => {
  const words = [];
  for (let at = 0, end = run.length; at < run.length; at = end, end = run.length) {
    if (end < at + 2 || !begun(run.slice(at))) {
      while (end > at + 1 && !Object.hasOwn(postings, run.slice(at, end))) end--;
    }
    words.push(run.slice(at, end));
  }
  // Cut into single characters it is no word of ours: perhaps a misspelt one.
  return run.length > 2 && words.length > run.length / 2 ? [run, ...words] : words;
};

/** @type {Map<string, string>} */
const stems = new Map();
const stemmed = (/** @type {string} */ word) => {
  if (!/^[a-z]{4,}$/.test(word)) return word;
  const stem = stems.get(word) ?? `${scope.lunr.stemmer(new scope.lunr.Token(word, {}))}`;
  stems.set(word, stem);
  return stem;
};

/** The words of the index that begin so, in order. */
const beginning = (/** @type {string} */ start) => {
  let low = 0;
  for (let high = vocabulary.length; low < high;) {
    const middle = (low + high) >> 1;
    if (vocabulary[middle] < start) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < vocabulary.length && vocabulary[end].startsWith(start)) end++;
  return vocabulary.slice(low, end);
};

const begun = (/** @type {string} */ start) => beginning(start).length > 0;

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
const understood = () => {
  const text = typed.replace(HAN, (run) => ` ${cut(run).join(" ")} `);
  const found = telling(split(text));
  return found.map((word, position) => {
    const last = position === found.length - 1;
    const stem = stemmed(word);
    const prefix = last ? word : stem;
    const known = Object.hasOwn(postings, word) || (prefix.length > 2 && begun(prefix));
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

/** The words of the index that may answer to a word that was asked. */
const candidates = (/** @type {Asked} */ { word, last, stem, unknown }) => [
  ...(Object.hasOwn(postings, word) ? [word] : []),
  ...(stem.length > 3 && word.startsWith(stem) ? beginning(stem) : []),
  ...(last && word.length > 1 ? beginning(word) : []),
  ...(unknown && word.length > 3 ? vocabulary.filter((other) => slip(word, other)) : []),
];

load(material.href);

/** Replaces what lunr makes of its words: nothing needs its vectors and automata. */
scope.lunr.Builder.prototype.build = function () {
  postings = this.invertedIndex;
  vocabulary = Object.keys(postings).sort();
  return new scope.lunr.Index({ invertedIndex: postings, fields: Object.keys(this._fields) });
};

/** Replaces lunr's search by words and Material's query syntax. */
scope.lunr.Index.prototype.search = function () {
  const asked = understood();
  /** @type {Map<string, number[]>} How each word of the index answers to each word asked. */
  const answers = new Map();
  const answer = (/** @type {string} */ word) => {
    const known = answers.get(word) ?? asked.map((one) => likeness(one, word));
    answers.set(word, known);
    return known;
  };
  /** @type {Map<string, Section>} */
  const sections = new Map();
  for (const word of new Set(asked.flatMap(candidates))) {
    const values = answer(word);
    for (const field of this.fields) {
      for (const ref in postings[word][field]) {
        const section = sections.get(ref) ?? { ref, best: asked.map(() => 0), hits: [] };
        sections.set(ref, section);
        values.forEach((value, i) => { section.best[i] = Math.max(section.best[i], value * FIELD[field]); });
        section.hits.push([word, field]);
      }
    }
  }
  const shown = rank([...sections.values()], asked, answer);
  const last = asked.at(-1)?.word ?? "";
  suggested = shown.flatMap(({ hits }) => hits)
    .filter(([word, field]) => field === "title" && word.startsWith(last)).slice(0, 1).map(([word]) => word);
  return shown.map(({ ref, score, hits }) => {
    const metadata = Object.create(null);
    for (const [word, field] of hits) (metadata[word] ??= {})[field] = postings[word][field][ref];
    return { ref, score, matchData: { metadata } };
  });
};

/** Orders what was found and leaves what is shown of it. */
const rank = (
  /** @type {Section[]} */ found, /** @type {Asked[]} */ asked, /** @type {(word: string) => number[]} */ answer,
) => {
  const rarity = asked.map(({ word }, i) =>
    Math.log(1 + records.size / (1 + found.filter(({ best }) => best[i]).length))
      * (word.length === 1 && HAN_ONLY.test(word) ? FRAGMENT : 1));
  const whole = rarity.reduce((sum, value) => sum + value, 0) || 1;
  const part = (/** @type {number[]} */ best) => best.reduce((sum, value, i) => sum + value * rarity[i], 0) / whole;
  /** @type {Map<string, number[]>} */
  const pages = new Map();
  found.forEach(({ ref, best }) => {
    const page = ref.split("#")[0];
    const so = pages.get(page) ?? asked.map(() => 0);
    pages.set(page, so.map((value, i) => Math.max(value, best[i])));
  });
  const called = (/** @type {string[][]} */ names) =>
    Math.max(0, ...names.filter((name) => name.length === asked.length)
      .map((name) => Math.min(...name.map((word, i) => answer(word)[i]))));
  /** @type {Map<string, number>} */
  const shown = new Map();
  return found.map((section) => {
    const { order, boost, names } = records.get(section.ref) ?? { order: 0, boost: 1, names: [] };
    const page = part(/** @type {number[]} */ (pages.get(section.ref.split("#")[0])));
    const name = called(names);
    const score = boost * (0.6 * part(section.best) + 0.4 * page + (name < MISSPELT ? 0 : name)) - 1e-5 * order;
    // Material multiplies by up to five for whole pages; a steep curve keeps our order.
    return { ...section, score: 2 ** (24 * score) };
  }).sort((a, b) => b.score - a.score).filter(({ ref }) => {
    const page = ref.split("#")[0];
    const so = (shown.get(page) ?? 0) + 1;
    shown.set(page, so);
    return so <= SHOWN_OF_PAGE;
  }).slice(0, SHOWN);
};
