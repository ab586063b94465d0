//! Where a text names a sum of money or coins, and where one is to become more.

use std::ops::Range;

/// Units of money and coins, in lower case.
const UNITS: &[&str] = &[
    "btc", "eth", "sol", "bnb", "xrp", "usdt", "usdc", "usd", "dollars", "dollar", "euro", "euros", "eur",
    "gbp", "pounds", "matic", "avax", "trx", "doge", "bitcoin", "bitcoins", "ether", "ethereum", "usd.", "k",
];

/// So many bytes are searched for a digit together.
const DIGITS_SOUGHT: usize = 32;

/// Where the next digit stands, from here on.
pub(super) fn next_digit(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    for chunk in bytes[from..].chunks(DIGITS_SOUGHT) {
        // Asks about all bytes of a chunk at once, which compiles to vector instructions.
        if chunk.iter().fold(false, |any, byte| any | byte.is_ascii_digit()) {
            return chunk
                .iter()
                .position(u8::is_ascii_digit)
                .map(|inside| at + inside);
        }
        at += chunk.len();
    }
    None
}

/// An amount: `$500`, `500$`, `2 btc`, `1.5k usdt`.
pub(super) fn money(text: &str) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(start) = next_digit(bytes, at) {
        at = start;
        while at < bytes.len() && (bytes[at].is_ascii_digit() || matches!(bytes[at], b'.' | b',')) {
            at += 1;
        }
        let before = &text[..start];
        if before.ends_with(['$', '€', '£']) {
            return Some(before.len() - before.chars().next_back().map_or(0, char::len_utf8)..at);
        }
        let rest = &text[at..];
        let unit = rest.trim_start_matches(['k', 'K']).trim_start_matches(' ');
        let letters = unit
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(unit.len());
        let named = letters > 1
            && UNITS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(&unit[..letters]));
        if named || unit.starts_with(['$', '€', '£']) {
            let end = text.len() - unit.len()
                + if named {
                    letters
                } else {
                    unit.chars().next().map_or(0, char::len_utf8)
                };
            return Some(start..end);
        }
    }
    None
}

/// What is done with the first sum, in small letters: somebody hands it over, or it grew.
const PUT_IN: &[&str] = &[
    "send",
    "sent",
    "sends",
    "deposit",
    "deposited",
    "invest",
    "invested",
    "investing",
    "turn",
    "turned",
    "turns",
    "turning",
    "flip",
    "flipped",
    "flipping",
    "grow",
    "grew",
    "growing",
    "put",
];
/// What joins it to the second.
const GIVES: &[&str] = &[
    "get", "gets", "got", "receive", "received", "into", "to", "back", "became", "return", "returns",
];
/// So far before the first sum and behind it these stand, in bytes.
const BEFORE_SUM: usize = 24;
const BETWEEN_SUMS: usize = 32;

/// Two sums of which the second is at least twice the first and comes of it: `send 1 get 2`, `turned $200 into $2000`.
pub(super) fn multiplied(text: &str) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let says = |within: Range<usize>, known: &[&str]| {
        bytes[within]
            .split(|byte| !byte.is_ascii_alphabetic())
            .any(|word| {
                known
                    .iter()
                    .any(|known| known.as_bytes().eq_ignore_ascii_case(word))
            })
    };
    let mut before: Option<(Range<usize>, f64)> = None;
    let mut at = 0;
    while let Some(start) = next_digit(bytes, at) {
        let (end, sum) = sum_at(bytes, start);
        at = end;
        if let Some((first, much)) = before.replace((start..end, sum))
            && much > 0.0
            && sum >= 2.0 * much
            && start - first.end <= BETWEEN_SUMS
            && says(first.end..start, GIVES)
            && says(first.start.saturating_sub(BEFORE_SUM)..first.start, PUT_IN)
            && (is_money(text, &first)
                || is_money(text, &(start..end))
                || says(last_word(bytes, first.start), PUT_IN))
        {
            return Some(first.start..end);
        }
    }
    None
}

/// Whether a sign or a unit of money stands beside this number.
fn is_money(text: &str, number: &Range<usize>) -> bool {
    let signed = text[..number.start].ends_with(['$', '€', '£']);
    signed || money(&text[number.start..]).is_some_and(|span| span.start == 0)
}

/// The word before this place and the blank behind it.
fn last_word(bytes: &[u8], at: usize) -> Range<usize> {
    let letters = bytes[..at]
        .iter()
        .rev()
        .skip(1)
        .take_while(|byte| byte.is_ascii_alphabetic());
    at.saturating_sub(1 + letters.count())..at
}

/// The number that starts here, `1,500`, `0.5` or `2k`, and where it ends.
fn sum_at(bytes: &[u8], start: usize) -> (usize, f64) {
    let (mut sum, mut places) = (0.0_f64, None);
    let mut end = start;
    while let Some(byte) = bytes.get(end) {
        match byte {
            b'0'..=b'9' => {
                sum = sum * 10.0 + f64::from(byte - b'0');
                places = places.map(|places: i32| places + 1);
            }
            b',' if places.is_none() => {}
            b'.' if places.is_none() && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) => {
                places = Some(0);
            }
            _ => break,
        }
        end += 1;
    }
    sum /= 10_f64.powi(places.unwrap_or(0));
    if bytes
        .get(end)
        .is_some_and(|byte| byte.eq_ignore_ascii_case(&b'k'))
    {
        return (end + 1, sum * 1000.0);
    }
    (end, sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_of_money_is_seen_wherever_in_a_text_it_stands() {
        for before in 0..100 {
            let text = format!("{}in 7 days you get $500 back", "so ".repeat(before));
            assert_eq!(money(&text).map(|span| &text[span]), Some("$500"), "{text}");
        }
        assert_eq!(money("send 1.5k usdt"), Some(5..14));
        assert_eq!(money("12 people, 7 days and no coin at all"), None);
        assert_eq!(money("no number"), None);
    }

    #[test]
    fn a_sum_that_becomes_more_is_seen_and_a_range_of_prices_is_not() {
        for grows in [
            "send 1 get 2",
            "Send 0.5 ETH and receive 1 ETH back",
            "turned $200 into $2,000",
            "invest 1k, get 12k",
        ] {
            assert!(multiplied(grows).is_some(), "{grows}");
        }
        for stays in [
            "from $1000 to $4000 in a year",
            "shirts for $10 to $20",
            "send 2 get 1 free",
            "send me the 2 logs, I got 40 errors to read",
            "turn left after 200 m, then 2000 m straight",
            "invested 100 in 2020",
            "$",
        ] {
            assert_eq!(multiplied(stays), None, "{stays}");
        }
    }
}
