//! Where a text says how to reach somebody: accounts by name, telephone numbers. Links to messengers are links
//! ([`super::link_signals`]).

use std::ops::Range;

use super::money::next_digit;

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
        // `[@]name`, `(@) name`, `@ some_name`; a blank proves little, so the name must look like one.
        let bracketed = matches!(before, Some(b'[' | b'(')) && rest.starts_with([']', ')']);
        let loose = rest[usize::from(bracketed)..].trim_start_matches(' ');
        let gap = rest.len() - loose.len();
        if gap > 0 {
            if !(bracketed || gap == 1) || bytes[at] == b'#' {
                return None;
            }
            let name = &loose[..loose
                .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                .unwrap_or(loose.len())];
            let letters = name.chars().filter(|c| c.is_alphabetic()).count();
            let handle = bracketed || name.contains(|c: char| c == '_' || c.is_ascii_digit());
            return (letters >= FEWEST_LETTERS && handle).then_some(at..at + 1 + gap + name.len());
        }
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

/// Words beside which a number is one to be called, in small letters.
const CALLED: &[&str] = &[
    "whatsapp", "whats", "watsapp", "telegram", "viber", "signal", "call", "text", "sms", "phone", "dial",
    "mobile", "contact", "reach", "zap", "tel", "wa",
];
/// Digits of a telephone number without its plus sign, at least and at most.
pub(super) const FEWEST_DIALLED: usize = 10;
const MOST_DIALLED: usize = 15;
/// So near such a word stands, in bytes.
const BESIDE: usize = 28;

/// A telephone number without its plus sign, `0044 …` or `(555) 123-4567`, beside a word that says what it is for. Numbers of
/// orders, dates, blocks and amounts are not grouped like one.
pub(super) fn called_number(text: &str) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(start) = next_digit(bytes, from) {
        let end = end_of_number(bytes, start);
        from = end;
        let opened = start.checked_sub(1).filter(|before| bytes[*before] == b'(');
        let start = opened.unwrap_or(start);
        let apart = start.checked_sub(1).is_none_or(|before| {
            !bytes[before].is_ascii_alphanumeric()
                && !matches!(bytes[before], b'#' | b'$' | b'.' | b'-' | b'/' | b'+' | b'_')
        });
        let bounded = bytes
            .get(end)
            .is_none_or(|next| !next.is_ascii_alphanumeric() && *next != b'_');
        if apart && bounded && is_grouped(&bytes[start..end]) && is_called(bytes, start..end) {
            return Some(start..end);
        }
    }
    None
}

/// Where the digits end that start here, with the punctuation of telephone numbers between them.
fn end_of_number(bytes: &[u8], start: usize) -> usize {
    let mut end = start;
    let mut gap = 0;
    for (at, byte) in bytes.iter().enumerate().skip(start) {
        match byte {
            b'0'..=b'9' => (end, gap) = (at + 1, 0),
            b' ' | b'(' | b')' | b'-' | b'.' if gap < 2 => gap += 1,
            _ => break,
        }
    }
    end
}

/// Whether digits are grouped like those of a telephone number: ten to fifteen, `00` ahead of them or at least two groups, the last
/// of two digits or more, and no date.
fn is_grouped(number: &[u8]) -> bool {
    // Most numbers end here.
    if number.len() < FEWEST_DIALLED {
        return false;
    }
    let groups = || {
        number
            .split(|byte| !byte.is_ascii_digit())
            .filter(|group| !group.is_empty())
    };
    let digits: usize = groups().map(<[u8]>::len).sum();
    let count = groups().count();
    let (Some(first), Some(last)) = (groups().next(), groups().next_back()) else {
        return false;
    };
    let year = first.len() == 4 && (first.starts_with(b"19") || first.starts_with(b"20"));
    let thousands = count > 2 && groups().skip(1).all(|group| group.len() == 3);
    let abroad = first.starts_with(b"00") && !first.starts_with(b"000");
    (FEWEST_DIALLED..=MOST_DIALLED).contains(&digits)
        && (abroad || count > 2 || (count == 2 && number.first() == Some(&b'(')))
        && last.len() > 1
        && first.len() <= 5 + usize::from(abroad) * 10
        && !year
        && !thousands
}

/// Whether a word beside this says that it can be called.
fn is_called(bytes: &[u8], number: Range<usize>) -> bool {
    let around = number.start.saturating_sub(BESIDE)..(number.end + BESIDE).min(bytes.len());
    bytes[around]
        .split(|byte| !byte.is_ascii_alphabetic())
        .any(|word| {
            CALLED
                .iter()
                .any(|called| word.eq_ignore_ascii_case(called.as_bytes()))
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
        for called in [
            ("whatsapp 0044 7000 900 123", "0044 7000 900 123"),
            ("call (555) 010-4567 now", "(555) 010-4567"),
            ("text me 555-010-4567", "555-010-4567"),
            ("004470009001 on signal", "004470009001"),
        ] {
            assert_eq!(
                called_number(called.0).map(|span| &called.0[span]),
                Some(called.1)
            );
        }
        for harmless in [
            "(555) 010-4567",
            "order 1234567890, call me later",
            "call at 2024-01-02 10:30",
            "the call reverts at block 19234567 and 19234999",
            "text 1.000.000.000 tokens to nobody",
            "call 0x00447000900123",
            "signal #0044700090012",
            "text 555-0104 said",
            "call stack 1 2 3 4 5 6 7 8 9 0",
        ] {
            assert_eq!(called_number(harmless), None, "{harmless}");
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

    #[test]
    fn an_account_is_seen_behind_a_blank_or_a_bracketed_at_sign() {
        let seen = |text: &'static str| account_names(text).next().map(|span| &text[span]);
        assert_eq!(seen("tele gram : @ some_user"), Some("@ some_user"));
        assert_eq!(seen("write [@]coachmax now"), Some("@]coachmax"));
        assert_eq!(seen("write (@) coachmax"), Some("@) coachmax"));
        assert_eq!(seen("dinner @ noon tomorrow"), None);
        assert_eq!(seen("we meet @ station"), None);
        assert_eq!(seen("a list # some_thing"), None);
        assert_eq!(seen("a lone @"), None);
    }
}
