// The words of a page. The message is the Chinese text itself; the page brings the English of exactly
// those messages that its modules use, so a missing translation shows Chinese and never a key.

const english = JSON.parse(document.getElementById("words")?.textContent || "{}");

export const lang = document.documentElement.lang.startsWith("en") ? "en" : "zh";

/** The text of `message` in the page's language, with each `{name}` taken from `facts`. */
export function t(message, facts = {}) {
  return filled(lang === "en" ? english[message] || message : message, facts);
}

function filled(text, facts) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in facts ? String(facts[name]) : whole));
}

/** A text in both languages at once, for a screen that shows one beside the other. */
export function pair(message, facts = {}, facts_en = facts) {
  return { zh: filled(message, facts), en: filled(english[message] || message, facts_en) };
}

/** Of something that has a Chinese and an English name, the one to show. */
export function named(thing) {
  return (lang === "en" && thing.name_en) || thing.name;
}
