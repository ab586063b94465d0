//! What hosts end with, and which of those ends prove nothing.

use super::find::LONGEST_HOST;

/// Top-level domains that are also file endings or words after a forgotten space: alone, without a path, they prove nothing.
const AMBIGUOUS: &[&str] = &[
    "ad",
    "ai",
    "al",
    "am",
    "an",
    "as",
    "at",
    "be",
    "best",
    "bot",
    "by",
    "call",
    "cat",
    "cc",
    "cool",
    "cv",
    "data",
    "date",
    "day",
    "de",
    "do",
    "es",
    "free",
    "fun",
    "gay",
    "here",
    "hot",
    "how",
    "id",
    "im",
    "in",
    "info",
    "ing",
    "is",
    "it",
    "java",
    "la",
    "land",
    "like",
    "live",
    "love",
    "ma",
    "map",
    "md",
    "me",
    "meet",
    "ml",
    "mo",
    "mov",
    "ms",
    "my",
    "name",
    "new",
    "nice",
    "no",
    "now",
    "off",
    "ok",
    "one",
    "open",
    "pa",
    "pl",
    "play",
    "pm",
    "post",
    "properties",
    "ps",
    "py",
    "read",
    "review",
    "rs",
    "run",
    "safe",
    "save",
    "se",
    "search",
    "sh",
    "show",
    "so",
    "team",
    "then",
    "tips",
    "to",
    "today",
    "us",
    "watch",
    "work",
    "works",
    "world",
    "wow",
    "yes",
    "you",
    "your",
    "zip",
];

/// Whether this host ends in a public suffix, or in `example`, which documentation and tests use.
pub(super) fn is_top_level(host: &str) -> bool {
    let mut lower = [0_u8; LONGEST_HOST];
    let Some(lower) = lower.get_mut(..host.len()) else {
        return false;
    };
    lower.copy_from_slice(host.as_bytes());
    lower.make_ascii_lowercase();
    lower.ends_with(b".example")
        || psl::suffix(lower).is_some_and(|suffix| suffix.is_known() && suffix.as_bytes().len() < lower.len())
}

/// Whether this is one of [`AMBIGUOUS`].
pub(super) fn is_ambiguous(last: &str) -> bool {
    last.len() <= size_of::<u128>() && AMBIGUOUS_AS_NUMBERS.binary_search(&as_number(last)).is_ok()
}

/// A short word in small letters as a number, so that comparing it is one step.
const fn as_number(word: &str) -> u128 {
    let word = word.as_bytes();
    let mut number = 0;
    let mut at = 0;
    while at < word.len() {
        number = number << 8 | word[at].to_ascii_lowercase() as u128;
        at += 1;
    }
    number
}

static AMBIGUOUS_AS_NUMBERS: [u128; AMBIGUOUS.len()] = sorted_numbers();

const fn sorted_numbers() -> [u128; AMBIGUOUS.len()] {
    let mut numbers = [0; AMBIGUOUS.len()];
    let mut count = 0;
    while count < AMBIGUOUS.len() {
        let number = as_number(AMBIGUOUS[count]);
        let mut at = count;
        while at > 0 && numbers[at - 1] > number {
            numbers[at] = numbers[at - 1];
            at -= 1;
        }
        numbers[at] = number;
        count += 1;
    }
    numbers
}
