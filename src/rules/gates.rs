//! The gates of the expressions: an expression runs only on a text in which one literal of each set of its gate has been seen, in the
//! order of the pattern and no further from each other than the pattern allows.
//!
//! How the sets are found lives in [`super::literal`], which of them make a gate in [`super::pattern`].

use std::ops::Range;

use super::literal::{Required, Requirements, Solid};

/// The most sets of literals that a gate consists of.
pub(super) const MOST_SLOTS: usize = 8;
/// A gap may be counted to a literal or not.
const SLACK: u32 = 4;

/// The gate of an expression.
#[derive(Debug)]
pub(super) struct Gate {
    /// Each set of literals, in letter classes, in the order of the pattern.
    pub(super) slots: Vec<(Vec<Vec<u8>>, Heed)>,
    /// What is demanded of all slots where the message is looked at closer.
    pub(super) order: Order,
    /// What is demanded at the first glance, of the slots that are looked for then.
    pub(super) clues: Order,
}

/// When a set of literals is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heed {
    /// In every message: the rarest set of its gate.
    Lead,
    /// In messages that show a lead.
    Clue,
    /// In those that are looked at closer.
    Closer,
}

impl Gate {
    /// A gate of these sets of literals: the number of each among the requirements of the pattern, and when it is looked for.
    pub(super) fn new(sets: Vec<(usize, Heed, Vec<Vec<u8>>)>, required: &Requirements) -> Self {
        let numbers = sets.iter().map(|(at, heed, _)| (*at, *heed != Heed::Closer));
        Self {
            order: Order::new(numbers.clone().map(|(at, _)| Some(at)), required),
            clues: Order::new(numbers.map(|(at, clue)| clue.then_some(at)), required),
            slots: sets
                .into_iter()
                .map(|(_, heed, literals)| (literals, heed))
                .collect(),
        }
    }
}

/// In which order slots must be seen, and how near each other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Order {
    steps: [Step; MOST_SLOTS],
    last: u8,
    /// The slots that must be seen, as bits.
    slots: u64,
    /// How far a match reaches before the end of a literal of the first slot, and behind that of one of the last.
    before: u32,
    behind: u32,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Step {
    /// Which slot must be seen before this one; itself for the first.
    after: u8,
    /// So many bytes behind the end of a literal of that one a literal of this may end at most.
    within: u32,
    /// No blank can stand between the two.
    unbroken: bool,
    /// What stands between a literal of this slot and the blanks around it.
    before: Solid,
    behind: Solid,
    /// No letter or digit follows a literal of this slot.
    ends_word: bool,
}

impl Order {
    /// The slots that must be seen, as bits.
    pub(super) fn slots(&self) -> u64 {
        self.slots
    }

    /// The order of those slots that have a number among the requirements.
    fn new(slots: impl Iterator<Item = Option<usize>>, required: &Requirements) -> Self {
        let mut order = Self::default();
        let mut before: Option<(usize, &Required)> = None;
        for (at, number) in slots.enumerate().take(MOST_SLOTS) {
            let Some(set) = number.and_then(|number| required.sets.get(number)) else {
                continue;
            };
            let near = before.map(|(_, before)| {
                let within = required.within(before, set);
                (
                    within.map_or(u32::MAX, |within| within.saturating_add(SLACK)),
                    required.unbroken(before, set),
                )
            });
            let (within, unbroken) = near.unwrap_or((u32::MAX, false));
            order.steps[at] = Step {
                after: before.map_or(at, |(before, _)| before) as u8,
                within,
                unbroken,
                before: required.solid_before(set),
                behind: required.solid_behind(set),
                ends_word: Requirements::ends_word(set),
            };
            order.last = at as u8;
            order.slots |= 1 << at;
            if before.is_none() {
                order.before = required.reach_before(set).unwrap_or(u32::MAX);
            }
            order.behind = required.reach_behind(set).unwrap_or(u32::MAX);
            before = Some((at, set));
        }
        order
    }
}

/// An expression whose gate opened in a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Opened {
    pub(super) part: u16,
    pub(super) expression: u16,
    /// Where in the text all its matches lie.
    pub(super) window: Range<u32>,
}

/// Where the ends of literals are counted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Walked<'t> {
    /// In an ASCII text itself.
    Text(&'t [u8]),
    /// In a reading of such a text, which is no longer than the text.
    Reading,
    /// In a reading of a text beyond ASCII.
    ReadingBeyondAscii,
}

impl Walked<'_> {
    /// A reading of this text.
    pub(super) fn of(text: &str) -> Self {
        if text.is_ascii() {
            Self::Reading
        } else {
            Self::ReadingBeyondAscii
        }
    }

    /// How many times longer than the text the reading may be: three letters may come from a character of two bytes.
    fn stretch(self) -> u32 {
        match self {
            Self::Text(_) | Self::Reading => 1,
            Self::ReadingBeyondAscii => 2,
        }
    }

    /// Whether a blank is known to stand between two places. Readings have gaps of which nobody knows what they were.
    fn has_blank(self, from: u32, to: u32) -> bool {
        match self {
            Self::Text(text) => {
                let to = (to as usize).min(text.len());
                text.get(from as usize..to)
                    .is_some_and(|between| between.contains(&b' '))
            }
            Self::Reading | Self::ReadingBeyondAscii => false,
        }
    }

    /// Whether a word is known to go on here.
    fn is_in_word(self, at: usize) -> bool {
        match self {
            Self::Text(text) => text
                .get(at)
                .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_'),
            Self::Reading | Self::ReadingBeyondAscii => false,
        }
    }

    /// Whether a literal that ends here may stand between these.
    fn fits(self, end: usize, before: &Solid, behind: &Solid) -> bool {
        let Self::Text(text) = self else {
            return true;
        };
        let (ahead, rest) = text.split_at(end.min(text.len()));
        let fits_behind = || {
            let blank = rest.iter().position(|byte| *byte == b' ');
            behind.fits(&rest[..blank.unwrap_or(rest.len())])
        };
        let fits_before = || {
            let blank = ahead.iter().rposition(|byte| *byte == b' ');
            before.fits(&ahead[blank.map_or(0, |blank| blank + 1)..])
        };
        (*behind == Solid::default() || fits_behind()) && (*before == Solid::default() || fits_before())
    }
}

/// How far the gates of all expressions have been passed in one reading: for each slot of each the last end of a literal that
/// followed those of the slots before, plus one.
#[derive(Debug, Default)]
pub(super) struct Gates {
    passed: Vec<[u32; MOST_SLOTS]>,
    /// The first end of a literal of the first slot, plus one.
    first: Vec<u32>,
    touched: Vec<u16>,
}

impl Gates {
    /// Forgets everything; between two readings.
    pub(super) fn close(&mut self, expressions: usize) {
        for at in self.touched.drain(..) {
            if let Some(passed) = self.passed.get_mut(usize::from(at)) {
                *passed = [0; MOST_SLOTS];
            }
        }
        self.passed.resize(expressions, [0; MOST_SLOTS]);
        self.first.resize(expressions, 0);
    }

    /// A literal of this slot ends at `end`. If the gate of the expression is open now: where all its matches so far lie.
    pub(super) fn see(
        &mut self,
        expression: u16,
        slot: u8,
        order: &Order,
        end: usize,
        walked: Walked<'_>,
    ) -> Option<Range<u32>> {
        let (passed, first) = (
            self.passed.get_mut(usize::from(expression))?,
            self.first.get_mut(usize::from(expression))?,
        );
        let at = usize::from(slot);
        let step = order.steps.get(at)?;
        if (step.ends_word && walked.is_in_word(end)) || !walked.fits(end, &step.before, &step.behind) {
            return None;
        }
        let end = end as u32 + 1;
        if step.after == slot {
            if passed[at] == 0 {
                self.touched.push(expression);
                *first = end;
            }
        } else {
            let before = passed[usize::from(step.after)];
            let near =
                before != 0 && end.saturating_sub(before) <= step.within.saturating_mul(walked.stretch());
            if !near || (step.unbroken && walked.has_blank(before - 1, end - 1)) {
                return None;
            }
        }
        passed[at] = end;
        (slot == order.last).then(|| {
            let start = first.saturating_sub(order.before).saturating_sub(SLACK);
            start..end.saturating_add(order.behind).saturating_add(SLACK)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(pattern: &str) -> Order {
        let hir = regex_syntax::parse(pattern).expect(pattern);
        let required = super::super::literal::required(&hir);
        Order::new((0..required.sets.len()).map(Some), &required)
    }

    #[test]
    fn a_gate_opens_when_its_slots_come_in_order_and_near_each_other() {
        let order = order(r"claim [a-z ]{0,6}token [a-z ]*now");
        let mut gates = Gates::default();
        gates.close(1);
        let mut see = |slot, end| gates.see(0, slot, &order, end, Walked::Reading).is_some();
        assert!(!see(1, 5), "the second without the first");
        assert!(!see(0, 10));
        assert!(!see(1, 40), "too far behind the first");
        assert!(!see(2, 41), "the third without the second");
        assert!(!see(0, 50));
        assert!(!see(1, 62));
        assert!(see(2, 9_000));
        gates.close(1);
        let forgotten = gates.see(0, 2, &order, 9_001, Walked::Reading);
        assert_eq!(forgotten, None);
    }

    #[test]
    fn a_blank_shuts_the_gate_of_a_pattern_that_matches_none() {
        let hir = regex_syntax::parse(r"claim[a-z]*[-.][a-z]{0,9}site").expect("sound");
        let required = super::super::literal::required(&hir);
        // Between the two words stands a set of marks, which readings do not show.
        let order = Order::new([Some(0), Some(2)].into_iter(), &required);
        let mut gates = Gates::default();
        for (text, opens) in [
            ("claim-now.site", true),
            ("claim now on my.site", false),
            ("claims-on my.site", false),
            ("claim", false),
        ] {
            gates.close(1);
            let walked = Walked::Text(text.as_bytes());
            assert_eq!(gates.see(0, 0, &order, 5, walked), None);
            let open = gates.see(0, 1, &order, text.len(), walked);
            assert_eq!(open.is_some(), opens, "{text}");
        }
    }
}
