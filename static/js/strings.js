// The sentences of templates/_strings.html, and numbers as the reader writes them.

const language = document.documentElement.lang || "en";
const sentences = JSON.parse(document.getElementById("strings")?.textContent || "{}");
const plurals = new Intl.PluralRules(language);
const numbers = new Intl.NumberFormat(language);
const days = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { dateStyle: "long" });
const short = new Intl.NumberFormat(language, { notation: "compact", maximumSignificantDigits: 2 });

/** The sentence of this key with its {name} places filled in; the key itself where it is unknown. */
export function say(key, values = {}) {
  const sentence = sentences[key] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (place, name) => (name in values ? String(values[name]) : place));
}

/** The sentence of this key for a count, singular or plural. */
export function sayCount(key, count) {
  const form = plurals.select(count) === "one" ? "one" : "other";
  return say(`${key}_${form}`, { count: numbers.format(count) });
}

/** A count in at most four characters, such as 1.2k, for a cluster. */
export function shortCount(count) {
  return count < 1000 ? String(count) : short.format(count);
}

/** A day as pages write it: 22 November 2026. */
export function longDay(moment) {
  return days.format(new Date(moment));
}

export { language };
