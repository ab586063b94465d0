//! Where a text names a sum of money or coins.

use std::ops::Range;

/// Units of money and coins, in lower case.
const UNITS: &[&str] = &[
    "btc", "eth", "sol", "bnb", "xrp", "usdt", "usdc", "usd", "dollars", "dollar", "euro", "euros", "eur",
    "gbp", "pounds", "matic", "avax", "trx", "doge", "bitcoin", "bitcoins", "ether", "ethereum", "usd.", "k",
];

/// So many bytes are searched for a digit together.
const DIGITS_SOUGHT: usize = 32;

/// Where the next digit stands, from here on.
fn next_digit(bytes: &[u8], from: usize) -> Option<usize> {
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
}
