//! The first look at a message: which rules it may concern at all. Most messages end here.
//!
//! What wakes a rule is chosen in [`super::clues`]; what is then looked for, in [`super::closer`].

use super::automaton::Marks;
use super::closer::narrows;
use super::clues::{Awake, Wake};
use super::compile::Ruleset;
use super::context::ScanContext;
use super::gates::{Gates, Opened, Walked};
use super::normalise::deep::hints;
use super::normalise::{Traits, plain};
use super::part::{Part, PlaceKind};
use super::scan::{Current, Scratch};
use super::signal::Signal;

/// Without any of these there is no link.
const LINKING: u32 =
    Traits::COLON | Traits::DOT | Traits::PERCENT | Traits::ODD_PUNCTUATION | Traits::BRACKET;

impl Ruleset {
    /// Wakes the rules that this message may concern. Links, their signals and those of names are done with after this.
    pub(super) fn glance(&self, parts: &[Part<'_>], context: &ScanContext<'_>, scratch: &mut Scratch) {
        scratch.hits.clear();
        scratch.unresolved.clear();
        scratch.outside.clear();
        scratch.open.clear();
        scratch.told.clear();
        scratch.traits.clear();
        scratch.slow = false;
        scratch.expressions_run = 0;
        scratch.awake.clear(self);
        for (number, part) in (0..).zip(parts) {
            self.glance_at(number, part, context, scratch);
        }
        self.message_signals(parts, context, self.clue_signals, &mut scratch.hits);
        for hit in &scratch.hits {
            self.tell(hit.target(), &mut scratch.awake);
        }
    }

    fn glance_at(&self, number: u16, part: &Part<'_>, context: &ScanContext<'_>, scratch: &mut Scratch) {
        let first_told = scratch.told.len();
        let mut waking = Waking {
            ruleset: self,
            number,
            kind: part.place.kind(),
            awake: &mut scratch.awake,
            marks: &mut scratch.marks,
            gates: &mut scratch.gates,
            told: &mut scratch.told,
            walked: Walked::of(part.text),
            dot_word: false,
        };
        let traits = if part.text.is_ascii() {
            let traits = waking.text(part.text.as_bytes());
            if narrows(part.text, traits) {
                plain::write(part.text, &mut scratch.plain);
                waking.reading(&scratch.plain.bytes);
            }
            traits
        } else {
            let traits = plain::read(part.text, &mut scratch.plain);
            waking.reading(&scratch.plain.bytes);
            traits
        };
        scratch.traits.push(traits);
        let dot_word = waking.dot_word;
        let hints = hints(part.text, traits);
        if hints.any() {
            scratch.slow = true;
            scratch.depths.read(part.text, &hints);
            waking.reading(&scratch.depths.deep.bytes);
            waking.reading(&scratch.depths.joined.bytes);
        }
        for opened in &scratch.told[first_told..] {
            let gated = &self.expressions[usize::from(opened.expression)];
            if gated.may_match(traits) {
                self.tell(gated.target, &mut scratch.awake);
            }
        }
        let current = Current {
            number,
            part,
            traits,
            wanted: self.clue_signals,
        };
        if dot_word || traits.any(LINKING) {
            scratch.slow |= scratch.links.read(part.text, traits, &hints, dot_word);
            if !scratch.links.all.is_empty() {
                let current = Current {
                    wanted: Signal::OF_LINKS,
                    ..current
                };
                self.link_signals(
                    current,
                    context,
                    &scratch.links,
                    &mut scratch.hits,
                    &mut scratch.unresolved,
                );
                self.note_outside(context, &scratch.links, &mut scratch.outside);
            }
        }
        self.text_signals(current, &hints, &mut scratch.hits);
        let current = Current {
            wanted: Signal::OF_NAMES & self.heard,
            ..current
        };
        self.name_signals(current, context, &mut scratch.hits);
    }

    /// Bits of the signals that need no closer look.
    pub(super) fn told_at_a_glance(&self) -> u64 {
        (self.clue_signals | Signal::OF_LINKS | Signal::OF_NAMES) & !Signal::SecretAsked.bit()
    }
}

/// Takes what is found and wakes the rules it is a clue of.
struct Waking<'s> {
    ruleset: &'s Ruleset,
    number: u16,
    kind: PlaceKind,
    awake: &'s mut Awake,
    marks: &'s mut Marks,
    gates: &'s mut Gates,
    told: &'s mut Vec<Opened>,
    walked: Walked<'s>,
    dot_word: bool,
}

impl<'s> Waking<'s> {
    fn text(&mut self, text: &'s [u8]) -> Traits {
        let traits = self.ruleset.clues.walk_text(text, self.marks);
        let walked = std::mem::replace(&mut self.walked, Walked::Text(text));
        self.marked();
        self.walked = walked;
        traits
    }

    fn reading(&mut self, reading: &[u8]) {
        let ruleset = self.ruleset;
        ruleset.clues.walk_reading(reading, self.marks);
        self.marked();
        ruleset.hunt_beyond_ascii(reading, |pattern, end| self.wakes(ruleset.wakes(pattern), end));
    }

    fn marked(&mut self) {
        let ruleset = self.ruleset;
        self.gates.close(ruleset.expressions.len());
        let marks = std::mem::take(self.marks);
        for (end, patterns) in marks.found(&ruleset.clues) {
            for pattern in patterns {
                self.wakes(ruleset.wakes(*pattern as usize), end);
            }
        }
        *self.marks = marks;
    }

    fn wakes(&mut self, wakes: &[Wake], end: usize) {
        let ruleset = self.ruleset;
        for wake in wakes {
            match *wake {
                Wake::Rule(rule) if !ruleset.compiled[usize::from(rule)].looks_at(self.kind) => {}
                Wake::Slot { expression, slot } => {
                    let order = &ruleset.expressions[usize::from(expression)].clues;
                    let open = self.gates.see(expression, slot, order, end, self.walked);
                    if let Some(window) = open {
                        self.told.push(Opened {
                            part: self.number,
                            expression,
                            window,
                        });
                    }
                }
                Wake::Dot => self.dot_word = true,
                wake @ (Wake::Rule(_) | Wake::Clue { .. }) => self.awake.hear(wake, ruleset),
            }
        }
    }
}
