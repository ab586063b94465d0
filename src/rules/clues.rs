//! Which rules a message may concern at all.
//!
//! Most rules ask for several things together: a lure, a link and haste. Where the rarest of them is missing the others need
//! not be looked for. So of each group of terms the rarest few are its *clues*, without which nothing satisfies the
//! group; what a rule lists at its top level is a clue by itself. A first, small automaton knows the patterns of the clues only.
//! Most messages do not show all clues of any group, and are done; only the rules that were woken are looked at closer.
//!
//! Of the patterns and signals of one term all are clues, or none. An expression counts where its gate opens.

use super::compile::{Compiled, Group, Ruleset, Target, UNLESS, Use};
use super::evaluate::term_bit;
use super::secret_asked::Role;
use super::signal::Signal;

/// What a pattern of the first automaton tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wake {
    /// A rule may hit.
    Rule(u16),
    /// A group shows one of its clues.
    Clue {
        /// Which group, among those of all rules.
        group: u16,
        /// Which of its clues.
        bit: u8,
    },
    /// A literal of an expression's gate was seen.
    Slot {
        /// Which expression.
        expression: u16,
        /// Which set of its gate.
        slot: u8,
    },
    /// An address may have its dots spelled out.
    Dot,
}

/// A group of a rule, which is woken when enough of the group's clues have been seen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Alarm {
    pub(super) rule: u16,
    /// How many.
    pub(super) enough: u8,
}

/// The most clues of a group, and the commonest term that is worth being one beside rarer ones.
const MOST_CLUES: usize = 16;
const COMMONEST: f32 = 0.5;
/// How common the terms of one rule are, by their numbers: guessed shares of messages.
#[derive(Debug, Default)]
pub(super) struct Shares(Vec<f32>);

impl Shares {
    /// A term is satisfied in so many more messages.
    pub(super) fn add(&mut self, term: u8, share: f32) {
        let at = usize::from(term);
        if term != UNLESS {
            if self.0.len() <= at {
                self.0.resize(at + 1, 0.0);
            }
            self.0[at] += share;
        }
    }

    fn of(&self, term: u8) -> f32 {
        self.0.get(usize::from(term)).copied().unwrap_or(0.0)
    }

    /// The terms of a group that are its clues, the rarest first, and how many of them it shows at least when it is satisfied.
    pub(super) fn clues(&self, group: &Group) -> (Vec<u8>, u8) {
        let mut terms: Vec<u8> = (group.first_term..group.first_term + group.terms).collect();
        terms.sort_by(|a, b| self.of(*a).total_cmp(&self.of(*b)));
        let telling = terms
            .iter()
            .take_while(|term| self.of(**term) < COMMONEST)
            .count();
        // So many can be missing; one more of them is always there.
        let spare = usize::from(group.terms.saturating_sub(group.need));
        terms.truncate(telling.clamp(1, MOST_CLUES).max(spare + 1));
        let enough = terms.len() - spare;
        (terms, enough as u8)
    }
}

impl Compiled {
    /// What a satisfied term of this rule tells.
    fn wakes(&self, rule: u16, term: u8) -> Option<Wake> {
        if term == 0 {
            return Some(Wake::Rule(rule));
        }
        let clue = self.clues.iter().find(|clue| clue.term == term)?;
        Some(Wake::Clue {
            group: clue.group,
            bit: clue.bit,
        })
    }
}

/// That a term of a rule is a clue of one of its groups.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clue {
    pub(super) term: u8,
    /// Which group, among those of all rules.
    pub(super) group: u16,
    pub(super) bit: u8,
}

impl Ruleset {
    fn rule_of(&self, target: Target) -> &Compiled {
        &self.compiled[usize::from(target.rule)]
    }

    /// Whether a term is a clue, of its rule or of a group.
    pub(super) fn is_clue(&self, target: Target) -> bool {
        self.told_by(target).is_some()
    }

    /// What a satisfied term tells.
    fn told_by(&self, target: Target) -> Option<Wake> {
        self.rule_of(target).wakes(target.rule, target.term)
    }

    /// What a signal tells.
    fn told_by_signal(&self, signal: Signal) -> impl Iterator<Item = Wake> + '_ {
        self.listeners(signal)
            .iter()
            .filter_map(|target| self.told_by(*target))
    }

    /// What a pattern with these uses tells.
    pub(super) fn woken_by(&self, uses: &[Use]) -> Vec<Wake> {
        let mut woken = Vec::new();
        for usage in uses {
            match *usage {
                Use::Phrase(target) => woken.extend(self.told_by(target)),
                Use::Gate { clue: false, .. } => {}
                Use::Gate { expression, slot, .. } => {
                    let target = self.expressions[usize::from(expression)].target;
                    if self.is_clue(target) {
                        woken.push(Wake::Slot { expression, slot });
                    }
                }
                Use::Ask(Role::Secret) => woken.extend(self.told_by_signal(Signal::SecretAsked)),
                Use::Signal(signal) => woken.extend(self.told_by_signal(signal)),
                Use::Dot => woken.push(Wake::Dot),
                Use::Ask(_) => {}
            }
        }
        woken.dedup();
        woken
    }

    /// The signals that are clues, as bits.
    pub(super) fn signals_as_clues(&self) -> u64 {
        Signal::ALL
            .iter()
            .filter(|signal| {
                self.listeners(**signal)
                    .iter()
                    .any(|target| self.is_clue(*target))
            })
            .fold(0, |bits, signal| bits | signal.bit())
    }

    /// Tells of a satisfied term.
    pub(super) fn tell(&self, target: Target, awake: &mut Awake) {
        if let Some(wake) = self.told_by(target) {
            awake.hear(wake, self);
        }
    }
}

/// The rules that one message woke, and which of their terms it satisfied so far.
#[derive(Debug, Default)]
pub(super) struct Awake {
    rules: Vec<u16>,
    terms: Vec<u64>,
    up: Vec<bool>,
    /// The clues seen of each group.
    clues: Vec<u64>,
    touched: Vec<u16>,
}

impl Awake {
    /// Puts every rule to sleep.
    pub(super) fn clear(&mut self, ruleset: &Ruleset) {
        for rule in self.rules.drain(..) {
            if let (Some(terms), Some(up)) = (
                self.terms.get_mut(usize::from(rule)),
                self.up.get_mut(usize::from(rule)),
            ) {
                (*terms, *up) = (0, false);
            }
        }
        for group in self.touched.drain(..) {
            if let Some(clues) = self.clues.get_mut(usize::from(group)) {
                *clues = 0;
            }
        }
        self.terms.resize(ruleset.compiled.len(), 0);
        self.up.resize(ruleset.compiled.len(), false);
        self.clues.resize(ruleset.alarms.len(), 0);
    }

    /// Takes what a pattern or signal tells.
    pub(super) fn hear(&mut self, wake: Wake, ruleset: &Ruleset) {
        match wake {
            Wake::Rule(rule) => self.wake(rule),
            Wake::Clue { group, bit } => {
                let at = usize::from(group);
                let (Some(clues), Some(alarm)) = (self.clues.get_mut(at), ruleset.alarms.get(at)) else {
                    return;
                };
                if *clues == 0 {
                    self.touched.push(group);
                }
                *clues |= 1 << bit;
                if clues.count_ones() >= u32::from(alarm.enough) {
                    self.wake(alarm.rule);
                }
            }
            Wake::Slot { .. } | Wake::Dot => {}
        }
    }

    pub(super) fn wake_all(&mut self) {
        for rule in 0..self.up.len() {
            self.wake(rule as u16);
        }
    }

    fn wake(&mut self, rule: u16) {
        if let Some(up) = self.up.get_mut(usize::from(rule))
            && !*up
        {
            *up = true;
            self.rules.push(rule);
        }
    }

    pub(super) fn is_up(&self, rule: u16) -> bool {
        self.up.get(usize::from(rule)) == Some(&true)
    }

    pub(super) fn rules(&self) -> &[u16] {
        &self.rules
    }

    /// Notes that a term is satisfied, or may still be.
    pub(super) fn note(&mut self, target: Target) {
        if let Some(terms) = self.terms.get_mut(usize::from(target.rule)) {
            *terms |= term_bit(target.term);
        }
    }

    pub(super) fn terms(&self, rule: u16) -> u64 {
        self.terms.get(usize::from(rule)).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_the_clues_of_a_group_nothing_satisfies_it() {
        let group = |terms, need| Group {
            first_term: 1,
            terms,
            need,
            within: None,
        };
        let mut shares = Shares::default();
        for (term, share) in [(1, 0.2), (2, 0.001), (3, 0.05), (2, 0.002), (UNLESS, 1.0)] {
            shares.add(term, share);
        }
        assert_eq!(shares.clues(&group(3, 3)), (vec![2, 3, 1], 3));
        assert_eq!(
            shares.clues(&group(3, 2)),
            (vec![2, 3, 1], 2),
            "one may be missing"
        );
        assert_eq!(shares.clues(&group(3, 1)), (vec![2, 3, 1], 1));
        shares.add(1, 0.7);
        assert_eq!(
            shares.clues(&group(3, 3)),
            (vec![2, 3], 2),
            "the commonest is none"
        );
        assert_eq!(
            shares.clues(&group(3, 2)),
            (vec![2, 3], 1),
            "one of two must be there"
        );
        assert_eq!(shares.clues(&group(3, 1)), (vec![2, 3, 1], 1));
        assert_eq!(shares.clues(&group(1, 1)), (vec![1], 1), "one there must be");
    }
}
