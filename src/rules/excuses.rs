//! What excuses a hit: the expressions and hosts a rule lists under `unless_…`, and those of the lists it shares with others.
//! Which hits an excuse covers is decided by [`super::evaluate`].

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use aho_corasick::AhoCorasick;
use regex_syntax::hir::{Class, ClassBytes, Hir, HirKind};

use super::build::{Place, entries};
use super::clusters::clusters;
use super::compile::{Compiled, Ruleset, UNLESS};
use super::domains::canonical;
use super::evaluate::{Hit, excused, sort};
use super::expression::Expression;
use super::literal;
use super::normalise::deep::Depths;
use super::normalise::hints::Hints;
use super::part::Part;
use super::schema::RawRule;
use super::view::Layer;

/// An excuse may cover so many characters at most: it excuses the sentence it stands in, never the whole message.
const LONGEST: usize = 400;
/// So long is a word taken to be where an expression sets no limit: `scamm\w+`.
const LONGEST_WORD: usize = 24;

/// The most characters that a pattern covers, a word of any length taken for a long one; `None` where it has no end.
fn longest(pattern: &Hir) -> Option<usize> {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(0),
        HirKind::Literal(literal) => Some(literal.0.iter().filter(|byte| **byte & 0xc0 != 0x80).count()),
        HirKind::Class(_) => Some(1),
        HirKind::Repetition(repetition) => {
            let once = longest(&repetition.sub)?;
            let blank = match repetition.sub.kind() {
                HirKind::Class(Class::Bytes(class)) => class
                    .iter()
                    .any(|range| range.start() <= b' ' && b' ' <= range.end()),
                HirKind::Class(Class::Unicode(class)) => class
                    .iter()
                    .any(|range| range.start() <= ' ' && ' ' <= range.end()),
                _ => true,
            };
            match repetition.max {
                Some(most) => once.checked_mul(most as usize),
                None => (!blank).then_some(LONGEST_WORD),
            }
        }
        HirKind::Capture(capture) => longest(&capture.sub),
        HirKind::Concat(parts) => parts.iter().map(longest).sum(),
        HirKind::Alternation(parts) => parts
            .iter()
            .map(longest)
            .try_fold(0, |most, part| Some(most.max(part?))),
    }
}

/// An expression that excuses what it covers. Most say a few words and `.{0,180}` before or behind them: only the words
/// are searched for, and how far they reach is counted.
#[derive(Debug)]
pub(super) struct Excuse {
    core: Expression,
    before: Option<Reach>,
    behind: Option<Reach>,
    /// Words of which every match contains one; without any, every text is searched.
    words: Option<AhoCorasick>,
}

/// So many bytes of a class, as many as there are.
#[derive(Debug)]
struct Reach {
    most: usize,
    class: ClassBytes,
}

impl Reach {
    /// The reach that a part of a pattern is, if it is nothing else.
    fn of(part: &Hir) -> Option<Self> {
        let HirKind::Repetition(repetition) = part.kind() else {
            return None;
        };
        let HirKind::Class(Class::Bytes(class)) = repetition.sub.kind() else {
            return None;
        };
        (repetition.min == 0 && repetition.greedy).then(|| Self {
            most: repetition.max.map_or(usize::MAX, |most| most as usize),
            class: class.clone(),
        })
    }

    fn length<'b>(&self, bytes: impl Iterator<Item = &'b u8>) -> usize {
        let reaches = |byte: &&u8| {
            self.class
                .iter()
                .any(|range| (range.start()..=range.end()).contains(byte))
        };
        bytes.take(self.most).take_while(reaches).count()
    }
}

impl Excuse {
    fn new(pattern: &str) -> Result<Self, String> {
        let whole = Expression::new(pattern)?;
        // Decided here and not in a message: an excuse that was dropped for its length there would fail its author in silence.
        if longest(whole.pattern()).is_none_or(|covers| covers > LONGEST) {
            return Err(format!(
                "excuses more than {LONGEST} characters, and so whatever stands beside it; say how far it reaches, like `.{{0,160}}`"
            ));
        }
        let (mut before, mut behind) = (None, None);
        let mut core = None;
        if let HirKind::Concat(parts) = whole.pattern().kind() {
            let mut parts = parts.as_slice();
            if let [first, rest @ ..] = parts {
                before = Reach::of(first);
                parts = if before.is_some() { rest } else { parts };
            }
            if let [rest @ .., last] = parts {
                behind = Reach::of(last);
                parts = if behind.is_some() { rest } else { parts };
            }
            core = Some(Hir::concat(parts.to_vec()));
        }
        let core = match core.filter(|core| core.properties().minimum_len().unwrap_or(0) > 0) {
            Some(core) if before.is_some() || behind.is_some() => Expression::of(core)?,
            _ => {
                (before, behind) = (None, None);
                whole
            }
        };
        let sets = literal::required(core.pattern()).sets;
        let telling = sets.iter().max_by_key(|set| {
            (
                literal::shortest(&set.strings),
                std::cmp::Reverse(set.strings.len()),
            )
        });
        let words = telling.and_then(|set| {
            AhoCorasick::new(set.strings.iter().map(|word| word.replace(literal::BOUNDARY, ""))).ok()
        });
        Ok(Self {
            core,
            before,
            behind,
            words,
        })
    }

    /// What it covers in a lower-cased text.
    pub(super) fn find_iter<'t>(&'t self, text: &'t [u8]) -> impl Iterator<Item = Range<usize>> + 't {
        let is_there = self.words.as_ref().is_none_or(|words| words.is_match(text));
        let found = is_there.then(|| self.core.find_iter(text));
        found.into_iter().flatten().map(|found| {
            let (ahead, rest) = (&text[..found.start()], &text[found.end()..]);
            let before = self
                .before
                .as_ref()
                .map_or(0, |reach| reach.length(ahead.iter().rev()));
            let behind = self.behind.as_ref().map_or(0, |reach| reach.length(rest.iter()));
            found.start() - before..found.end() + behind
        })
    }
}

/// The expressions so far: many rules share those of a list.
#[derive(Debug, Default)]
pub(super) struct Excuses(HashMap<String, Arc<Excuse>>);

impl Excuses {
    /// The expressions that excuse a hit of this rule, its own and those of the lists it names.
    pub(super) fn regexes(&mut self, raw: &RawRule, place: &mut Place<'_>) -> Vec<Arc<Excuse>> {
        let mut excuses = Vec::new();
        for entry in &raw.unless_regexes {
            // An expression may begin with an at sign of its own: `@(coinbase|kraken)`.
            let written = if entry.get_ref().starts_with("@lists/") {
                entries(entry, place)
            } else {
                vec![(place.file.to_owned(), entry.span(), entry.get_ref().clone())]
            };
            for (file, span, regex) in written {
                if let Some(known) = self.0.get(&regex) {
                    excuses.push(Arc::clone(known));
                    continue;
                }
                match Excuse::new(&regex) {
                    Ok(excuse) => {
                        let excuse = Arc::new(excuse);
                        self.0.insert(regex, Arc::clone(&excuse));
                        excuses.push(excuse);
                    }
                    Err(advice) => {
                        place.sources.complain(&file, span, advice);
                        place.sound = false;
                    }
                }
            }
        }
        excuses
    }
}

/// The hosts to which a link excuses a hit.
pub(super) fn domains(raw: &RawRule, place: &mut Place<'_>) -> Vec<Box<str>> {
    let mut hosts = Vec::new();
    for domain in &raw.unless_domains {
        match canonical(domain.get_ref()) {
            Some(host) => hosts.push(host.into()),
            None => place.complain(domain.span(), "not a host name: write it like `example.com`"),
        }
    }
    hosts
}

impl Ruleset {
    /// Runs the expressions that excuse, for the rules that would hit without an excuse; expects the hits in order.
    pub(super) fn add_excuses(&self, parts: &[Part<'_>], hits: &mut Vec<Hit>, depths: &mut Depths) {
        let mut search = Search::default();
        let mut excuses = Vec::new();
        for of_rule in hits.chunk_by(|a, b| a.rule == b.rule) {
            let rule = self.compiled.get(usize::from(of_rule[0].rule));
            let Some(rule) = rule.filter(|rule| !rule.unless_regexes.is_empty() && would_hit(rule, of_rule))
            else {
                continue;
            };
            for (at, hit) in of_rule.iter().enumerate() {
                let here = |other: &Hit| (other.part, other.layer) == (hit.part, hit.layer);
                let Some(part) = parts
                    .get(usize::from(hit.part))
                    .filter(|_| !of_rule[..at].iter().any(here))
                else {
                    continue;
                };
                for regex in &rule.unless_regexes {
                    let spans = search.spans(regex, part, hit, depths);
                    excuses.extend(spans.iter().map(|span| Hit {
                        term: UNLESS,
                        start: span.start as u32,
                        end: span.end as u32,
                        pattern: None,
                        signal: None,
                        code: 0,
                        anywhere: false,
                        link: false,
                        ..*hit
                    }));
                }
            }
        }
        if !excuses.is_empty() {
            hits.append(&mut excuses);
            sort(hits);
        }
    }
}

/// What has been searched in one message: lists of excuses are shared by many rules, and each is searched once.
#[derive(Default)]
struct Search {
    done: Vec<Searched>,
    /// The part that is at hand in lower case.
    lower: Option<(u16, Vec<u8>)>,
}

/// What an expression that excuses covers in one reading of a part.
struct Searched {
    excuse: Arc<Excuse>,
    part: u16,
    layer: Layer,
    spans: Vec<Range<usize>>,
}

impl Search {
    /// What an expression covers in the reading in which this hit was found, in the source.
    fn spans(
        &mut self,
        excuse: &Arc<Excuse>,
        part: &Part<'_>,
        hit: &Hit,
        depths: &mut Depths,
    ) -> &[Range<usize>] {
        let known = self.done.iter().position(|one| {
            Arc::ptr_eq(&one.excuse, excuse) && (one.part, one.layer) == (hit.part, hit.layer)
        });
        let at = known.unwrap_or_else(|| {
            let spans = if hit.layer == Layer::Plain {
                excuse.find_iter(self.lower(part.text, hit.part)).collect()
            } else {
                depths.clean(part.text, &Hints::default());
                let cleaned = &depths.cleaned;
                let found = excuse.find_iter(&cleaned.bytes);
                found.map(|found| cleaned.source(found)).collect()
            };
            self.done.push(Searched {
                excuse: Arc::clone(excuse),
                part: hit.part,
                layer: hit.layer,
                spans,
            });
            self.done.len() - 1
        });
        &self.done[at].spans
    }

    fn lower(&mut self, text: &str, part: u16) -> &[u8] {
        if self.lower.as_ref().is_none_or(|(known, _)| *known != part) {
            self.lower = Some((part, text.to_ascii_lowercase().into_bytes()));
        }
        self.lower.as_ref().map_or(&[], |(_, lower)| lower)
    }
}

/// Whether a rule hits by these hits if nothing excuses it and every open question about them goes against the author.
fn would_hit(rule: &Compiled, hits: &[Hit]) -> bool {
    let valid: Vec<&Hit> = hits
        .iter()
        .filter(|hit| hit.term != UNLESS && !excused(hit, hits))
        .collect();
    valid.iter().any(|hit| hit.term == 0)
        || rule
            .groups
            .iter()
            .any(|group| !clusters(group, &valid).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covered<'t>(pattern: &str, text: &'t str) -> Vec<&'t str> {
        let excuse = Excuse::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        excuse
            .find_iter(text.as_bytes())
            .map(|span| &text[span])
            .collect()
    }

    #[test]
    fn an_excuse_reaches_as_far_as_its_pattern_says_and_not_over_a_line() {
        for (pattern, text, expected) in [
            (
                r"\bscam\b.{0,10}",
                "that is a scam, really, do not",
                "scam, really, ",
            ),
            (r".{0,5}\bfake\b", "the site is a fake", "is a fake"),
            (
                r".{0,9}\bfake\b.{0,9}",
                "first line\nit is fake\nlast line",
                "it is fake",
            ),
            (
                r"[^.!?]{0,40}\bbeware\b",
                "join us. please beware",
                " please beware",
            ),
            (r"post.?mortem", "read the post-mortem first", "post-mortem"),
        ] {
            assert_eq!(covered(pattern, text), [expected], "{pattern}");
        }
    }

    #[test]
    fn each_word_that_excuses_covers_what_lies_around_it() {
        let spans = covered(r".{0,4}\b(scam|fake)\b", "a scam and a fake one");
        assert_eq!(spans, ["a scam", "d a fake"]);
        assert_eq!(
            covered(r"\b(scam|fake)\b.{0,4}", "scams and fakes"),
            [] as [&str; 0]
        );
    }
}
