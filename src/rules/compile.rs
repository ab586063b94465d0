//! From rules as written to one automaton over all of them.
//!
//! # Why one automaton
//! A message is clean more than ninety-nine times in a hundred, so what counts is what a message costs in which nothing is found.
//! Asking every rule in turn costs a pass each; a `RegexSet` of a hundred rules costs 19 µs a message, because counted repetitions thrash its
//! lazily built states. One Aho-Corasick pass costs 3 ns a byte however many literals it holds, and a clean text hovers near its
//! root. So everything that can be a literal goes into one automaton:
//!
//! - **phrases**, mapped to letter classes ([`super::normalise`]) and wrapped in spaces, so that only whole words hit;
//!   phrases of several words once more without any spaces, for `#SendYourSeedPhrase` and letters spelled one by one;
//! - **gates**: for each regular expression the sets of literals it cannot match without (`super::literal`), unwrapped.
//!   Only when one literal of each set has been seen does the expression run;
//! - the words of the engine's own [`Signal::SecretAsked`].
//!
//! It is forced to be a DFA: above a hundred patterns the crate would choose an NFA that costs 3.5 times as much. Patterns
//! beyond ASCII have a DFA of their own, which only texts beyond ASCII see: their bytes would make every row of
//! the first one four times as wide, and it is the cache that decides here.
//!
//! # What a hit leads to
//! A pattern has uses; most lead to a `Target`, a rule and the term of it that was satisfied. Term 0 is what the
//! rule lists at its top level; each term of each group has a number of its own; `UNLESS` marks what excuses. Scanning collects hits; `super::evaluate` asks, only of the rules
//! that were hit at all, whether their terms add up.

use std::path::Path;
use std::sync::Arc;

use aho_corasick::automaton::Automaton as _;
use aho_corasick::dfa::DFA;
use aho_corasick::{Anchored, MatchKind};
use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::automaton::{Automaton, Marks};
use super::clues::{Alarm, Clue, Wake, shortened};
use super::domains::DomainSet;
use super::error::RuleErrors;
use super::excuses::Excuse;
use super::expression::Expression;
use super::finding::{Category, Severity};
use super::gates::{Heed, Order};
use super::hits::Listener;
use super::host_words::HostWords;
use super::load::{self, RuleInfo};
use super::lookalike::Brands;
use super::normalise::Traits;
use super::part::PlaceKind;
use super::secret_asked;
use super::sightings::Sought;
use super::signal::Signal;
use super::thresholds::Thresholds;

/// A rule's term that a hit satisfies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) rule: u16,
    pub(super) term: u8,
}

/// The term number of whatever excuses a hit.
pub(super) const UNLESS: u8 = u8::MAX;
/// The most terms a rule may have: they are bits of a word.
pub(super) const MOST_TERMS: usize = 60;

/// What an automaton pattern is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// A phrase of a rule.
    Phrase(Target),
    /// A literal of one of the sets that together let a regular expression run.
    Gate {
        /// Which expression.
        expression: u16,
        /// Which of its sets.
        slot: u8,
        /// When it is looked for.
        heed: Heed,
    },
    /// A word of the signal `secret-asked`.
    Ask(secret_asked::Role),
    /// The word `dot`, which may stand in an address.
    Dot,
    /// Two single letters, spaced: perhaps more follow.
    Singles,
    /// A phrase of one of the signals that stand for a family of phrases.
    Signal(Signal),
}

/// A set of terms, so many of which must hit near each other.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) first_term: u8,
    pub(super) terms: u8,
    pub(super) need: u8,
    pub(super) within: Option<u32>,
}

/// What evaluation needs of a rule.
#[derive(Debug, Clone)]
pub(super) struct Compiled {
    pub(super) groups: Vec<Group>,
    /// Bits of [`PlaceKind`].
    pub(super) places: u16,
    pub(super) category: Category,
    pub(super) severity: Severity,
    pub(super) weight: Option<u32>,
    pub(super) family: Option<Arc<str>>,
    pub(super) experimental: bool,
    pub(super) unless_domains: Vec<Box<str>>,
    /// Expressions that excuse; they run only once the rule has something to excuse.
    pub(super) unless_regexes: Vec<Arc<Excuse>>,
    /// What each term looks for, in words: for explanations.
    pub(super) terms: Vec<String>,
    /// For each of its terms, whether it is a clue of a group ([`super::clues`]).
    pub(super) clues: Vec<Option<Clue>>,
    /// Bits of the signals it listens to.
    pub(super) hears: u64,
    /// It looks for words, its own or those of `secret-asked`, not only for hosts and other signals.
    pub(super) reads: bool,
    /// It looks for more words than those of expressions that are clues.
    pub(super) reads_on: bool,
    /// It looks for words or hosts, which can be disguised, not only for signals.
    pub(super) disguisable: bool,
}

impl Gated {
    /// Whether a text of these traits has the characters it needs.
    pub(super) fn may_match(&self, traits: Traits) -> bool {
        traits.any(Traits::BEYOND_ASCII) || self.kinds.iter().all(|kinds| traits.any(*kinds))
    }
}

impl Compiled {
    pub(super) fn looks_at(&self, kind: PlaceKind) -> bool {
        self.places & place_bit(kind) != 0
    }
}

/// The bit of a kind of place.
pub(super) fn place_bit(kind: PlaceKind) -> u16 {
    1 << kind as u16
}

/// A regular expression, its gate, and the term it satisfies.
#[derive(Debug)]
pub(super) struct Gated {
    pub(super) expression: Expression,
    pub(super) target: Target,
    /// In which order its gate demands its literals, and the rarest of them at the first glance.
    pub(super) order: Order,
    pub(super) clues: Order,
    /// The group of which its term is a clue, and whether it is one of its leads.
    pub(super) clue_of: Option<(u16, bool)>,
    /// Sets of kinds of characters, without one of each of which it does not match an ASCII text.
    pub(super) kinds: Vec<u32>,
}

/// Hosts and what they satisfy.
pub(super) type HostTargets = HashMap<Box<str>, Vec<Target>, FixedState>;

/// Rules, compiled. Immutable and shared; a reload replaces it whole.
#[derive(Debug, Default)]
pub struct Ruleset {
    pub(super) rules: Vec<RuleInfo>,
    pub(super) compiled: Vec<Compiled>,
    /// Over those of the ASCII patterns that are clues.
    pub(super) clues: Automaton,
    /// What all patterns wake, and what must have been led to before that matters; those of one pattern together: `wakes_of[p]..wakes_of[p + 1]`.
    pub(super) wakes: Vec<(Wake, u32)>,
    pub(super) wakes_of: Vec<u32>,
    /// Bits of the signals that are clues, and of those that are leads.
    pub(super) clue_signals: u64,
    pub(super) lead_signals: u64,
    /// The groups of all rules.
    pub(super) alarms: Vec<Alarm>,
    /// Of all that can be led to, which sightings it is about; how many words of bits those of all take, and where the first stands.
    pub(super) sought: Vec<Sought>,
    pub(super) words_of_sights: u32,
    pub(super) first_sight: u32,
    /// What is seen where each pattern stands.
    pub(super) sights_of_pattern: Vec<Box<[u32]>>,
    /// What is seen where each signal is told.
    pub(super) sights_of_signal: Vec<Box<[u32]>>,
    /// Over all ASCII patterns.
    pub(super) automaton: Automaton,
    /// Over the others; their numbers follow those of the first.
    pub(super) beyond_ascii: Option<DFA>,
    pub(super) ascii_patterns: usize,
    /// Uses of all patterns, those of one pattern together; `uses_of[p]..uses_of[p + 1]`.
    pub(super) uses: Vec<Use>,
    pub(super) uses_of: Vec<u32>,
    /// Each pattern as it is written in rules, without spaces: what tells a raw hit from a folded one.
    pub(super) surfaces: Vec<Box<str>>,
    /// Length of each pattern in bytes.
    pub(super) lengths: Vec<u32>,
    pub(super) expressions: Vec<Gated>,
    pub(super) hosts: HostTargets,
    pub(super) brands: Brands,
    pub(super) known_hosts: DomainSet,
    pub(super) shared_pages: DomainSet,
    pub(super) shorteners: DomainSet,
    pub(super) messengers: DomainSet,
    pub(super) host_words: HostWords,
    /// Who listens to which signal, by [`Signal`] number.
    pub(super) listeners: Vec<Vec<Listener>>,
    /// Bits of the signals that anybody listens to.
    pub(super) heard: u64,
    pub(super) thresholds: Thresholds,
    pub(super) fingerprint: u64,
}

impl Ruleset {
    /// Loads every `*.toml` of a directory, the lists they name, and the `[thresholds]` of its `policy.toml`; runs
    /// every example.
    ///
    /// # Errors
    /// Everything that is wrong with any of the files, at once.
    pub fn load(dir: &Path) -> Result<Self, RuleErrors> {
        load::directory(dir)
    }

    /// As [`Ruleset::load`], with one more file, which replaces the one of that name if there is one: to try a rule before
    /// it is in force.
    ///
    /// # Errors
    /// Everything that is wrong with any of the files, at once.
    pub fn load_with(dir: &Path, name: &str, text: &str) -> Result<Self, RuleErrors> {
        load::directory_with(dir, name, text)
    }

    /// As [`Ruleset::load`], without the file of this name.
    ///
    /// # Errors
    /// Everything that is wrong with any of the other files, at once.
    pub fn load_without(dir: &Path, name: &str) -> Result<Self, RuleErrors> {
        load::directory_without(dir, name)
    }

    /// Compiles rules from memory: pairs of a file name and its text. `@lists/…` are looked for among the pairs too.
    ///
    /// # Errors
    /// Everything that is wrong with any of the texts, at once.
    pub fn from_sources(sources: &[(&str, &str)]) -> Result<Self, RuleErrors> {
        load::sources(
            sources
                .iter()
                .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
                .collect(),
        )
    }

    /// The rules, in the order of files and lines.
    pub fn rules(&self) -> &[RuleInfo] {
        &self.rules
    }

    /// The thresholds of `policy.toml`.
    pub fn thresholds(&self) -> Thresholds {
        self.thresholds
    }

    /// A number that changes whenever a rule or list changes: what a case stores beside the id of a rule.
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// Notes whose words only a closer look finds.
    fn note_reading(&mut self, usage: Use) {
        let signal = match usage {
            Use::Phrase(target) => return self.compiled[usize::from(target.rule)].reads_on = true,
            Use::Gate { expression, .. } => {
                let target = self.expressions[usize::from(expression)].target;
                let is_clue = self.is_clue(target);
                self.compiled[usize::from(target.rule)].reads_on |= !is_clue;
                return;
            }
            Use::Signal(signal) => signal,
            Use::Ask(_) => Signal::SecretAsked,
            Use::Dot | Use::Singles => return,
        };
        for listener in &self.listeners[signal as usize] {
            self.compiled[usize::from(listener.target.rule)].reads_on = true;
        }
    }

    pub(super) fn hears(&self, signal: Signal) -> bool {
        self.heard & (1 << signal as u64) != 0
    }

    pub(super) fn listeners(&self, signal: Signal) -> &[Listener] {
        self.listeners.get(signal as usize).map_or(&[], Vec::as_slice)
    }

    pub(super) fn uses(&self, pattern: usize) -> &[Use] {
        match (self.uses_of.get(pattern), self.uses_of.get(pattern + 1)) {
            (Some(&start), Some(&end)) => &self.uses[start as usize..end as usize],
            _ => &[],
        }
    }

    pub(super) fn wakes(&self, pattern: usize) -> &[(Wake, u32)] {
        match (self.wakes_of.get(pattern), self.wakes_of.get(pattern + 1)) {
            (Some(&start), Some(&end)) => &self.wakes[start as usize..end as usize],
            _ => &[],
        }
    }

    /// Calls `hit` with every pattern in a reading and where it ends there.
    pub(super) fn hunt(&self, reading: &[u8], marks: &mut Marks, mut hit: impl FnMut(usize, usize)) {
        self.automaton.walk_reading(reading, marks);
        marks.find(&self.automaton, reading, |_| true);
        for (end, pattern) in marks.found() {
            hit(pattern as usize, end);
        }
        self.hunt_beyond_ascii(reading, hit);
    }

    /// The same for the patterns beyond ASCII alone.
    pub(super) fn hunt_beyond_ascii(&self, reading: &[u8], mut hit: impl FnMut(usize, usize)) {
        if let Some(dfa) = self.beyond_ascii.as_ref().filter(|_| !reading.is_ascii()) {
            search(dfa, reading, &mut |pattern, end| {
                hit(self.ascii_patterns + pattern, end);
            });
        }
    }
}

fn search(dfa: &DFA, reading: &[u8], hit: &mut impl FnMut(usize, usize)) {
    let Ok(mut state) = dfa.start_state(Anchored::No) else {
        return;
    };
    for (at, &byte) in reading.iter().enumerate() {
        state = dfa.next_state(Anchored::No, state, byte);
        if dfa.is_special(state) && dfa.is_match(state) {
            for index in 0..dfa.match_len(state) {
                hit(dfa.match_pattern(state, index).as_usize(), at + 1);
            }
        }
    }
}

/// Texts like those that will be judged, as far as the rules know: their examples.
fn sample(rules: &[RuleInfo]) -> Vec<u8> {
    let examples = rules
        .iter()
        .flat_map(|rule| rule.written.matching.iter().chain(&rule.written.clean));
    let texts: Vec<&[u8]> = examples.map(|example| example.text.as_bytes()).collect();
    texts.join(&b'\n')
}

/// Patterns on their way into the automaton, each text once.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    index: HashMap<Vec<u8>, usize, FixedState>,
    all: Vec<(Vec<u8>, Box<str>, Vec<Use>)>,
}

impl Patterns {
    /// Adds a use of a pattern; `surface` is the pattern as written.
    pub(super) fn add(&mut self, bytes: Vec<u8>, surface: &str, usage: Use) {
        let at = *self.index.entry(bytes).or_insert_with_key(|bytes| {
            self.all.push((bytes.clone(), surface.into(), Vec::new()));
            self.all.len() - 1
        });
        if self.all[at].1.is_empty() {
            self.all[at].1 = surface.into();
        }
        let uses = &mut self.all[at].2;
        if !uses.contains(&usage) {
            uses.push(usage);
        }
    }

    /// Builds the automata and hands everything over to the ruleset.
    pub(super) fn build(mut self, ruleset: &mut Ruleset) -> Result<(), aho_corasick::BuildError> {
        self.all.sort_by_key(|(bytes, ..)| !bytes.is_ascii());
        let ascii = self.all.iter().take_while(|(bytes, ..)| bytes.is_ascii()).count();
        let named = || (0..).zip(self.all[..ascii].iter().map(|(bytes, ..)| bytes.as_slice()));
        let sample = sample(&ruleset.rules);
        ruleset.automaton = Automaton::new(named(), |_| false, &sample)?;
        if ascii < self.all.len() {
            let dfa = DFA::builder()
                .match_kind(MatchKind::Standard)
                .prefilter(false)
                .build(self.all[ascii..].iter().map(|(bytes, ..)| bytes))?;
            ruleset.beyond_ascii = Some(dfa);
        }
        ruleset.ascii_patterns = ascii;
        for at in 0..ruleset.expressions.len() {
            let told = ruleset.told_by(ruleset.expressions[at].target);
            if let Some(Wake::Clue { group, lead, .. }) = told {
                ruleset.expressions[at].clue_of = Some((group, lead));
            }
        }
        for listener in ruleset.listeners.iter_mut().flatten() {
            listener.places = ruleset.compiled[usize::from(listener.target.rule)].places;
            listener.told = ruleset.compiled[usize::from(listener.target.rule)].told_by(listener.target);
        }
        for usage in self.all.iter().flat_map(|(_, _, uses)| uses) {
            ruleset.note_reading(*usage);
        }
        // Of each pattern what must have been led to before anything that it wakes matters, shortened.
        let mut after_what: Vec<u128> = Vec::new();
        ruleset.clue_signals = ruleset.signals_told_to(|target| ruleset.is_clue(target));
        ruleset.lead_signals = ruleset.signals_told_to(|target| ruleset.is_lead(target));
        ruleset.deal_out_sightings();
        ruleset.sights_of_signal = ruleset.signals_seen();
        for (_, _, uses) in &self.all {
            ruleset.wakes_of.push(ruleset.wakes.len() as u32);
            let woken = ruleset.woken_by(uses);
            let told = woken.into_iter().map(|wake| (wake, ruleset.matters_after(wake)));
            let told: Vec<_> = told.collect();
            let after = told.iter().fold(0, |all, (_, after)| all | shortened(*after));
            after_what.push(after);
            let sights = ruleset.sights(uses);
            ruleset.sights_of_pattern.push(sights.into());
            ruleset.wakes.extend(told);
        }
        ruleset.wakes_of.push(ruleset.wakes.len() as u32);
        let wakes = |pattern: u32| ruleset.wakes(pattern as usize);
        let mut clues = Automaton::new(
            named().filter(|(at, _)| !wakes(*at).is_empty()),
            |at| ruleset.wakes_a_rule(at),
            &sample,
        )?;
        clues.note_after(|pattern| after_what[pattern as usize]);
        clues.note_sights(|pattern| &ruleset.sights_of_pattern[pattern as usize]);
        ruleset.clues = clues;
        for (bytes, surface, uses) in self.all {
            ruleset.uses_of.push(ruleset.uses.len() as u32);
            ruleset.uses.extend(uses);
            ruleset.lengths.push(bytes.len() as u32);
            ruleset.surfaces.push(surface);
        }
        ruleset.uses_of.push(ruleset.uses.len() as u32);
        Ok(())
    }
}
