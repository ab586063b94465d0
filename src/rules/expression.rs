//! Regular expressions as the scanner runs them: on lower-cased text, behind a gate, over one short message at a time.
//!
//! # Why not simply `regex`
//! A lazy DFA is superb on megabytes and poor on messages: `.{0,60}` between two words gives it a new state for nearly every
//! byte, and it has built them all for one message when the next one comes and needs others. Measured on chat, 5 to
//! 20 µs a run. On so short a text the bounded backtracker of the same author, with the same linear bound, has nothing to build;
//! and because text and pattern are in lower case, its literals become a prefilter that skips to the few places
//! where a match can start. Long texts get the lazy DFA after all, built when the first one comes.

use std::ops::Range;
use std::sync::OnceLock;

use regex_automata::Input;
use regex_automata::meta::{self, FindMatches};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{
    Capture, Class, ClassBytes, ClassBytesRange, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look,
    Repetition,
};

/// The largest compiled expression, in bytes.
const LARGEST: usize = 1 << 20;
/// From this length on, in bytes, a text is worth a lazy DFA.
const LONG: usize = 600;

/// An expression for lower-cased text.
#[derive(Debug)]
pub(super) struct Expression {
    pattern: Hir,
    short: meta::Regex,
    long: OnceLock<Option<meta::Regex>>,
}

impl Expression {
    /// Parses and compiles a pattern; one that matches the empty text is refused. Case never matters.
    pub(super) fn new(pattern: &str) -> Result<Self, String> {
        let unicode = !pattern.is_ascii();
        // `[$€£]` needs Unicode classes, but no other alphabet: its `\w` and `.` may stay those of ASCII and bytes.
        let alphabets = pattern.chars().any(|c| !c.is_ascii() && c.is_alphabetic());
        let parsed = ParserBuilder::new()
            .unicode(unicode)
            .utf8(false)
            .case_insensitive(true)
            .build()
            .parse(pattern);
        let parsed = parsed.map_err(|error| {
            let reason = error.to_string();
            let reason = reason.lines().last().unwrap_or("").trim_start_matches("error: ");
            format!("not a regular expression: {reason}")
        })?;
        if parsed.properties().minimum_len().unwrap_or(0) == 0 {
            return Err("matches the empty text, and so every message".to_owned());
        }
        Self::of(lowered(&parsed, alphabets))
    }

    /// Compiles a pattern for lower-cased text that has been parsed already.
    pub(super) fn of(pattern: Hir) -> Result<Self, String> {
        let short = compiled(&pattern, false).map_err(|error| format!("cannot be compiled: {error}"))?;
        Ok(Self {
            pattern,
            short,
            long: OnceLock::new(),
        })
    }

    /// The pattern, in lower case.
    pub(super) fn pattern(&self) -> &Hir {
        &self.pattern
    }

    /// Its matches in a lower-cased text.
    pub(super) fn find_iter<'t>(&'t self, text: &'t [u8]) -> FindMatches<'t, 't> {
        self.find_within(text, 0..text.len())
    }

    /// Its matches in a stretch of a lower-cased text; what stands around the stretch still decides where words end.
    pub(super) fn find_within<'t>(&'t self, text: &'t [u8], stretch: Range<usize>) -> FindMatches<'t, 't> {
        let long = || {
            self.long
                .get_or_init(|| compiled(&self.pattern, true).ok())
                .as_ref()
        };
        let regex = if stretch.len() < LONG {
            &self.short
        } else {
            long().unwrap_or(&self.short)
        };
        regex.find_iter(Input::new(text).span(stretch))
    }
}

fn compiled(pattern: &Hir, lazy: bool) -> Result<meta::Regex, String> {
    let config = meta::Config::new()
        .utf8_empty(false)
        .nfa_size_limit(Some(LARGEST))
        .hybrid(lazy)
        .dfa(false)
        .onepass(false);
    let built = meta::Regex::builder().configure(config).build_from_hir(pattern);
    built.map_err(|error| {
        error
            .size_limit()
            .map_or_else(|| error.to_string(), |_| "it is too large".to_owned())
    })
}

/// The same pattern for lower-cased text: classes such as `[Ss]`, which is how a pattern without case is parsed, lose their
/// capitals and become literals again.
fn lowered(hir: &Hir, alphabets: bool) -> Hir {
    match hir.kind() {
        HirKind::Empty => Hir::empty(),
        HirKind::Look(look) => Hir::look(if alphabets { *look } else { ascii_look(*look) }),
        HirKind::Literal(literal) => Hir::literal(literal.0.to_ascii_lowercase()),
        HirKind::Class(Class::Bytes(class)) => Hir::class(Class::Bytes(lowered_class(class))),
        HirKind::Class(Class::Unicode(class)) if !alphabets && is_wide(class) => {
            Hir::class(Class::Bytes(lowered_class(&bytes_of(class))))
        }
        HirKind::Class(Class::Unicode(class)) => Hir::class(Class::Unicode(lowered_unicode(class))),
        HirKind::Repetition(repetition) => Hir::repetition(Repetition {
            sub: Box::new(lowered(&repetition.sub, alphabets)),
            ..repetition.clone()
        }),
        // Nobody asks which group matched.
        HirKind::Capture(Capture { sub, .. }) => lowered(sub, alphabets),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(|part| lowered(part, alphabets)).collect()),
        HirKind::Alternation(parts) => {
            Hir::alternation(parts.iter().map(|part| lowered(part, alphabets)).collect())
        }
    }
}

fn lowered_class(class: &ClassBytes) -> ClassBytes {
    let mut all = class.clone();
    let capitals = ClassBytes::new([ClassBytesRange::new(b'A', b'Z')]);
    all.difference(&capitals);
    if all.ranges().is_empty() {
        class.clone()
    } else {
        all
    }
}

/// Whether a class reaches over whole alphabets: `\w`, `\d`, `.`, `[^x]`. Spelled out in UTF-8, and sixty times over in
/// `.{0,60}`, such a class makes an automaton of thousands of states.
fn is_wide(class: &ClassUnicode) -> bool {
    class.ranges().len() > 16 || beyond_ascii(class) > 1000
}

/// How many characters beyond ASCII a class holds.
fn beyond_ascii(class: &ClassUnicode) -> u32 {
    let count =
        |range: &ClassUnicodeRange| (range.end() as u32 + 1).saturating_sub((range.start() as u32).max(0x80));
    class.iter().map(count).sum()
}

/// The ASCII part of a class, and every byte beyond ASCII if it holds nearly every character there is.
fn bytes_of(class: &ClassUnicode) -> ClassBytes {
    let ascii = class.iter().filter(|range| range.start().is_ascii());
    let mut bytes = ClassBytes::new(
        ascii.map(|range| ClassBytesRange::new(range.start() as u8, (range.end() as u32).min(0x7f) as u8)),
    );
    if beyond_ascii(class) > 0x8_0000 {
        bytes.push(ClassBytesRange::new(0x80, 0xff));
    }
    bytes
}

fn ascii_look(look: Look) -> Look {
    match look {
        Look::WordUnicode => Look::WordAscii,
        Look::WordUnicodeNegate => Look::WordAsciiNegate,
        Look::WordStartUnicode => Look::WordStartAscii,
        Look::WordEndUnicode => Look::WordEndAscii,
        Look::WordStartHalfUnicode => Look::WordStartHalfAscii,
        Look::WordEndHalfUnicode => Look::WordEndHalfAscii,
        other => other,
    }
}

/// Without ASCII capitals, and without the long s and the Kelvin sign, which case folding adds to `s` and `k`.
fn lowered_unicode(class: &ClassUnicode) -> ClassUnicode {
    let mut all = class.clone();
    let capitals = [('A', 'Z'), ('\u{17f}', '\u{17f}'), ('\u{212a}', '\u{212a}')];
    all.difference(&ClassUnicode::new(
        capitals.map(|(first, last)| ClassUnicodeRange::new(first, last)),
    ));
    if all.ranges().is_empty() {
        class.clone()
    } else {
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(pattern: &str, text: &str) -> bool {
        let expression = Expression::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        expression
            .find_iter(text.to_ascii_lowercase().as_bytes())
            .next()
            .is_some()
    }

    #[test]
    fn case_never_matters() {
        for pattern in [
            "Send .{0,9}(BTC|Eth)",
            "[A-Z]end [^A]+ [eb]t[ch]",
            r"\bsend\b.*\w{3}$",
            "SEND",
        ] {
            assert!(finds(pattern, "please SEND two bTC"), "{pattern}");
        }
        assert!(finds("Привет", "ПРИВЕТ мир"));
        assert!(!finds("send[^b]", "sendb"));
        assert!(finds(r"\bсид\b", "ваш СИД тут") || finds(r"\bсид\b", "ваш сид тут"));
    }

    #[test]
    fn a_currency_sign_in_a_class_costs_no_alphabet() {
        assert!(finds(r"\b(make|earn)\b.{0,60}[$€£]\d\w+", "Earn — easily — £5k"));
        assert!(!finds(r"earn\w[€]", "earnё€"));
        let expression = Expression::new(r"earn.{0,60}[€£]").expect("sound");
        assert!(
            expression.short.memory_usage() < 100_000,
            "{} bytes",
            expression.short.memory_usage()
        );
    }

    #[test]
    fn a_long_text_is_searched_like_a_short_one() {
        let long = format!("{} send 2 btc {}", "word ".repeat(400), "word ".repeat(400));
        assert!(finds(r"\bsend\b.{0,9}\bbtc\b", &long));
        assert!(!finds(r"\bsend\b.{0,9}\beth\b", &long));
    }

    proptest::proptest! {
        #[test]
        fn it_finds_what_the_regex_crate_finds(text in "(send |btc |[a-zA-Z .0-9]{1,4}){0,12}") {
            for pattern in [r"\bsend\b.{0,12}\bbtc\b", r"(btc|send) [0-9]+", r"[a-f]{2}s?e"] {
                let peer = regex::bytes::RegexBuilder::new(pattern).case_insensitive(true).unicode(false).build().expect("sound");
                let ours = Expression::new(pattern).expect("sound");
                let lower = text.to_ascii_lowercase();
                let found: Vec<_> = ours.find_iter(lower.as_bytes()).map(|found| found.range()).collect();
                let expected: Vec<_> = peer.find_iter(text.as_bytes()).map(|found| found.range()).collect();
                proptest::prop_assert_eq!(found, expected);
            }
        }
    }
}
