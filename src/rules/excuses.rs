//! What excuses a hit: the expressions and hosts a rule lists under `unless_…`, and those of the lists it shares with others.
//! When an excuse holds is decided by [`super::evaluate`].

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use aho_corasick::AhoCorasick;
use regex_syntax::hir::{Class, ClassBytes, Hir, HirKind};

use super::build::{Place, entries};
use super::domains::canonical;
use super::expression::Expression;
use super::literal;
use super::schema::RawRule;

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
