//! Names of people that imitate those of others: of staff, of names under protection, of the server itself.
//!
//! Names are compared by what they look like: letters of every script and digits as the Latin letters they pass for
//! (the confusables of UTS #39), pairs of letters that look like one, no case, no gaps, no emoji. Equal to the eye is an
//! imitation. So is one letter added, dropped, changed or swapped (Damerau distance 1), but only in a long name, or
//! in one that is disguised already: nearly all short names have an honest neighbour one letter away. And so is somebody
//! else's name dressed up with a title: "Alice Support".
//!
//! Hosts that imitate brands are read in `lookalike`; what is done about an impostor is decided in `moderation`.

use std::sync::LazyLock;

use super::lookalike::{classes, one_edit, skeleton};
use super::normalise::{Reading, plain};

/// The shortest name of which one letter may differ.
const LONG: usize = 8;
/// The same where the stranger's name is disguised.
const LONG_ENOUGH_IN_DISGUISE: usize = 5;
/// The shortest first name that a title dresses up.
const SHORTEST_DRESSED: usize = 4;
/// Shorter names imitate nobody.
const SHORTEST: usize = 3;

/// Words that impostors put around a stolen name.
const TITLES: &[&str] = &[
    "mod",
    "mods",
    "moderator",
    "admin",
    "admins",
    "administrator",
    "support",
    "helpdesk",
    "help",
    "desk",
    "helper",
    "staff",
    "team",
    "official",
    "ceo",
    "cto",
    "founder",
    "dev",
    "developer",
    "manager",
    "agent",
    "owner",
    "service",
    "care",
    "ticket",
    "tickets",
    "verification",
    "announcement",
    "announcements",
    "the",
    "real",
    "bot",
];

static TITLE_CLASSES: LazyLock<Vec<Vec<u8>>> =
    LazyLock::new(|| TITLES.iter().map(|title| classes(title)).collect());

/// Names that strangers may not borrow, read once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameBook {
    known: Vec<Known>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    written: Box<str>,
    bare: Bare,
    /// Anybody may carry it, only not together with a title: the name of the server.
    free_undressed: bool,
}

impl NameBook {
    /// The names of `people` may not be imitated at all, those of `homes` may not be dressed up with a title.
    pub fn new<'n>(
        people: impl IntoIterator<Item = &'n str>,
        homes: impl IntoIterator<Item = &'n str>,
    ) -> Self {
        let read = |written: &'n str, free_undressed| Known {
            written: written.into(),
            bare: Bare::of(written),
            free_undressed,
        };
        let people = people.into_iter().map(|name| read(name, false));
        let mut known: Vec<Known> = people
            .chain(homes.into_iter().map(|name| read(name, true)))
            .filter(|known| known.bare.whole.len() >= SHORTEST)
            .collect();
        known.dedup_by(|one, other| one.written == other.written);
        Self { known }
    }

    /// The name that this one imitates, as its owner writes it.
    pub fn imitated(&self, name: &str) -> Option<&str> {
        let bare = Bare::of(name);
        if bare.whole.len() < SHORTEST {
            return None;
        }
        let shortest_edited = if is_disguised(name) {
            LONG_ENOUGH_IN_DISGUISE
        } else {
            LONG
        };
        let found = self.known.iter().find(|known| {
            let theirs = &known.bare;
            let dressed = bare.titled
                && (theirs.whole == bare.whole
                    || (theirs.first.len() >= SHORTEST_DRESSED && theirs.first == bare.whole));
            if known.free_undressed {
                return dressed;
            }
            let long = theirs.whole.len() >= shortest_edited && bare.whole.len() >= shortest_edited;
            dressed || theirs.whole == bare.whole || (long && one_edit(&bare.whole, &theirs.whole))
        });
        found.map(|known| &*known.written)
    }
}

/// Whether a name imitates one of these.
pub(super) fn imitates(name: &str, known: &[String]) -> bool {
    !known.is_empty()
        && NameBook::new(known.iter().map(String::as_str), [])
            .imitated(name)
            .is_some()
}

/// A name as it is compared: its words without titles, and whether it had any.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Bare {
    first: Vec<u8>,
    whole: Vec<u8>,
    titled: bool,
}

impl Bare {
    fn of(name: &str) -> Self {
        let mut reading = Reading::default();
        plain::read(name, &mut reading);
        let words: Vec<&[u8]> = reading
            .bytes
            .split(|byte| *byte == b' ')
            .filter(|word| !word.is_empty())
            .collect();
        let is_title = |word: &&[u8]| TITLE_CLASSES.iter().any(|title| title == word);
        let proper: Vec<&[u8]> = words.iter().copied().filter(|word| !is_title(word)).collect();
        let titled = proper.len() < words.len() && !proper.is_empty();
        let kept = if titled { proper } else { words };
        let look = |words: &[&[u8]]| skeleton(&String::from_utf8_lossy(&words.concat()));
        Self {
            first: kept.first().map(|first| look(&[first])).unwrap_or_default(),
            whole: look(&kept),
            titled,
        }
    }
}

/// Whether a name mixes Latin letters with those of other alphabets, or has digits inside a word.
fn is_disguised(name: &str) -> bool {
    let latin = name.chars().any(|c| c.is_ascii_alphabetic());
    let foreign = name.chars().any(|c| !c.is_ascii() && c.is_alphabetic());
    let letters: Vec<char> = name.chars().collect();
    let digit_inside = letters.windows(3).any(|three| {
        matches!(three, [before, digit, after]
            if before.is_alphabetic() && digit.is_ascii_digit() && after.is_alphabetic())
    });
    (latin && foreign) || digit_inside
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> NameBook {
        NameBook::new(["Alice", "Bob Builder", "Vitalina Morozova"], ["Lantern"])
    }

    #[track_caller]
    fn imitates(name: &str, whom: &str) {
        assert_eq!(book().imitated(name), Some(whom), "{name}");
    }

    #[test]
    fn a_name_that_looks_the_same_is_an_imitation() {
        for name in [
            "Alice",
            "alice",
            "AIice",
            "Al1ce",
            "Аlice",
            "𝐀𝐥𝐢𝐜𝐞",
            "✨ A l i c e ✨",
        ] {
            imitates(name, "Alice");
        }
        imitates("BobBuilder", "Bob Builder");
    }

    #[test]
    fn one_letter_off_counts_in_a_long_name_or_a_disguised_one() {
        imitates("Bob Buildr", "Bob Builder");
        imitates("Vitalina Morozvoa", "Vitalina Morozova");
        imitates("Аlicce", "Alice");
        for name in ["Alicia", "Malice", "Alicee", "Bob", "Vitaly Morozov"] {
            assert_eq!(book().imitated(name), None, "{name}");
        }
    }

    #[test]
    fn a_title_beside_the_name_of_a_person_or_of_the_server_is_an_imitation() {
        imitates("Аlice (Mod)", "Alice");
        imitates("alice support", "Alice");
        imitates("Lantern Support", "Lantern");
        imitates("0fficial Lantern", "Lantern");
        assert_eq!(
            book().imitated("Lantern"),
            None,
            "a fan may be called like the server"
        );
    }

    #[test]
    fn honest_names_are_left_alone() {
        for name in ["Mod Podge Fan", "Wonderland", "", "🙂", "support", "Lanternfish"] {
            assert_eq!(book().imitated(name), None, "{name}");
        }
    }
}
