//! Where a text says how to reach somebody: accounts by name, telephone numbers. Links to messengers are links
//! ([`super::link_signals`]).

use std::ops::Range;

/// A name with fewer letters is an issue number, a colour or an abbreviation.
const FEWEST_LETTERS: usize = 5;

/// Every account named by `@some_name` or `#some_name`, or by a mention of a member (`<@1234…>`).
pub(super) fn account_names(text: &str) -> impl DoubleEndedIterator<Item = Range<usize>> + '_ {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(b'@', b'#', bytes).filter_map(move |at| {
        let before = at.checked_sub(1).map(|before| bytes[before]);
        if before.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'&')) {
            return None;
        }
        let rest = &text[at + 1..];
        if before == Some(b'<') {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let closed = rest.as_bytes().get(digits) == Some(&b'>');
            return (bytes[at] == b'@' && digits >= 15 && closed).then_some(at - 1..at + 2 + digits);
        }
        let in_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        let name = &rest[..rest.find(|c| !in_name(c)).unwrap_or(rest.len())];
        let named = name
            .chars()
            .filter(|c| c.is_alphabetic())
            .nth(FEWEST_LETTERS - 1)
            .is_some()
            && !name.eq_ignore_ascii_case("everyone");
        named.then_some(at..at + 1 + name.len())
    })
}

/// An account whose `@` is spelled out: `(at)some_name`, `[at] some_name`. With a dot behind it, it is a mail address.
pub(super) fn spelled_account_name(text: &str) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(b'(', b'[', bytes).find_map(|at| {
        let inside = bytes.get(at + 1..at + 4)?;
        if !inside[..2].eq_ignore_ascii_case(b"at") || !matches!(inside[2], b')' | b']') {
            return None;
        }
        let rest = text.get(at + 4..)?;
        let name = rest.trim_start_matches(' ');
        let length = name
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(name.len());
        let letters = name[..length].chars().filter(|c| c.is_alphabetic()).count();
        let behind = name[length..].trim_start_matches([' ', '(', '[']);
        let mail = behind.starts_with('.')
            || behind
                .get(..3)
                .is_some_and(|word| word.eq_ignore_ascii_case("dot"));
        (letters >= FEWEST_LETTERS && !mail).then(|| at..at + 4 + (rest.len() - name.len()) + length)
    })
}

/// A plus sign and ten digits or more, whatever punctuation stands between them: `+44 (73 5 22, 191 25`, also beyond ASCII.
pub(super) fn phone_number(text: &str) -> Option<Range<usize>> {
    memchr::memchr_iter(b'+', text.as_bytes()).find_map(|plus| {
        let (mut digits, mut end) = (0, plus);
        for (at, c) in text[plus + 1..].char_indices().take(40) {
            match c {
                '0'..='9' | '\u{ff10}'..='\u{ff19}' => {
                    digits += 1;
                    end = plus + 1 + at + c.len_utf8();
                }
                // The last three: odd spaces, hyphens and dashes, and the marks of reading direction.
                ' '
                | '('
                | ')'
                | '-'
                | '.'
                | ','
                | '/'
                | '_'
                | '*'
                | '\u{a0}'
                | '\u{2000}'..='\u{2015}'
                | '\u{202a}'..='\u{202f}' => {}
                _ => break,
            }
        }
        (10..=15).contains(&digits).then_some(plus..end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_telephone_number_is_seen_through_any_punctuation() {
        for written in [
            "+44 (73 5 22, 191 25",
            "+1 (929) 555\u{2011}0147",
            "+1\u{a0}929\u{a0}555\u{a0}0147",
            "+\u{ff14}\u{ff14} 7000 900 123",
        ] {
            assert_eq!(phone_number(written), Some(0..written.len()), "{written}");
        }
        for harmless in ["1 + 2 = 3", "+5 for the idea", "c++ 20", "utc+2 at 10:00"] {
            assert_eq!(phone_number(harmless), None, "{harmless}");
        }
    }

    #[test]
    fn an_account_is_seen_when_its_at_sign_is_spelled_out() {
        let seen = |text: &'static str| spelled_account_name(text).map(|span| &text[span]);
        assert_eq!(seen("message (at)trader_nina now"), Some("(at)trader_nina"));
        assert_eq!(seen("write [AT] coach_max"), Some("[AT] coach_max"));
        assert_eq!(seen("jane (at) example (dot) org"), None, "a mail address");
        assert_eq!(seen("jane(at)example.org"), None, "a mail address");
        assert_eq!(seen("we meet (at noon) there"), None);
        assert_eq!(seen("(at)"), None);
        assert_eq!(seen("(at)éé"), None);
    }
}
