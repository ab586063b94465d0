//! The closer look at a message, for the rules it woke: everything they look for, in every reading.
//!
//! Expressions come last, and only those of rules that could still hit if all of them matched. Those that ran at the first glance are not
//! run again.

use std::ops::Range;

use super::clues::Awake;
use super::compile::{Gated, Ruleset, Use};
use super::context::ScanContext;
use super::evaluate::{Hit, can_hit};
use super::finding::View;
use super::gates::{Gates, Opened, Walked};
use super::hits::Hits;
use super::normalise::deep::Depths;
use super::normalise::hints::{Hints, hints};
use super::normalise::{Reading, Traits, plain};
use super::part::{Part, PlaceKind};
use super::scan::{Current, Scratch, Spot};
use super::secret_asked::{self, Role, Seen};
use super::signal::Signal;
use super::view::Layer;

/// The most words of requests for secrets that are looked at in one reading.
const MOST_SEEN: usize = 256;
/// So many matches of one expression in one text say enough.
const MOST_MATCHES: usize = 8;

impl Ruleset {
    /// Collects every hit of the rules that are awake; those of links and names are there already. Expressions of rules that cannot
    /// hit any more run only if `hopeless_too`.
    pub(super) fn look_closer(
        &self,
        parts: &[Part<'_>],
        context: &ScanContext<'_>,
        hopeless_too: bool,
        scratch: &mut Scratch,
    ) {
        let woken = || {
            scratch
                .awake
                .rules()
                .iter()
                .map(|rule| &self.compiled[usize::from(*rule)])
        };
        let wanted = woken().fold(0, |bits, rule| bits | rule.hears) & !self.told_at_a_glance();
        let all_tried = scratch.tried.len() == parts.len() && scratch.tried.iter().all(|tried| *tried);
        let words = woken().any(|rule| rule.reads && (rule.reads_on || !all_tried));
        if words || wanted != 0 {
            for (number, part) in (0..).zip(parts) {
                let current = Current {
                    number,
                    part,
                    traits: scratch.traits[usize::from(number)],
                    wanted,
                };
                let hints = scratch.hints[usize::from(number)].clone();
                if words {
                    self.read_part(current, &hints, scratch);
                }
                self.text_signals(current, &hints, &mut scratch.hits);
            }
        }
        self.message_signals(parts, context, wanted, &mut scratch.hits);
        scratch.hits.expand(self, &scratch.awake);
        if !scratch.open.is_empty() {
            self.run_expressions(parts, hopeless_too, scratch);
        }
    }

    fn read_part(&self, current: Current<'_>, hints: &Hints, scratch: &mut Scratch) {
        let Scratch {
            plain,
            depths,
            hits,
            awake,
            marks,
            gates,
            told,
            tried,
            open,
            seen,
            ..
        } = scratch;
        let Current {
            number, part, traits, ..
        } = current;
        let first_open = open.len();
        let mut catch = Catch {
            ruleset: self,
            number,
            kind: part.place.kind(),
            awake,
            hits,
            gates,
            open,
            walked: Walked::of(part.text),
            seen,
            asks: false,
        };
        plain::write(part.text, plain);
        catch.gates.close(self.expressions.len());
        self.hunt(&plain.bytes, marks, |pattern, end| {
            catch.pattern(pattern, end, None);
        });
        catch.request(current, None);
        if hints.any() {
            depths.read(part.text, hints);
            for (reading, layer) in [(&depths.deep, Layer::Deep), (&depths.joined, Layer::Joined)] {
                catch.gates.close(self.expressions.len());
                self.hunt(&reading.bytes, marks, |pattern, end| {
                    catch.pattern(pattern, end, Some((reading, layer)));
                });
                catch.request(current, Some((reading, layer)));
            }
        }
        open[first_open..].sort_unstable_by_key(|opened| opened.expression);
        open.dedup_by_key(|opened| (opened.part, opened.expression));
        // The first glance saw the text itself, and knows where words end and blanks are.
        let undisguised = part.text.is_ascii() && !hints.any() && !narrows(part.text, traits);
        let tried = tried.get(usize::from(number)) == Some(&true);
        open.retain_mut(|opened| {
            if opened.part != number {
                return true;
            }
            let gated = &self.expressions[usize::from(opened.expression)];
            if tried && self.is_clue(gated.target) {
                return false;
            }
            if undisguised && self.is_clue(gated.target) {
                let same = |other: &&Opened| (other.part, other.expression) == (number, opened.expression);
                let windows = told.iter().filter(same).map(|told| told.window.clone());
                let Some(window) = windows.reduce(|a, b| a.start.min(b.start)..a.end.max(b.end)) else {
                    return false;
                };
                opened.window = window;
            } else {
                opened.window = 0..u32::MAX;
            }
            gated.may_match(traits)
        });
    }

    /// Runs the expressions whose gates opened, if their rule can still hit.
    fn run_expressions(&self, parts: &[Part<'_>], hopeless_too: bool, scratch: &mut Scratch) {
        let Scratch {
            traits,
            depths,
            hits,
            awake,
            open,
            lower,
            expressions_run,
            ..
        } = scratch;
        for hit in &hits.all {
            awake.note(hit.target());
        }
        for opened in open.iter() {
            awake.note(self.expressions[usize::from(opened.expression)].target);
        }
        open.retain(|opened| {
            let rule = self.expressions[usize::from(opened.expression)].target.rule;
            hopeless_too || can_hit(&self.compiled[usize::from(rule)], awake.terms(rule))
        });
        for of_part in open.chunk_by(|a, b| a.part == b.part) {
            let number = of_part[0].part;
            let Some(part) = parts.get(usize::from(number)) else {
                continue;
            };
            let kind = part.place.kind();
            let cleaned = clean(part.text, traits[usize::from(number)], depths).then_some(&depths.cleaned);
            to_lower(part.text, lower);
            for opened in of_part {
                let gated = &self.expressions[usize::from(opened.expression)];
                if self.compiled[usize::from(gated.target.rule)].looks_at(kind) {
                    *expressions_run += 1;
                    run(gated, number, &opened.window, lower, hits);
                    if let Some(cleaned) = cleaned {
                        run_cleaned(gated, number, cleaned, hits);
                    }
                }
            }
        }
    }
}

/// Runs an expression over this window of a lower-cased text; whether it matches.
pub(super) fn run(gated: &Gated, part: u16, window: &Range<u32>, lower: &[u8], hits: &mut Hits) -> bool {
    let end = lower.len().min(window.end as usize);
    let window = end.min(window.start as usize)..end;
    let mut matches = false;
    for found in gated.expression.find_within(lower, window).take(MOST_MATCHES) {
        matches = true;
        hits.push(matched(gated, part, found.range(), Layer::Plain));
    }
    matches
}

/// Runs an expression over a cleaned text.
fn run_cleaned(gated: &Gated, part: u16, cleaned: &Reading, hits: &mut Hits) {
    for found in gated.expression.find_iter(&cleaned.bytes).take(MOST_MATCHES) {
        hits.push(matched(gated, part, cleaned.source(found.range()), Layer::Deep));
    }
}

/// A match of an expression in this range of the source.
fn matched(gated: &Gated, part: u16, span: Range<usize>, layer: Layer) -> Hit {
    Hit {
        rule: gated.target.rule,
        term: gated.target.term,
        part,
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
    }
}

/// Writes a text in lower case, as expressions read it.
pub(super) fn to_lower(text: &str, lower: &mut Vec<u8>) {
    lower.clear();
    lower.extend(text.bytes().map(|byte| byte.to_ascii_lowercase()));
}

/// Builds the cleaned text if it differs from the text as written; whether it does.
fn clean(text: &str, traits: Traits, depths: &mut Depths) -> bool {
    let hints = hints(text, traits);
    let disguised = hints.any()
        || traits.any(Traits::INVISIBLE | Traits::FOREIGN | Traits::STYLED)
        || has_digit_in_word(text, traits);
    if disguised {
        depths.clean(text, &hints);
    }
    disguised
}

/// Whether a cleaned text may be narrower than an ASCII text itself: its blanks are single, and where digits stood for letters
/// expressions search it too.
pub(super) fn narrows(text: &str, traits: Traits) -> bool {
    traits.any(Traits::DIGIT) && has_double_blank(text.as_bytes())
}

/// Whether two blanks stand beside each other. Looks at every byte whatever it finds, which compiles to vector instructions.
fn has_double_blank(bytes: &[u8]) -> bool {
    let blank = |byte: u8| {
        u8::from(byte == b' ') | u8::from(byte == b'\n') | u8::from(byte == b'\r') | u8::from(byte == b'\t')
    };
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    pairs.fold(0, |any, (left, right)| any | (blank(*left) & blank(*right))) != 0
}

/// Whether a digit may stand for a letter somewhere, which cleaning undoes.
pub(super) fn has_digit_in_word(text: &str, traits: Traits) -> bool {
    traits.any(Traits::DIGIT) && digit_in_word(text.as_bytes())
}

/// Whether a digit stands for a letter somewhere: `d0uble`, `F1rst`.
fn digit_in_word(bytes: &[u8]) -> bool {
    bytes
        .windows(3)
        .any(|run| !run[0].is_ascii_digit() && run[1].is_ascii_digit() && run[2].is_ascii_alphabetic())
}

/// Takes what the automaton finds in the readings of one part.
struct Catch<'s> {
    ruleset: &'s Ruleset,
    number: u16,
    kind: PlaceKind,
    awake: &'s Awake,
    hits: &'s mut Hits,
    gates: &'s mut Gates,
    /// The expressions whose gates opened.
    open: &'s mut Vec<Opened>,
    walked: Walked<'s>,
    seen: &'s mut Vec<Seen>,
    asks: bool,
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
                    if !self.awake.is_up(target.rule)
                        || !self.ruleset.compiled[usize::from(target.rule)].looks_at(self.kind)
                    {
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
                Use::Gate { expression, slot, .. } => {
                    let gated = &self.ruleset.expressions[usize::from(expression)];
                    if !self.awake.is_up(gated.target.rule) {
                        continue;
                    }
                    let open = self.gates.see(expression, slot, &gated.order, end, self.walked);
                    if let Some(window) = open {
                        self.open.push(Opened {
                            part: self.number,
                            expression,
                            window,
                        });
                    }
                }
                Use::Dot | Use::Singles => {}
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
                    // What tells a disguised phrase from a plain one is the pattern.
                    self.hits
                        .tell(signal, self.number, self.kind, spot, Some(pattern as u32));
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
