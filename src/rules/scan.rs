//! One message against all rules: reads each part, collects what hits, and hands it to `super::evaluate`.
//!
//! A clean message must cost next to nothing, so every step asks whether there is anything to do for it: the automaton
//! runs once over the plain reading; expressions only behind their gates; links only where a dot or colon stands;
//! the deep readings only where the text gives a hint; signals only those some rule listens to. All buffers live in
//! [`Scratch`] and are used again.

use super::compile::{Gated, Ruleset, UNLESS, Use};
use super::context::ScanContext;
use super::evaluate::Hit;
use super::finding::{InviteCode, Verdict, View};
use super::links::Links;
use super::normalise::deep::{Depths, hints};
use super::normalise::{Reading, Traits, plain};
use super::part::{Part, PlaceKind};
use super::secret_asked::{self, Role, Seen};
use super::signal::Signal;
use super::sketch::Sketcher;
use super::view::Layer;

/// Buffers that one scan leaves behind for the next, so that a clean message costs no allocation.
#[derive(Debug, Default)]
pub struct Scratch {
    plain: Reading,
    pub(super) mapped: Reading,
    pub(super) depths: Depths,
    pub(super) links: Links,
    pub(super) hits: Vec<Hit>,
    pub(super) gates: Gates,
    lower: Vec<u8>,
    seen: Vec<Seen>,
    pub(super) unresolved: Vec<InviteCode>,
    outside: Vec<u32>,
    sketcher: Sketcher,
    slow: bool,
    expressions_run: u32,
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

    /// Where the links of the last scanned message lead, as short names that can only be compared: the registrable hosts
    /// that are on no list of well-known ones, and the codes of invitations that do not lead home. Each once, in order.
    pub fn outside_links(&self) -> &[u32] {
        &self.outside
    }

    /// Makes sketches of texts.
    pub fn sketcher(&mut self) -> &mut Sketcher {
        &mut self.sketcher
    }

    /// How many expressions passed their gates in the last scanned message: what a benchmark prints beside its figures.
    pub fn expressions_run(&self) -> u32 {
        self.expressions_run
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
/// The most words of requests for secrets that are looked at in one reading.
const MOST_SEEN: usize = 256;
/// So many matches of one expression in one text say enough.
const MOST_MATCHES: usize = 8;

impl Ruleset {
    /// Judges one message: all its parts together.
    pub fn scan(&self, parts: &[Part<'_>], context: &ScanContext<'_>, scratch: &mut Scratch) -> Verdict {
        scratch.hits.clear();
        scratch.unresolved.clear();
        scratch.outside.clear();
        scratch.slow = false;
        scratch.expressions_run = 0;
        let parts = &parts[..parts.len().min(MOST_PARTS)];
        for (number, part) in (0..).zip(parts) {
            self.read_part(number, part, context, scratch);
        }
        self.message_signals(parts, context, &mut scratch.hits);
        if scratch.hits.is_empty() && scratch.unresolved.is_empty() {
            return Verdict::default();
        }
        let mut verdict = self.judge(
            parts,
            context,
            &mut scratch.hits,
            &mut scratch.mapped,
            &mut scratch.depths,
            &scratch.unresolved,
        );
        if let Some(feeds) = context.feeds {
            self.note_listings(&mut verdict, parts, feeds);
        }
        verdict
    }

    pub(super) fn read_part(
        &self,
        number: u16,
        part: &Part<'_>,
        context: &ScanContext<'_>,
        scratch: &mut Scratch,
    ) {
        let Scratch {
            plain,
            depths,
            links,
            hits,
            gates,
            lower,
            seen,
            unresolved,
            outside,
            slow,
            expressions_run,
            ..
        } = scratch;
        gates.close(self.expressions.len());
        let mut catch = Catch {
            ruleset: self,
            number,
            kind: part.place.kind(),
            hits,
            gates,
            seen,
            asks: false,
            dot_word: false,
        };
        let traits = if part.text.is_ascii() {
            self.hunt_ascii(part.text.as_bytes(), |pattern, end| {
                catch.pattern(pattern, end, None);
            })
        } else {
            let traits = plain::read(part.text, plain);
            self.hunt(&plain.bytes, |pattern, end| catch.pattern(pattern, end, None));
            traits
        };
        let current = Current { number, part, traits };
        catch.request(current, None);
        let dot_word = catch.dot_word;
        let hints = hints(part.text, traits);
        let mut cleaned = false;
        if hints.any() {
            *slow = true;
            cleaned = true;
            depths.read(part.text, &hints);
            for (reading, layer) in [(&depths.deep, Layer::Deep), (&depths.joined, Layer::Joined)] {
                self.hunt(&reading.bytes, |pattern, end| {
                    catch.pattern(pattern, end, Some((reading, layer)));
                });
                catch.request(current, Some((reading, layer)));
            }
        }
        if gates.any_open(self) {
            let leet = || traits.any(Traits::DIGIT) && digit_in_word(part.text.as_bytes());
            if !cleaned && (traits.any(Traits::INVISIBLE | Traits::FOREIGN | Traits::STYLED) || leet()) {
                cleaned = true;
                depths.clean(part.text);
            }
            lower.clear();
            lower.extend(part.text.bytes().map(|byte| byte.to_ascii_lowercase()));
            *expressions_run += gates.open(self).count() as u32;
            self.run_expressions(current, lower, cleaned.then_some(&depths.cleaned), hits, gates);
        }
        let linking =
            Traits::COLON | Traits::DOT | Traits::PERCENT | Traits::ODD_PUNCTUATION | Traits::BRACKET;
        if dot_word || traits.any(linking) {
            *slow |= links.read(part.text, traits, &hints, dot_word);
            if !links.all.is_empty() {
                self.link_signals(current, context, links, hits, unresolved);
                self.note_outside(context, links, outside);
            }
        }
        self.text_signals(current, &hints, hits);
        self.name_signals(current, context, hits);
    }

    fn run_expressions(
        &self,
        current: Current<'_>,
        lower: &[u8],
        cleaned: Option<&Reading>,
        hits: &mut Vec<Hit>,
        gates: &Gates,
    ) {
        let kind = current.part.place.kind();
        for gated in gates.open(self) {
            let target = gated.target;
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
                        signal: None,
                        link: false,
                        anywhere: false,
                        code: 0,
                    });
                }
            };
            for found in gated.expression.find_iter(lower).take(MOST_MATCHES) {
                push(found.range(), Layer::Plain);
            }
            if let Some(cleaned) = cleaned {
                for found in gated.expression.find_iter(&cleaned.bytes).take(MOST_MATCHES) {
                    push(cleaned.source(found.range()), Layer::Deep);
                }
            }
        }
    }

    /// Tells everybody who listens to a signal.
    pub(super) fn signal(&self, signal: Signal, current: Current<'_>, spot: Spot, hits: &mut Vec<Hit>) {
        self.signal_in(signal, current.number, current.part.place.kind(), spot, hits);
    }

    /// The same where only the number and the kind of the part are at hand.
    fn signal_in(&self, signal: Signal, number: u16, kind: PlaceKind, spot: Spot, hits: &mut Vec<Hit>) {
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
                    part: number,
                    start: spot.start,
                    end: spot.end,
                    mapped: spot.mapped,
                    layer: spot.layer,
                    view: spot.view,
                    pattern: None,
                    signal: Some(signal),
                    link: signal.is_link(),
                    anywhere: spot.anywhere,
                    code: spot.code,
                });
            }
        }
    }
}

/// The gates of the expressions: which of their sets of literals have been seen in the current part.
#[derive(Debug, Default)]
pub(super) struct Gates {
    slots: Vec<u8>,
    touched: Vec<u16>,
}

impl Gates {
    /// Forgets what was seen.
    fn close(&mut self, expressions: usize) {
        for at in self.touched.drain(..) {
            if let Some(slots) = self.slots.get_mut(usize::from(at)) {
                *slots = 0;
            }
        }
        self.slots.resize(expressions, 0);
    }

    fn see(&mut self, expression: u16, slot: u8) {
        if let Some(slots) = self.slots.get_mut(usize::from(expression)) {
            if *slots == 0 {
                self.touched.push(expression);
            }
            *slots |= 1 << slot;
        }
    }

    pub(super) fn open<'r>(&self, ruleset: &'r Ruleset) -> impl Iterator<Item = &'r Gated> {
        self.touched.iter().filter_map(|&at| {
            let expression = ruleset.expressions.get(usize::from(at))?;
            (self.slots.get(usize::from(at)) == Some(&expression.open)).then_some(expression)
        })
    }

    fn any_open(&self, ruleset: &Ruleset) -> bool {
        self.open(ruleset).next().is_some()
    }
}

/// Takes what the automaton finds in the readings of one part.
struct Catch<'s> {
    ruleset: &'s Ruleset,
    number: u16,
    kind: PlaceKind,
    hits: &'s mut Vec<Hit>,
    gates: &'s mut Gates,
    seen: &'s mut Vec<Seen>,
    asks: bool,
    dot_word: bool,
}

impl Catch<'_> {
    /// A pattern that ends here; without a reading, in the plain one, whose map is not kept.
    fn pattern(&mut self, pattern: usize, end: usize, reading: Option<(&Reading, Layer)>) {
        let start = end
            - self
                .ruleset
                .lengths
                .get(pattern)
                .map_or(0, |length| *length as usize);
        for usage in self.ruleset.uses(pattern) {
            match *usage {
                Use::Phrase(target) => {
                    let rule = self.ruleset.compiled.get(usize::from(target.rule));
                    if !rule.is_some_and(|rule| rule.looks_at(self.kind)) || self.hits.len() >= MOST_HITS {
                        continue;
                    }
                    let (span, layer) = match reading {
                        Some((reading, layer)) => (reading.source(start..end), layer),
                        None => (start..end, Layer::Plain),
                    };
                    self.hits.push(Hit {
                        rule: target.rule,
                        term: target.term,
                        part: self.number,
                        start: span.start as u32,
                        end: span.end as u32,
                        mapped: reading.is_some(),
                        layer,
                        view: None,
                        pattern: Some(pattern as u32),
                        signal: None,
                        link: false,
                        anywhere: false,
                        code: 0,
                    });
                }
                Use::Gate { expression, slot } => self.gates.see(expression, slot),
                Use::Dot => self.dot_word = true,
                Use::Signal(signal) => {
                    let (span, layer) = match reading {
                        Some((reading, layer)) => (reading.source(start..end), layer),
                        None => (start..end, Layer::Plain),
                    };
                    let spot = Spot {
                        mapped: reading.is_some(),
                        layer,
                        view: None,
                        ..Spot::at(&span, View::Raw)
                    };
                    let told = self.hits.len();
                    self.ruleset
                        .signal_in(signal, self.number, self.kind, spot, self.hits);
                    // What tells a disguised phrase from a plain one is the pattern.
                    for hit in &mut self.hits[told..] {
                        hit.pattern = Some(pattern as u32);
                    }
                }
                Use::Ask(role) => {
                    self.asks |= role == Role::Secret;
                    if self.seen.len() < MOST_SEEN {
                        self.seen.push(Seen {
                            role,
                            start: start as u32,
                            end: end as u32,
                        });
                    }
                }
            }
        }
    }

    /// Whether the words seen in this reading ask for a secret; forgets them.
    fn request(&mut self, current: Current<'_>, reading: Option<(&Reading, Layer)>) {
        if std::mem::take(&mut self.asks)
            && let Some((start, end)) = secret_asked::request(self.seen)
        {
            let span = start as usize..end as usize;
            let (span, layer) = match reading {
                Some((reading, layer)) => (reading.source(span), layer),
                None => (span, Layer::Plain),
            };
            let spot = Spot {
                mapped: reading.is_some(),
                layer,
                view: None,
                ..Spot::at(&span, View::Raw)
            };
            self.ruleset.signal(Signal::SecretAsked, current, spot, self.hits);
        }
        self.seen.clear();
    }
}

/// Whether a digit stands for a letter somewhere: `d0uble`, `F1rst`.
fn digit_in_word(bytes: &[u8]) -> bool {
    bytes
        .windows(3)
        .any(|run| !run[0].is_ascii_digit() && run[1].is_ascii_digit() && run[2].is_ascii_alphabetic())
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
