//! Which rules a message may concern at all.
//!
//! Most rules ask for several things together: a lure, a link and haste. Where the rarest of them is missing the others need
//! not be looked for. So of each group of terms the rarest few are its *clues*, without which nothing satisfies the
//! group; what a rule lists at its top level is a clue by itself. A first, small automaton knows the patterns of the clues only.
//! Most messages do not show all clues of any group, and are done; only the rules that were woken are looked at closer.
//!
//! Of the patterns and signals of one term all are clues, or none. An expression counts where its gate opens.
//!
//! Of the clues again the rarest few are *leads*: so few that a satisfied group shows one of them at least. Of a group or an expression
//! without a lead, or whose lead stands without the other clues it needs ([`super::sightings`]), no clue is looked at; most messages
//! show none at all.

use super::compile::{Compiled, Group, Ruleset, Target, UNLESS, Use};
use super::evaluate::term_bit;
use super::gates::Heed;
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
        /// It is one of its leads.
        lead: bool,
    },
    /// A literal of an expression's gate was seen.
    Slot {
        /// Which expression.
        expression: u16,
        /// Which set of its gate.
        slot: u8,
        /// The rarest set of a gate that leads somewhere.
        lead: bool,
    },
    /// An address may have its dots spelled out.
    Dot,
    /// A word may be spelled out, letter by letter.
    Singles,
}

impl Wake {
    /// Whether a message in which no pattern or signal tells such a thing wakes no rule.
    pub(super) fn is_lead(self) -> bool {
        match self {
            Self::Rule(_) | Self::Dot | Self::Singles => true,
            Self::Clue { lead, .. } | Self::Slot { lead, .. } => lead,
        }
    }
}

/// A group of a rule, which is woken when enough of the group's clues have been seen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Alarm {
    pub(super) rule: u16,
    /// How many.
    pub(super) enough: u8,
    /// Of how many.
    pub(super) clues: u8,
}

/// The most clues of a group, and the commonest term that is worth being one beside rarer ones.
const MOST_CLUES: usize = 16;
const COMMONEST: f32 = 1.0;
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

    /// The terms of a group that are its clues, the rarest first, and how many of them it shows at least when it is satisfied. When
    /// it must show `enough` of `n` clues, then one of the first `n - enough + 1` is among them: the leads.
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
    pub(super) fn told_by(&self, Target { rule, term }: Target) -> Option<Wake> {
        if term == 0 {
            return Some(Wake::Rule(rule));
        }
        let clue = self.clues.get(usize::from(term)).copied().flatten()?;
        Some(Wake::Clue {
            group: clue.group,
            bit: clue.bit,
            lead: clue.lead,
        })
    }
}

/// That a term of a rule is a clue of one of its groups.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clue {
    /// Which group, among those of all rules.
    pub(super) group: u16,
    pub(super) bit: u8,
    /// It is one of the group's leads.
    pub(super) lead: bool,
}

impl Ruleset {
    fn rule_of(&self, target: Target) -> &Compiled {
        &self.compiled[usize::from(target.rule)]
    }

    pub(super) fn of_expression(&self, expression: u16) -> u32 {
        of_group(self.alarms.len() as u16) + u32::from(expression)
    }

    /// What must have been led to before this matters.
    pub(super) fn matters_after(&self, wake: Wake) -> u32 {
        match wake {
            Wake::Rule(_) | Wake::Dot | Wake::Singles => ALWAYS,
            Wake::Clue { group, .. } => of_group(group),
            Wake::Slot { expression, .. } => match self.expressions[usize::from(expression)].clue_of {
                Some((group, false)) => of_group(group),
                _ => self.of_expression(expression),
            },
        }
    }

    /// Whether a term is a clue, of its rule or of a group.
    pub(super) fn is_clue(&self, target: Target) -> bool {
        self.told_by(target).is_some()
    }

    /// Whether a term is a lead: of its rule or of a group.
    pub(super) fn is_lead(&self, target: Target) -> bool {
        self.told_by(target).is_some_and(Wake::is_lead)
    }

    /// What a satisfied term tells.
    pub(super) fn told_by(&self, target: Target) -> Option<Wake> {
        self.rule_of(target).told_by(target)
    }

    /// What a signal tells.
    pub(super) fn told_by_signal(&self, signal: Signal) -> impl Iterator<Item = Wake> + '_ {
        self.listeners(signal).iter().filter_map(|listener| listener.told)
    }

    /// What a pattern with these uses tells.
    pub(super) fn woken_by(&self, uses: &[Use]) -> Vec<Wake> {
        let mut woken = Vec::new();
        for usage in uses {
            match *usage {
                Use::Phrase(target) => woken.extend(self.told_by(target)),
                Use::Gate {
                    heed: Heed::Closer, ..
                } => {}
                Use::Gate {
                    expression,
                    slot,
                    heed,
                } => {
                    let target = self.expressions[usize::from(expression)].target;
                    if self.is_clue(target) {
                        let lead = heed == Heed::Lead && self.is_lead(target);
                        woken.push(Wake::Slot {
                            expression,
                            slot,
                            lead,
                        });
                    }
                }
                Use::Ask(Role::Secret) => woken.extend(self.told_by_signal(Signal::SecretAsked)),
                Use::Signal(signal) => woken.extend(self.told_by_signal(signal)),
                Use::Dot => woken.push(Wake::Dot),
                Use::Singles => woken.push(Wake::Singles),
                Use::Ask(_) => {}
            }
        }
        woken.dedup();
        woken
    }

    /// The signals of which a listener is of this kind, as bits.
    pub(super) fn signals_told_to(&self, kind: impl Fn(Target) -> bool) -> u64 {
        Signal::ALL
            .iter()
            .filter(|signal| {
                self.listeners(**signal)
                    .iter()
                    .any(|listener| kind(listener.target))
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

/// What one message leads to, the rules that it woke, and which of their terms it satisfied so far.
#[derive(Debug, Default)]
pub(super) struct Awake {
    rules: Vec<u16>,
    terms: Vec<u64>,
    up: Vec<bool>,
    /// The clues seen of each group.
    clues: Vec<u64>,
    touched: Vec<u16>,
    /// What was led to: [`ALWAYS`], groups, expressions.
    led: Marked,
    /// The same, shortened: [`shortened`].
    led_to: u128,
}

/// One of so many bits for something that can be led to; some share one.
pub(super) fn shortened(to: u32) -> u128 {
    1 << (to % u128::BITS)
}

/// What every message leads to.
pub(super) const ALWAYS: u32 = 0;

pub(super) fn of_group(group: u16) -> u32 {
    ALWAYS + 1 + u32::from(group)
}

/// A set of numbers that is emptied often.
#[derive(Debug, Default)]
struct Marked {
    all: Vec<u32>,
    is_in: Vec<bool>,
}

impl Marked {
    fn clear(&mut self, below: usize) {
        for number in self.all.drain(..) {
            if let Some(is_in) = self.is_in.get_mut(number as usize) {
                *is_in = false;
            }
        }
        self.is_in.resize(below, false);
    }

    fn put(&mut self, number: u32) {
        if let Some(is_in) = self.is_in.get_mut(number as usize)
            && !*is_in
        {
            *is_in = true;
            self.all.push(number);
        }
    }

    fn has(&self, number: u32) -> bool {
        self.is_in.get(number as usize) == Some(&true)
    }
}

impl Awake {
    /// Puts every rule to sleep.
    pub(super) fn clear(&mut self, ruleset: &Ruleset) {
        let leads = 1 + ruleset.alarms.len() + ruleset.expressions.len();
        let fits = self.up.len() == ruleset.compiled.len()
            && self.clues.len() == ruleset.alarms.len()
            && self.led.is_in.len() == leads;
        // Most messages leave nothing behind.
        if fits && self.rules.is_empty() && self.touched.is_empty() && self.led.all == [ALWAYS] {
            return;
        }
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
        self.turn_back(ruleset);
    }

    /// Forgets what was led to.
    pub(super) fn turn_back(&mut self, ruleset: &Ruleset) {
        self.led
            .clear(1 + ruleset.alarms.len() + ruleset.expressions.len());
        self.led_to = 0;
        self.lead_to(ALWAYS);
    }

    /// Takes everything for a lead.
    pub(super) fn follow_all(&mut self) {
        for number in 0..self.led.is_in.len() {
            self.lead_to(number as u32);
        }
    }

    /// Whether any of these may have been led to.
    #[inline]
    pub(super) fn may_be_led(&self, to: u128) -> bool {
        self.led_to & to != 0
    }

    /// Takes in that something leads there.
    pub(super) fn lead_to(&mut self, to: u32) {
        self.led.put(to);
        self.led_to |= shortened(to);
    }

    /// Whether this was led to.
    #[inline]
    pub(super) fn is_led(&self, to: u32) -> bool {
        self.led.has(to)
    }

    /// Takes what a pattern or signal tells.
    pub(super) fn hear(&mut self, wake: Wake, ruleset: &Ruleset) {
        match wake {
            Wake::Rule(rule) => self.wake(rule),
            Wake::Clue { group, bit, .. } => {
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
            Wake::Slot { .. } | Wake::Dot | Wake::Singles => {}
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
        shares.add(1, 0.9);
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
