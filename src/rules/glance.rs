//! The first look at a message: which rules it may concern at all. Most messages end here.
//!
//! Every text is walked through once. Where the beginnings of clues end is counted ([`super::sightings`]): only what enough was
//! seen of is led to, and only for that the clues are looked for in earnest and wake rules. Links and the signals that are leads
//! themselves come before that, the other signals after it. Where a text hides nothing, expressions whose gates opened run already here:
//! most do not match, and their rules sleep on. What leads and wakes is chosen in [`super::clues`]; what is then looked for, in
//! [`super::closer`].

use super::automaton::Marks;
use super::closer::{has_digit_in_word, narrows, run, to_lower};
use super::clues::{Awake, Wake};
use super::compile::Ruleset;
use super::context::ScanContext;
use super::gates::{Gates, Opened, Walked};
use super::normalise::hints::{Hints, hints_at};
use super::normalise::sites::survey;
use super::normalise::{Traits, plain};
use super::part::{Part, PlaceKind};
use super::scan::{Current, Scratch};
use super::sightings::Word;
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
        let listening = if thoroughly {
            scratch.awake.follow_all();
            true
        } else {
            self.follow_leads(scratch) && self.find_led_to(parts, scratch)
        };
        if !listening && !scratch.seen_clues.has(Word::Woken) {
            return;
        }
        let wanted = self.clue_signals & !self.lead_signals;
        for (number, part) in (0..).zip(parts) {
            let traits = scratch.traits[usize::from(number)];
            let hints = scratch.hints[usize::from(number)].clone();
            let current = Current {
                number,
                part,
                traits,
                wanted,
            };
            if listening {
                self.listen(number, part, traits, &hints, parts.len() == 1, scratch);
                self.try_expressions(current, &hints, thoroughly, scratch);
            }
            self.text_signals(current, &hints, &mut scratch.hits);
        }
        self.message_signals(parts, context, wanted, &mut scratch.hits);
        scratch.hits.wake(self, &mut scratch.awake);
    }

    /// Follows the leads in whose company enough was seen; whether the texts' clues matter after that.
    fn follow_leads(&self, scratch: &mut Scratch) -> bool {
        let Scratch {
            seen_clues,
            hits,
            awake,
            traits,
            ..
        } = scratch;
        for signal in hits.signals() {
            self.sights_of_signal[signal as usize]
                .iter()
                .for_each(|sight| seen_clues.put(*sight));
        }
        for told in hits.all.iter().filter_map(|hit| self.told_by(hit.target())) {
            seen_clues.hear(told, self);
        }
        let mut led = seen_clues.has(Word::Urgent);
        let traits = traits.iter().fold(0, |all, traits| all | traits.0);
        self.promised(seen_clues, Traits(traits), |to| {
            led = true;
            awake.lead_to(to);
        });
        led
    }

    /// Finds in a single text what matters after all that was led to, and follows the leads anew: what was seen so far were beginnings of
    /// patterns. Whether anything is left. Not where a phrase alone wakes a rule; and of several texts and readings the marks are gone by now.
    fn find_led_to(&self, parts: &[Part<'_>], scratch: &mut Scratch) -> bool {
        let [part] = parts else {
            return true;
        };
        if !part.text.is_ascii() || scratch.hints[0].any() || scratch.seen_clues.has(Word::Urgent) {
            return true;
        }
        let Scratch {
            marks,
            seen_clues,
            awake,
            ..
        } = scratch;
        marks.find(&self.clues, part.text.as_bytes(), |after| awake.may_be_led(after));
        seen_clues.clear(self);
        for (_, pattern) in marks.found() {
            self.sights_of_pattern[pattern as usize]
                .iter()
                .for_each(|sight| seen_clues.put(*sight));
        }
        awake.turn_back(self);
        self.follow_leads(scratch)
    }

    /// The first look at one text. Never inlined: all of it in one function with its caller takes four percent longer.
    #[inline(never)]
    fn glance_at(&self, number: u16, part: &Part<'_>, context: &ScanContext<'_>, scratch: &mut Scratch) {
        let (mut traits, sites) = survey(part.text.as_bytes());
        if traits.any(Traits::BEYOND_ASCII) {
            traits = plain::read(part.text, &mut scratch.plain);
            self.glimpse_reading(Layer::Plain, scratch);
        } else {
            self.clues.walk_text(part.text.as_bytes(), &mut scratch.marks);
            let Scratch {
                marks, seen_clues, ..
            } = scratch;
            marks.sights(&self.clues, |sight| seen_clues.put(sight));
            if marks.has_urgent(&self.clues, part.text.as_bytes()) {
                seen_clues.put(Word::Urgent as u32);
            }
            if scratch.seen_clues.take(Word::Singles) {
                traits.0 |= plain::spaced(part.text.as_bytes());
            }
        }
        scratch.traits.push(traits);
        let hints = hints_at(sites, part.text, traits);
        if hints.any() {
            scratch.slow = true;
            scratch.depths.skim(part.text, &hints);
            self.glimpse_reading(Layer::Deep, scratch);
            self.glimpse_reading(Layer::Joined, scratch);
        }
        let current = Current {
            number,
            part,
            traits,
            wanted: self.lead_signals,
        };
        let dot = scratch.seen_clues.take(Word::Dot);
        if dot || traits.any(LINKING) {
            scratch.slow |= scratch.links.read(part.text, traits, &hints, dot);
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

    /// Sees what stands in a reading.
    fn glimpse_reading(&self, layer: Layer, scratch: &mut Scratch) {
        let Scratch {
            plain,
            depths,
            other_marks: marks,
            seen_clues,
            ..
        } = scratch;
        let reading = match layer {
            Layer::Plain => &plain.bytes,
            Layer::Deep => &depths.deep.bytes,
            Layer::Joined => &depths.joined.bytes,
        };
        self.clues.walk_reading(reading, marks);
        marks.sights(&self.clues, |sight| seen_clues.put(sight));
        self.hunt_beyond_ascii(reading, |pattern, _| {
            self.sights_of_pattern[pattern]
                .iter()
                .for_each(|sight| seen_clues.put(*sight));
            if self.wakes_a_rule(pattern as u32) {
                seen_clues.put(Word::Urgent as u32);
            }
        });
        if marks.has_urgent(&self.clues, reading) {
            seen_clues.put(Word::Urgent as u32);
        }
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
    }

    /// Tells of the expressions whose gates opened in a text. Where there is nothing else that they could be found in than the text
    /// itself they run at once, so that only those tell that match; `thoroughly`, none does.
    fn try_expressions(&self, current: Current<'_>, hints: &Hints, thoroughly: bool, scratch: &mut Scratch) {
        let Current {
            number, part, traits, ..
        } = current;
        let Scratch {
            told,
            tried,
            hits,
            awake,
            lower,
            expressions_run,
            ..
        } = scratch;
        let first = told.partition_point(|opened| opened.part < number);
        let told = &mut told[first..];
        let is_plain = !thoroughly
            && part.text.is_ascii()
            && !hints.any()
            && (told.is_empty() || !(narrows(part.text, traits) || has_digit_in_word(part.text, traits)));
        tried.push(is_plain);
        if told.is_empty() {
            return;
        }
        if is_plain {
            to_lower(part.text, lower);
        }
        told.sort_unstable_by_key(|opened| opened.expression);
        for opened in told.chunk_by(|a, b| a.expression == b.expression) {
            let gated = &self.expressions[usize::from(opened[0].expression)];
            let rule = &self.compiled[usize::from(gated.target.rule)];
            if !gated.may_match(traits) || !rule.looks_at(part.place.kind()) {
                continue;
            }
            let matched = !is_plain || {
                let windows = opened.iter().map(|opened| opened.window.clone());
                let window = windows.reduce(|a, b| a.start.min(b.start)..a.end.max(b.end));
                *expressions_run += 1;
                run(gated, number, &window.unwrap_or_default(), lower, hits)
            };
            if matched {
                self.tell(gated.target, awake);
            }
        }
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
        if !self.marks.are_found() {
            self.marks
                .find(&self.ruleset.clues, text, |after| self.awake.may_be_led(after));
        }
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
