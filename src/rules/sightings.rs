//! Which clues stand anywhere in a message, roughly: where nothing else of a group stands, its lead leads nowhere.
//!
//! Most leads are words that people use every day: `wallet`, `message`, `get`. What makes one worth following is the company it is
//! in. So each place where a key of a clue ends, which the walk has marked already, is counted as a sighting, one bit for each
//! clue, and a lead is followed where enough of its group or expression was sighted. That errs on one side only: a
//! key is but the beginning of a pattern, and order and distance say nothing yet. What is left is looked at in earnest by [`super::glance`].

use super::clues::{ALWAYS, Wake, of_group};
use super::compile::{Ruleset, Use};
use super::gates::Heed;
use super::normalise::Traits;
use super::secret_asked::Role;
use super::signal::Signal;

/// Which sightings something that can be led to is about.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sought {
    /// Where they stand among all: in which word, from which bit on.
    word: u32,
    shift: u8,
    /// How many of them there must be.
    enough: u8,
    /// The group that an expression satisfies; [`ALWAYS`] where there is none.
    group: u32,
    /// They themselves, as bits.
    all: u64,
    /// Those that a signal tells which is asked for only where something leads to it.
    unasked: u64,
}

impl Sought {
    fn number(&self, bit: u8) -> u32 {
        self.word * u64::BITS + u32::from(self.shift) + u32::from(bit)
    }
}

/// The clues and words that were seen.
#[derive(Debug, Default)]
pub(super) struct Sightings(Vec<u64>);

/// What is no clue but says how to read on.
#[derive(Debug, Clone, Copy)]
pub(super) enum Word {
    /// `dot`: an address may have its dots spelled out.
    Dot,
    /// Two single letters: a word may be spelled out.
    Singles,
    /// A phrase that alone wakes a rule.
    Urgent,
    /// A signal or host that does.
    Woken,
}

/// The first bits are those.
const FIRST_LEAD: u32 = u64::BITS;

impl Sightings {
    pub(super) fn clear(&mut self, ruleset: &Ruleset) {
        self.0.clear();
        self.0.resize(ruleset.words_of_sights as usize, 0);
    }

    #[inline]
    pub(super) fn put(&mut self, sight: u32) {
        if let Some(word) = self.0.get_mut((sight / u64::BITS) as usize) {
            *word |= 1 << (sight % u64::BITS);
        }
    }

    /// Takes in that something was told.
    pub(super) fn hear(&mut self, wake: Wake, ruleset: &Ruleset) {
        ruleset.sights_told(wake).for_each(|sight| self.put(sight));
        if matches!(wake, Wake::Rule(_)) {
            self.put(Word::Woken as u32);
        }
    }

    /// Whether such a word was seen.
    pub(super) fn has(&self, word: Word) -> bool {
        self.0.first().is_some_and(|words| words & 1 << word as u32 != 0)
    }

    /// Whether such a word was seen, and forgets it.
    pub(super) fn take(&mut self, word: Word) -> bool {
        let bit = 1 << word as u32;
        let words = self.0.first_mut();
        words.is_some_and(|words| std::mem::replace(words, *words & !bit) & bit != 0)
    }

    /// Where it leads: what an [`super::clues::Awake`] is led to.
    fn leads(&self, ruleset: &Ruleset) -> impl Iterator<Item = u32> + '_ {
        let words = self.0.get(1..ruleset.first_sight as usize).unwrap_or_default();
        (0..).zip(words).flat_map(|(at, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros())?;
                rest &= rest - 1;
                Some(at * u64::BITS + bit)
            })
        })
    }

    #[inline]
    fn enough(&self, sought: &Sought) -> bool {
        let seen = self.0.get(sought.word as usize).copied().unwrap_or(0) >> sought.shift;
        ((seen | sought.unasked) & sought.all).count_ones() >= u32::from(sought.enough)
    }
}

impl Ruleset {
    /// Deals out the sightings of all groups and expressions.
    pub(super) fn deal_out_sightings(&mut self) {
        let leads = 1 + (self.alarms.len() + self.expressions.len()) as u32;
        let mut next = (FIRST_LEAD + leads).next_multiple_of(u64::BITS);
        self.first_sight = next / u64::BITS;
        let mut deal = |bits: u32, enough: u8, all: u64, group: u32| {
            // None stands over the end of a word.
            if next % u64::BITS + bits > u64::BITS {
                next = next.next_multiple_of(u64::BITS);
            }
            let at = next;
            next += bits;
            Sought {
                word: at / u64::BITS,
                shift: (at % u64::BITS) as u8,
                enough,
                group,
                all,
                unasked: 0,
            }
        };
        let groups = self.alarms.iter().map(|alarm| {
            let all = u64::MAX
                .checked_shr(u64::BITS - u32::from(alarm.clues))
                .unwrap_or(0);
            (u32::from(alarm.clues), alarm.enough, all, ALWAYS)
        });
        let expressions = self.expressions.iter().map(|gated| {
            let slots = gated.clues.slots();
            let group = gated.clue_of.map_or(ALWAYS, |(group, _)| of_group(group));
            (
                u64::BITS - slots.leading_zeros(),
                slots.count_ones() as u8,
                slots,
                group,
            )
        });
        let mut sought = vec![Sought::default()];
        sought.extend(
            groups
                .chain(expressions)
                .map(|(bits, enough, all, group)| deal(bits, enough, all, group)),
        );
        self.words_of_sights = next.div_ceil(u64::BITS);
        self.sought = sought;
        self.note_unasked();
    }

    /// Notes of every group which of its clues are told by signals that are not asked for before something leads to it.
    fn note_unasked(&mut self) {
        let asked = Signal::OF_LINKS | Signal::OF_NAMES | Signal::OF_WORDS | Signal::SecretAsked.bit();
        let unasked = self.clue_signals & !self.lead_signals & !asked;
        for signal in Signal::ALL.iter().filter(|signal| signal.bit() & unasked != 0) {
            let told: Vec<Wake> = self.told_by_signal(*signal).collect();
            for wake in told {
                if let Wake::Clue { group, bit, .. } = wake {
                    self.sought[of_group(group) as usize].unasked |= 1 << bit;
                }
            }
        }
    }

    /// Whether a pattern alone wakes a rule.
    pub(super) fn wakes_a_rule(&self, pattern: u32) -> bool {
        self.wakes(pattern as usize)
            .iter()
            .any(|(wake, _)| matches!(wake, Wake::Rule(_)))
    }

    /// What is seen where a pattern with these uses stands.
    pub(super) fn sights(&self, uses: &[Use]) -> Vec<u32> {
        let mut sights = Vec::new();
        for usage in uses {
            match *usage {
                Use::Phrase(target) => sights.extend(
                    self.told_by(target)
                        .into_iter()
                        .flat_map(|told| self.sights_told(told)),
                ),
                Use::Gate {
                    heed: Heed::Closer, ..
                } => {}
                Use::Gate {
                    expression,
                    slot,
                    heed,
                } => {
                    let gated = &self.expressions[usize::from(expression)];
                    let Some(told) = self.told_by(gated.target) else {
                        continue;
                    };
                    let to = self.of_expression(expression);
                    sights.push(self.sought[to as usize].number(slot));
                    // Without the rarest set of its gate an expression satisfies nothing.
                    if heed == Heed::Lead {
                        sights.extend(self.sight(told));
                        sights.extend(told.is_lead().then_some(FIRST_LEAD + to));
                    }
                }
                Use::Signal(signal) => {
                    sights.extend(
                        self.told_by_signal(signal)
                            .flat_map(|told| self.sights_told(told)),
                    );
                }
                Use::Ask(Role::Secret) => {
                    let told = self.told_by_signal(Signal::SecretAsked);
                    sights.extend(told.flat_map(|told| self.sights_told(told)));
                }
                Use::Ask(_) => {}
                Use::Dot => sights.push(Word::Dot as u32),
                Use::Singles => sights.push(Word::Singles as u32),
            }
        }
        sights
    }

    /// What is seen where each signal is told.
    pub(super) fn signals_seen(&self) -> Vec<Box<[u32]>> {
        let seen = |signal: &Signal| {
            self.told_by_signal(*signal)
                .flat_map(|told| {
                    let woken = matches!(told, Wake::Rule(_)).then_some(Word::Woken as u32);
                    self.sights_told(told).chain(woken)
                })
                .collect()
        };
        Signal::ALL.iter().map(seen).collect()
    }

    /// The number of the sighting of a clue.
    fn sight(&self, told: Wake) -> Option<u32> {
        match told {
            Wake::Clue { group, bit, .. } => Some(self.sought[of_group(group) as usize].number(bit)),
            _ => None,
        }
    }

    /// What is seen where a term is satisfied that tells this: its clue, and where it leads.
    fn sights_told(&self, told: Wake) -> impl Iterator<Item = u32> + use<> {
        let leads = match told {
            Wake::Clue {
                group, lead: true, ..
            } => Some(FIRST_LEAD + of_group(group)),
            _ => None,
        };
        self.sight(told).into_iter().chain(leads)
    }

    /// Where the sightings lead, as far as enough was seen of what is led to; for expressions also to their groups.
    pub(super) fn promised(&self, seen: &Sightings, traits: Traits, mut promise: impl FnMut(u32)) {
        for to in seen.leads(self) {
            let (Some(sought), at) = (self.sought.get(to as usize), to as usize) else {
                continue;
            };
            let may_match = || {
                let expression = at.checked_sub(1 + self.alarms.len());
                expression.is_none_or(|at| self.expressions[at].may_match(traits))
            };
            if seen.enough(sought) && seen.enough(&self.sought[sought.group as usize]) && may_match() {
                promise(to);
                if sought.group != ALWAYS {
                    promise(sought.group);
                }
            }
        }
    }
}
