//! The first look at a message: which rules it may concern at all. Most messages end here.
//!
//! First every text is searched for leads, and for links and the few signals that are leads themselves. Only where there is one
//! the clues are taken in that it leads to, and wake rules. What leads and wakes is chosen in [`super::clues`]; what is then looked for, in [`super::closer`].

use super::automaton::Marks;
use super::closer::narrows;
use super::clues::{Awake, Wake, shortened};
use super::compile::Ruleset;
use super::context::ScanContext;
use super::gates::{Gates, Opened, Walked};
use super::normalise::hints::{Hints, hints_at};
use super::normalise::sites::survey;
use super::normalise::{Traits, plain};
use super::part::{Part, PlaceKind};
use super::scan::{Current, Scratch};
use super::signal::Signal;
use super::view::Layer;

/// Without any of these there is no link.
const LINKING: u32 =
    Traits::COLON | Traits::DOT | Traits::PERCENT | Traits::ODD_PUNCTUATION | Traits::BRACKET;

impl Ruleset {
    /// Wakes the rules that this message may concern; `thoroughly`, also where nothing leads to any. Links, their signals and those of names are
    /// done with after this.
    pub(super) fn glance(
        &self,
        parts: &[Part<'_>],
        context: &ScanContext<'_>,
        thoroughly: bool,
        scratch: &mut Scratch,
    ) {
        scratch.clear(self);
        for (number, part) in (0..).zip(parts) {
            self.glance_at(number, part, context, scratch);
        }
        self.message_signals(parts, context, self.lead_signals, &mut scratch.hits);
        for hit in &scratch.hits {
            if let Some(wake) = self.told_by(hit.target()).filter(|wake| wake.is_lead()) {
                scratch.led = true;
                scratch.awake.follow(wake, self);
            }
        }
        if thoroughly {
            scratch.awake.follow_all();
        } else if !scratch.led {
            return;
        }
        let wanted = self.clue_signals & !self.lead_signals;
        for (number, part) in (0..).zip(parts) {
            let traits = scratch.traits[usize::from(number)];
            let hints = scratch.hints[usize::from(number)].clone();
            self.listen(number, part, traits, &hints, parts.len() == 1, scratch);
            let current = Current {
                number,
                part,
                traits,
                wanted,
            };
            self.text_signals(current, &hints, &mut scratch.hits);
        }
        self.message_signals(parts, context, wanted, &mut scratch.hits);
        for hit in &scratch.hits {
            self.tell(hit.target(), &mut scratch.awake);
        }
    }

    /// The first look at one text. Never inlined: all of it in one function with its caller takes four percent longer.
    #[inline(never)]
    fn glance_at(&self, number: u16, part: &Part<'_>, context: &ScanContext<'_>, scratch: &mut Scratch) {
        let mut words = Words::default();
        let (mut traits, sites) = survey(part.text.as_bytes());
        if traits.any(Traits::BEYOND_ASCII) {
            traits = plain::read(part.text, &mut scratch.plain);
            self.follow_reading(Layer::Plain, traits, scratch, &mut words);
        } else {
            let Scratch {
                marks, awake, led, ..
            } = scratch;
            self.clues.walk_text(part.text.as_bytes(), marks);
            let (places, again) = (marks.places(), marks.again(&self.clues));
            let seen = Seen {
                places,
                again,
                traits,
            };
            marks.leads(&self.clues, part.text.as_bytes(), |pattern| {
                self.follow(pattern, seen, awake, led, &mut words);
            });
            if words.singles {
                traits.0 |= plain::spaced(part.text.as_bytes());
            }
        }
        scratch.traits.push(traits);
        let hints = hints_at(sites, part.text, traits);
        if hints.any() {
            scratch.slow = true;
            scratch.depths.skim(part.text, &hints);
            self.follow_reading(Layer::Deep, traits, scratch, &mut words);
            self.follow_reading(Layer::Joined, traits, scratch, &mut words);
        }
        let current = Current {
            number,
            part,
            traits,
            wanted: self.lead_signals,
        };
        if words.dot || traits.any(LINKING) {
            scratch.slow |= scratch.links.read(part.text, traits, &hints, words.dot);
            if !scratch.links.all.is_empty() {
                let current = Current {
                    wanted: Signal::OF_LINKS & self.heard,
                    ..current
                };
                self.link_signals(
                    current,
                    context,
                    &scratch.links,
                    &mut scratch.hits,
                    &mut scratch.unresolved,
                    &mut scratch.outside,
                );
            }
        }
        self.text_signals(current, &hints, &mut scratch.hits);
        scratch.hints.push(hints);
        let current = Current {
            wanted: Signal::OF_NAMES & self.heard,
            ..current
        };
        self.name_signals(current, context, &mut scratch.hits);
    }

    /// Follows a pattern, if it is a lead. The gate of an expression that cannot match in such a text leads nowhere.
    fn follow(&self, pattern: u32, seen: Seen, awake: &mut Awake, led: &mut bool, words: &mut Words) {
        let wakes = self.wakes(pattern as usize).iter();
        for (wake, after) in wakes.filter(|(wake, _)| wake.is_lead()) {
            match *wake {
                Wake::Dot => words.dot = true,
                Wake::Singles => words.singles = true,
                Wake::Slot { alone, .. } if !alone && !seen.matters_again(*after) => {}
                Wake::Slot { expression, .. } => {
                    let gated = &self.expressions[usize::from(expression)];
                    if gated.clues.may_be_seen_at(seen.places) && gated.may_match(seen.traits) {
                        *led = true;
                        awake.follow(*wake, self);
                    }
                }
                clue => {
                    *led = true;
                    awake.follow(clue, self);
                }
            }
        }
    }

    /// Follows the leads in a reading.
    fn follow_reading(&self, layer: Layer, traits: Traits, scratch: &mut Scratch, words: &mut Words) {
        let Scratch {
            plain,
            depths,
            other_marks: marks,
            awake,
            led,
            ..
        } = scratch;
        let reading = match layer {
            Layer::Plain => &plain.bytes,
            Layer::Deep => &depths.deep.bytes,
            Layer::Joined => &depths.joined.bytes,
        };
        self.clues.walk_reading(reading, marks);
        // Where patterns beyond ASCII may end too, nobody has counted yet.
        let (places, again) = if reading.is_ascii() {
            (marks.places(), marks.again(&self.clues))
        } else {
            (usize::MAX, u128::MAX)
        };
        let seen = Seen {
            places,
            again,
            traits,
        };
        let mut follow = |pattern| self.follow(pattern, seen, awake, led, words);
        marks.leads(&self.clues, reading, &mut follow);
        self.hunt_beyond_ascii(reading, |pattern, _| follow(pattern as u32));
    }

    /// Takes in every clue that may matter, in all readings of a text. The text itself `was_walked` already if its marks are still there.
    fn listen(
        &self,
        number: u16,
        part: &Part<'_>,
        traits: Traits,
        hints: &Hints,
        was_walked: bool,
        scratch: &mut Scratch,
    ) {
        let first_told = scratch.told.len();
        let mut waking = Waking {
            ruleset: self,
            number,
            kind: part.place.kind(),
            awake: &mut scratch.awake,
            marks: &mut scratch.marks,
            other_marks: &mut scratch.other_marks,
            gates: &mut scratch.gates,
            told: &mut scratch.told,
            walked: Walked::of(part.text),
        };
        let ascii = part.text.is_ascii();
        if ascii {
            waking.text(part.text.as_bytes(), was_walked);
        }
        if !ascii || narrows(part.text, traits) {
            plain::write(part.text, &mut scratch.plain);
            waking.reading(&scratch.plain.bytes);
        }
        if hints.any() {
            scratch.depths.skim(part.text, hints);
            waking.reading(&scratch.depths.deep.bytes);
            waking.reading(&scratch.depths.joined.bytes);
        }
        for opened in &scratch.told[first_told..] {
            let gated = &self.expressions[usize::from(opened.expression)];
            if gated.may_match(traits) {
                self.tell(gated.target, &mut scratch.awake);
            }
        }
    }

    /// Bits of the signals that need no closer look.
    pub(super) fn told_at_a_glance(&self) -> u64 {
        (self.clue_signals | Signal::OF_LINKS | Signal::OF_NAMES) & !Signal::SecretAsked.bit()
    }
}

/// Words that lead to no rule by themselves.
#[derive(Default)]
struct Words {
    /// `dot`: an address may have its dots spelled out.
    dot: bool,
    /// Two single letters: a word may be spelled out.
    singles: bool,
}

/// What is known of a reading before its leads are followed.
#[derive(Clone, Copy)]
struct Seen {
    /// At how many places patterns end.
    places: usize,
    /// What patterns at more than one of them matter to, shortened: no two literals of one expression end at the same.
    again: u128,
    traits: Traits,
}

impl Seen {
    /// Whether patterns at more than one place may matter to this.
    fn matters_again(&self, to: u32) -> bool {
        self.again & shortened(to) != 0
    }
}

/// Takes what is found and wakes the rules it is a clue of.
struct Waking<'s> {
    ruleset: &'s Ruleset,
    number: u16,
    kind: PlaceKind,
    awake: &'s mut Awake,
    /// Of the text itself.
    marks: &'s mut Marks,
    /// Of its readings.
    other_marks: &'s mut Marks,
    gates: &'s mut Gates,
    told: &'s mut Vec<Opened>,
    walked: Walked<'s>,
}

impl<'s> Waking<'s> {
    fn text(&mut self, text: &'s [u8], was_walked: bool) {
        if !was_walked {
            self.ruleset.clues.walk_text(text, self.marks);
        }
        self.marks
            .find(&self.ruleset.clues, text, |after| self.awake.may_be_led(after));
        let walked = std::mem::replace(&mut self.walked, Walked::Text(text));
        let marks = std::mem::take(self.marks);
        self.marked(&marks);
        *self.marks = marks;
        self.walked = walked;
    }

    fn reading(&mut self, reading: &[u8]) {
        let ruleset = self.ruleset;
        let mut marks = std::mem::take(self.other_marks);
        ruleset.clues.walk_reading(reading, &mut marks);
        marks.find(&ruleset.clues, reading, |after| self.awake.may_be_led(after));
        self.marked(&marks);
        *self.other_marks = marks;
        ruleset.hunt_beyond_ascii(reading, |pattern, end| self.wakes(ruleset.wakes(pattern), end));
    }

    fn marked(&mut self, marks: &Marks) {
        let ruleset = self.ruleset;
        self.gates.close(ruleset.expressions.len());
        for (end, pattern) in marks.found() {
            self.wakes(ruleset.wakes(pattern as usize), end);
        }
    }

    fn wakes(&mut self, wakes: &[(Wake, u32)], end: usize) {
        let ruleset = self.ruleset;
        for (wake, after) in wakes {
            if !self.awake.is_led(*after) {
                continue;
            }
            match *wake {
                Wake::Rule(rule) if !ruleset.compiled[usize::from(rule)].looks_at(self.kind) => {}
                Wake::Slot { expression, slot, .. } => {
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
                wake => self.awake.hear(wake, ruleset),
            }
        }
    }
}
