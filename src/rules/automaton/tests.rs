//! What the automaton finds in texts and in their readings.

use super::*;
use crate::rules::normalise::{Reading, plain};

fn found(automaton: &Automaton, reading: &[u8]) -> Vec<(u32, usize)> {
    let mut marks = Marks::default();
    automaton.walk_reading(reading, &mut marks);
    marks.find(automaton, reading, |_| true);
    marks.found().map(|(end, name)| (name, end)).collect()
}

#[test]
fn every_pattern_is_found_where_it_ends_also_inside_others() {
    let patterns = [" seed ", "seedphrase", "ee", " a", " seed phrase "];
    let automaton = Automaton::new(
        (0..).zip(patterns.iter().map(|pattern| pattern.as_bytes())),
        |_| false,
        b"",
    )
    .expect("sound");
    assert_eq!(
        found(&automaton, b" a seed phrase seedphrase "),
        [(3, 2), (2, 6), (0, 8), (4, 15), (2, 18), (1, 25)]
    );
}

#[test]
fn what_begins_like_a_pattern_and_goes_on_otherwise_is_not_found() {
    let patterns = [
        " recovery phrase ",
        " recovery phone",
        " recovery of funds",
        " recover",
    ];
    let automaton = Automaton::new(
        (0..).zip(patterns.iter().map(|pattern| pattern.as_bytes())),
        |name| name == 0,
        b"i've never seen such a recovery phone",
    )
    .expect("sound");
    assert_eq!(found(&automaton, b" recovery phr"), [(3, 8)]);
    assert_eq!(found(&automaton, b" recovery phase "), [(3, 8)]);
    assert_eq!(found(&automaton, b" recovery phrase "), [(3, 8), (0, 17)]);
    assert_eq!(found(&automaton, b" recovery of fundss"), [(3, 8), (2, 18)]);
    let mut marks = Marks::default();
    for (text, urgent) in [
        ("Recovery   phr'ase", true),
        ("recovery phrased", false),
        ("recovery of funds", false),
    ] {
        automaton.walk_text(text.as_bytes(), &mut marks);
        assert_eq!(marks.has_urgent(&automaton, text.as_bytes()), urgent, "{text}");
    }
}

#[test]
fn so_many_patterns_that_two_bytes_cannot_number_their_states_are_found_too() {
    let classes: Vec<u8> = (b'a'..=b'z')
        .filter(|letter| CLASS[usize::from(*letter)] == *letter)
        .collect();
    let patterns: Vec<String> = (0..70_000_u32)
        .map(|n| {
            let letter = |shift: u32| char::from(classes[(n >> shift & 15) as usize]);
            let letters: String = [0, 4, 8, 12, 16].map(letter).iter().collect();
            format!(" {letters}word ")
        })
        .collect();
    let automaton =
        Automaton::new((0..).zip(patterns.iter().map(String::as_bytes)), |_| false, b"").expect("sound");
    assert!(
        matches!(automaton.steps, Steps::Wide(_)),
        "{} bytes",
        automaton.memory()
    );
    for (number, pattern) in (0..).zip(&patterns).step_by(97) {
        let end = pattern.len();
        assert_eq!(
            found(&automaton, pattern.as_bytes()),
            [(number, end)],
            "{pattern}"
        );
    }
}

#[test]
fn what_is_seen_where_a_key_ends_is_told_of_all_patterns_that_have_it() {
    let patterns = [" seed phrase ", " seed", " token"];
    let named = (0..).zip(patterns.iter().map(|pattern| pattern.as_bytes()));
    let mut automaton = Automaton::new(named, |_| false, b"a seed").expect("sound");
    let sights: [&[u32]; 3] = [&[7, 9], &[3], &[7]];
    automaton.note_sights(|name| sights[name as usize]);
    let mut marks = Marks::default();
    for (text, expected) in [
        ("my seed phrase", [3, 7, 9].as_slice()),
        ("seeds and a T0KEN", &[3, 7]),
        ("my word", &[]),
    ] {
        automaton.walk_text(text.as_bytes(), &mut marks);
        let mut seen = Vec::new();
        marks.sights(&automaton, |sight| seen.push(sight));
        seen.sort_unstable();
        assert_eq!(seen, expected, "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn whatever_its_length_all_patterns_of_a_reading_are_found(words in proptest::collection::vec("(seed|phrase|see|deed|ab?|p{1,3}|drsx[a-e]{0,14}|seed phrase see deed ab phrase pp( seed| ab| see)?)", 0..90), sample in "(seed |phrase |pp? ?|ab ?|dr){0,20}") {
        let patterns = [" ab ", "a b", " seed ph", " see ", "seed", "ee", "e d", " seed phrase see deed ab a ppp ", "pp p", "drsxab", "x", "abcdabcdab",
            // Longer than a lane, and not told apart before their ends.
            " seed phrase see deed ab phrase pp seed ", " seed phrase see deed ab phrase pp ab ", " seed phrase see deed ab phrase pp see "];
        let automaton = Automaton::new((0..).zip(patterns.iter().map(|pattern| pattern.as_bytes())), |_| false, sample.as_bytes()).expect("sound");
        let reading = format!(" {} ", words.join(" "));
        let ends_of = |pattern: &str| {
            let windows = reading.as_bytes().windows(pattern.len()).zip(pattern.len()..);
            windows.filter(|(window, _)| *window == pattern.as_bytes()).map(|(_, end)| end).collect::<Vec<_>>()
        };
        let mut expected: Vec<(u32, usize)> = (0..)
            .zip(patterns)
            .flat_map(|(name, pattern)| ends_of(pattern).into_iter().map(move |end| (name, end)))
            .collect();
        let mut walked = found(&automaton, reading.as_bytes());
        expected.sort_unstable();
        walked.sort_unstable();
        proptest::prop_assert_eq!(walked, expected);
    }

    #[test]
    fn walking_a_text_finds_what_walking_its_reading_finds(text in "([ab'. 1]{0,24}(see+d|s'eed  ph|a b c d|seed phrase  w'ord|wonderful  word)[ -~]{0,9}){0,6}", sample in "(s'eed |phrase |wonder ?| ab ?){0,20}") {
        let patterns = [" ab", "b a", " seed ph", " see", "eee", " a b c d ", " seed phrase wor", "d phrase words ", "wonderful word "];
        let automaton = Automaton::new((0..).zip(patterns.iter().map(|pattern| pattern.as_bytes())), |name| name == 1 || name == 8, sample.as_bytes()).expect("sound");
        let mut reading = Reading::default();
        plain::read(&text, &mut reading);
        let mut expected: Vec<u32> = found(&automaton, &reading.bytes).into_iter().map(|(pattern, _)| pattern).collect();
        let mut marks = Marks::default();
        automaton.walk_text(text.as_bytes(), &mut marks);
        let urgent = expected.iter().any(|name| [1, 8].contains(name));
        proptest::prop_assert_eq!(marks.has_urgent(&automaton, text.as_bytes()), urgent);
        marks.find(&automaton, text.as_bytes(), |_| true);
        let mut walked: Vec<u32> = marks.found().map(|(_, name)| name).collect();
        expected.sort_unstable();
        expected.dedup();
        walked.sort_unstable();
        walked.dedup();
        proptest::prop_assert_eq!(walked, expected);
    }
}
