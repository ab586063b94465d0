//! Which literals patterns need, and what is known of what stands between them.

use super::super::normalise::Traits;
use super::*;

fn of(pattern: &str) -> Vec<String> {
    required(&regex_syntax::parse(pattern).expect(pattern))
        .sets
        .iter()
        .map(|set| set.strings.join("|").replace(BOUNDARY, "^"))
        .collect()
}

#[test]
fn the_parts_between_two_sets_say_how_far_apart_they_may_stand() {
    let within = |pattern: &str| {
        let required = required(&regex_syntax::parse(pattern).expect(pattern));
        required.within(&required.sets[0], &required.sets[1])
    };
    assert_eq!(within(r"send [a-z ]{0,20}phrase"), Some(26));
    assert_eq!(
        within(r"(sent?[a-z]|give[0-9])[a-z ]{0,20}phrase"),
        Some(5 + 20 + 6)
    );
    assert_eq!(within(r"send .*phrase"), None);
    let unbroken = |pattern: &str| {
        let required = required(&regex_syntax::parse(pattern).expect(pattern));
        required.unbroken(&required.sets[0], &required.sets[1])
    };
    assert!(unbroken(r"claim[a-z0-9]*[-.][^ ]{0,9}(live|site)"));
    assert!(!unbroken(r"claim[a-z0-9]*[-.]?.{0,9}(live|site)"));
    let solid = |pattern: &str| {
        let required = required(&regex_syntax::parse(pattern).expect(pattern));
        required.solid_behind(&required.sets[0])
    };
    let dotted = solid(r"claim[a-z0-9]{0,9}[.:][a-z0-9]*\.(live|cc)");
    assert_eq!(
        (dotted.bytes, dotted.kinds),
        (4, [Traits::DOT | Traits::COLON, Traits::DOT])
    );
    assert!(dotted.fits(b"s.example.live") && !dotted.fits(b"s") && !dotted.fits(b"antly"));
    assert_eq!(solid(r"claim[0-9]{2}.{3}").bytes, 2);
    assert_eq!(solid(r"claim.{3}"), Solid::default());
}

#[test]
fn every_set_of_literals_that_a_match_needs_is_found() {
    assert_eq!(of(r"send .{0,20}phrase"), ["send ", "phrase"]);
    assert_eq!(of(r"\bseeds?\b"), ["^seeds^|^seed^"]);
    assert_eq!(of(r"(claim|mint) now"), ["claim now|mint now"]);
    assert_eq!(of(r"[0-9]+ ?(btc|eth)+"), ["btc|eth"]);
    assert_eq!(of(r"gr[ae]y"), ["gray|grey"]);
    assert_eq!(
        of(r"\b(send|deposit)\b.{0,40}\b(double|twice) .{0,9}(back)?"),
        ["^send^|^deposit^", "^double |^twice "]
    );
}

#[test]
fn the_kinds_of_characters_that_a_match_needs_are_found() {
    let of = |pattern: &str| kinds(&regex_syntax::parse(pattern).expect(pattern));
    assert_eq!(of(r"earn [a-z]{0,9}[0-9]+k?"), [Traits::DIGIT]);
    assert_eq!(of(r"[0-9]{1,3} ?%"), [Traits::PERCENT, Traits::DIGIT]);
    assert_eq!(of(r"[.:]x"), [Traits::COLON | Traits::DOT]);
    assert!(of(r"earn ([0-9]|ten)[0-9]*[a0]").is_empty());
}

#[test]
fn a_pattern_that_can_match_anything_has_none() {
    for pattern in [r"\d{4}", r"\w+", r"(abc)?", r"[a-z]{33}", r"abc|\d+"] {
        assert_eq!(of(pattern), Vec::<String>::new(), "{pattern}");
    }
}
