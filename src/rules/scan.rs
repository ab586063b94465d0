//! One message against all rules: reads each part, collects what hits, and hands it to [`super::evaluate`].
//!
//! A clean message must cost next to nothing, so every step asks whether there is anything to do for it: the automaton
//! runs once over the plain reading; expressions only behind their gates; links only where a dot or colon stands;
//! the deep readings only where the text gives a hint; signals only those some rule listens to. All buffers live in
//! [`Scratch`] and are used again.

use super::compile::{Ruleset, UNLESS, Use};
use super::context::ScanContext;
use super::evaluate::Hit;
use super::finding::{InviteCode, Verdict, View};
use super::links::Links;
use super::normalise::deep::{Depths, hints};
use super::normalise::{Reading, Traits, plain};
use super::part::Part;
use super::secret_asked::{self, Seen};
use super::signal::Signal;
use super::view::Layer;

/// Buffers that one scan leaves behind for the next, so that a clean message costs no allocation.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(super) plain: Reading,
    mapped: Reading,
    depths: Depths,
    pub(super) links: Links,
    pub(super) hits: Vec<Hit>,
    gated: Vec<u16>,
    seen: Vec<Seen>,
    pub(super) unresolved: Vec<InviteCode>,
    slow: bool,
}

impl Scratch {
    /// Empty buffers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the last scanned message needed more than the one plain reading: a deep reading, or cleaning for links.
    pub fn took_slow_path(&self) -> bool {
        self.slow
    }
}

/// The part being read, and what is known of it.
#[derive(Clone, Copy)]
pub(super) struct Current<'a> {
    pub(super) number: u16,
    pub(super) part: &'a Part<'a>,
    pub(super) traits: Traits,
}

/// Something that can be hit: its place in the text, in the terms of [`Hit`].
#[derive(Clone, Copy)]
pub(super) struct Spot {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) mapped: bool,
    pub(super) layer: Layer,
    pub(super) view: Option<View>,
    pub(super) anywhere: bool,
    pub(super) code: u16,
}

impl Spot {
    /// A range of the source.
    pub(super) fn at(span: &std::ops::Range<usize>, view: View) -> Self {
        Self {
            start: span.start as u32,
            end: span.end as u32,
            mapped: true,
            layer: Layer::Plain,
            view: Some(view),
            anywhere: false,
            code: 0,
        }
    }

    /// A whole text.
    pub(super) fn anywhere(text: &str) -> Self {
        Self {
            anywhere: true,
            ..Self::at(&(0..text.len()), View::Raw)
        }
    }
}

/// The most parts and the most hits of one message that are looked at.
const MOST_PARTS: usize = 1000;
const MOST_HITS: usize = 20_000;
/// So many matches of one expression in one text say enough.
const MOST_MATCHES: usize = 8;

impl Ruleset {
    /// Judges one message: all its parts together.
    pub fn scan(&self, parts: &[Part<'_>], context: &ScanContext<'_>, scratch: &mut Scratch) -> Verdict {
        scratch.hits.clear();
        scratch.unresolved.clear();
        scratch.slow = false;
        let parts = &parts[..parts.len().min(MOST_PARTS)];
        for (number, part) in (0..).zip(parts) {
            self.read_part(number, part, context, scratch);
        }
        self.message_signals(parts, context, &mut scratch.hits);
        if scratch.hits.is_empty() && scratch.unresolved.is_empty() {
            return Verdict::default();
        }
        self.judge(
            parts,
            context,
            &mut scratch.hits,
            &mut scratch.mapped,
            &mut scratch.depths,
            &scratch.unresolved,
        )
    }

    fn read_part(&self, number: u16, part: &Part<'_>, context: &ScanContext<'_>, scratch: &mut Scratch) {
        let Scratch {
            plain,
            depths,
            links,
            hits,
            gated,
            seen,
            unresolved,
            slow,
            ..
        } = scratch;
        gated.clear();
        seen.clear();
        let traits = plain::read(part.text, plain);
        let current = Current { number, part, traits };
        self.hunt_reading(current, plain, Layer::Plain, hits, gated, seen);
        let hints = hints(part.text, traits);
        let mut cleaned = false;
        if hints.any() {
            *slow = true;
            cleaned = true;
            depths.read(part.text, &hints);
            self.hunt_reading(current, &depths.deep, Layer::Deep, hits, gated, seen);
            if !depths.joined.bytes.is_empty() {
                self.hunt_reading(current, &depths.joined, Layer::Joined, hits, gated, seen);
            }
        }
        if !gated.is_empty() {
            let leet = || traits.any(Traits::DIGIT) && digit_in_word(part.text.as_bytes());
            if !cleaned && (traits.any(Traits::INVISIBLE | Traits::FOREIGN | Traits::STYLED) || leet()) {
                cleaned = true;
                depths.clean(part.text);
            }
            self.run_expressions(current, cleaned.then_some(&depths.cleaned), hits, gated);
        }
        let dot_word = has_dot_word(part.text);
        let linking =
            Traits::COLON | Traits::DOT | Traits::PERCENT | Traits::ODD_PUNCTUATION | Traits::BRACKET;
        if dot_word || traits.any(linking) {
            *slow |= links.read(part.text, traits, &hints, dot_word);
            if !links.all.is_empty() {
                self.link_signals(current, context, links, hits, unresolved);
            }
        }
        self.text_signals(current, &hints, hits);
        self.name_signals(current, context, hits);
    }

    /// One automaton pass over a reading.
    fn hunt_reading(
        &self,
        current: Current<'_>,
        reading: &Reading,
        layer: Layer,
        hits: &mut Vec<Hit>,
        gated: &mut Vec<u16>,
        seen: &mut Vec<Seen>,
    ) {
        seen.clear();
        let kind = current.part.place.kind();
        let mapped = layer != Layer::Plain;
        let mut asks = false;
        self.hunt(&reading.bytes, |pattern, end| {
            let length = self.lengths.get(pattern).copied().unwrap_or(0) as usize;
            let start = end - length;
            for usage in self.uses(pattern) {
                match *usage {
                    Use::Phrase(target) => {
                        let wanted = self
                            .compiled
                            .get(usize::from(target.rule))
                            .is_some_and(|rule| rule.looks_at(kind));
                        if wanted && hits.len() < MOST_HITS {
                            let span = if mapped {
                                reading.source(start..end)
                            } else {
                                start..end
                            };
                            hits.push(Hit {
                                rule: target.rule,
                                term: target.term,
                                part: current.number,
                                start: span.start as u32,
                                end: span.end as u32,
                                mapped,
                                layer,
                                view: None,
                                pattern: Some(pattern as u32),
                                link: false,
                                anywhere: false,
                                code: 0,
                            });
                        }
                    }
                    Use::Gate(expression) => {
                        if !gated.contains(&expression) {
                            gated.push(expression);
                        }
                    }
                    Use::Ask(role) => {
                        asks |= role == secret_asked::Role::Secret;
                        if seen.len() < 256 {
                            seen.push(Seen {
                                role,
                                start: start as u32,
                                end: end as u32,
                            });
                        }
                    }
                }
            }
        });
        if asks && let Some((start, end)) = secret_asked::request(seen) {
            let span = start as usize..end as usize;
            let span = if mapped { reading.source(span) } else { span };
            let spot = Spot {
                mapped,
                layer,
                view: None,
                ..Spot::at(&span, View::Raw)
            };
            self.signal(Signal::SecretAsked, current, spot, hits);
        }
    }

    fn run_expressions(
        &self,
        current: Current<'_>,
        cleaned: Option<&Reading>,
        hits: &mut Vec<Hit>,
        gated: &[u16],
    ) {
        let kind = current.part.place.kind();
        for expression in gated
            .iter()
            .filter_map(|&at| self.expressions.get(usize::from(at)))
        {
            let target = expression.target;
            if !self
                .compiled
                .get(usize::from(target.rule))
                .is_some_and(|rule| rule.looks_at(kind))
            {
                continue;
            }
            let mut push = |span: std::ops::Range<usize>, layer: Layer| {
                if hits.len() < MOST_HITS {
                    hits.push(Hit {
                        rule: target.rule,
                        term: target.term,
                        part: current.number,
                        start: span.start as u32,
                        end: span.end as u32,
                        mapped: true,
                        layer,
                        view: None,
                        pattern: None,
                        link: false,
                        anywhere: false,
                        code: 0,
                    });
                }
            };
            for found in expression
                .regex
                .find_iter(current.part.text.as_bytes())
                .take(MOST_MATCHES)
            {
                push(found.range(), Layer::Plain);
            }
            if let Some(cleaned) = cleaned {
                for found in expression.regex.find_iter(&cleaned.bytes).take(MOST_MATCHES) {
                    push(cleaned.source(found.range()), Layer::Deep);
                }
            }
        }
    }

    /// Tells everybody who listens to a signal.
    pub(super) fn signal(&self, signal: Signal, current: Current<'_>, spot: Spot, hits: &mut Vec<Hit>) {
        let kind = current.part.place.kind();
        for target in self.listeners(signal) {
            debug_assert_ne!(target.term, UNLESS);
            if hits.len() < MOST_HITS
                && self
                    .compiled
                    .get(usize::from(target.rule))
                    .is_some_and(|rule| rule.looks_at(kind))
            {
                hits.push(Hit {
                    rule: target.rule,
                    term: target.term,
                    part: current.number,
                    start: spot.start,
                    end: spot.end,
                    mapped: spot.mapped,
                    layer: spot.layer,
                    view: spot.view,
                    pattern: None,
                    link: signal.is_link(),
                    anywhere: spot.anywhere,
                    code: spot.code,
                });
            }
        }
    }
}

/// Whether a digit stands for a letter somewhere: `d0uble`, `F1rst`.
fn digit_in_word(bytes: &[u8]) -> bool {
    bytes
        .windows(3)
        .any(|run| run[0].is_ascii_alphabetic() && run[1].is_ascii_digit() && run[2].is_ascii_alphabetic())
}

/// Whether ` dot ` occurs, in any case.
fn has_dot_word(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memmem::find_iter(bytes, b"ot ")
        .chain(memchr::memmem::find_iter(bytes, b"OT "))
        .any(|at| at >= 2 && bytes[at - 2] == b' ' && bytes[at - 1].eq_ignore_ascii_case(&b'd'))
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
