//! One message against all rules.
//!
//! A clean message must cost next to nothing, so it is first only glanced at (`super::glance`): one walk through an automaton that knows the
//! clues of all rules, the links where a dot or colon stands, the few signals that lead to rules themselves. In most messages no rule shows
//! enough of its clues, and they are done. For the rules that were woken every reading is searched with everything they look for
//! (`super::closer`), and what was hit goes to `super::evaluate`. All buffers live in [`Scratch`] and are used again.

use super::automaton::Marks;
use super::clues::Awake;
use super::compile::Ruleset;
use super::context::ScanContext;
use super::finding::{InviteCode, Verdict, View};
use super::gates::{Gates, Opened};
use super::hits::Hits;
use super::links::Links;
use super::normalise::deep::Depths;
use super::normalise::hints::Hints;
use super::normalise::{Reading, Traits};
use super::part::Part;
use super::secret_asked::Seen;
use super::sightings::Sightings;
use super::signal::Signal;
use super::sketch::Sketcher;
use super::view::Layer;

/// Buffers that one scan leaves behind for the next, so that a clean message costs no allocation.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(super) plain: Reading,
    pub(super) mapped: Reading,
    pub(super) depths: Depths,
    pub(super) links: Links,
    pub(super) hits: Hits,
    pub(super) awake: Awake,
    /// Where clues end in the text walked last, and in one of its readings.
    pub(super) marks: Marks,
    pub(super) other_marks: Marks,
    pub(super) gates: Gates,
    /// Expressions whose gates opened at the first glance.
    pub(super) told: Vec<Opened>,
    /// Of each part, whether those ran at the first glance.
    pub(super) tried: Vec<bool>,
    /// Expressions that may run, in the order of parts.
    pub(super) open: Vec<Opened>,
    /// The clues that were seen.
    pub(super) seen_clues: Sightings,
    /// Of each part.
    pub(super) traits: Vec<Traits>,
    pub(super) hints: Vec<Hints>,
    pub(super) lower: Vec<u8>,
    pub(super) seen: Vec<Seen>,
    pub(super) unresolved: Vec<InviteCode>,
    pub(super) outside: Vec<u32>,
    sketcher: Sketcher,
    pub(super) slow: bool,
    pub(super) expressions_run: u32,
}

impl Scratch {
    /// Empty buffers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets the message before.
    pub(super) fn clear(&mut self, ruleset: &Ruleset) {
        self.hits.clear();
        self.unresolved.clear();
        self.outside.clear();
        self.open.clear();
        self.told.clear();
        self.tried.clear();
        self.traits.clear();
        self.hints.clear();
        self.seen_clues.clear(ruleset);
        self.slow = false;
        self.expressions_run = 0;
        self.awake.clear(ruleset);
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

    /// The rules that the last scanned message woke, as indices into [`Ruleset::rules`]: what a benchmark prints beside its figures.
    pub fn rules_woken(&self) -> &[u16] {
        self.awake.rules()
    }

    /// How many expressions ran on the last scanned message.
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
    /// Bits of the signals that somebody waits for.
    pub(super) wanted: u64,
}

impl Current<'_> {
    /// Whether somebody waits for this signal.
    pub(super) fn wants(&self, signal: Signal) -> bool {
        self.wanted & signal.bit() != 0
    }
}

/// Something that can be hit: its place in the text, in the terms of [`Hit`].
#[derive(Debug, Clone, Copy)]
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

/// The most parts of one message that are looked at.
const MOST_PARTS: usize = 1000;

impl Ruleset {
    /// Judges one message: all its parts together.
    pub fn scan(&self, parts: &[Part<'_>], context: &ScanContext<'_>, scratch: &mut Scratch) -> Verdict {
        let parts = &parts[..parts.len().min(MOST_PARTS)];
        self.glance(parts, context, false, scratch);
        if scratch.awake.rules().is_empty() && scratch.unresolved.is_empty() {
            return Verdict::default();
        }
        let Scratch { hits, awake, .. } = scratch;
        hits.all.retain(|hit| awake.is_up(hit.rule));
        self.look_closer(parts, context, false, scratch);
        let mut verdict = self.judge(
            parts,
            context,
            &mut scratch.hits.all,
            &mut scratch.mapped,
            &mut scratch.depths,
            &scratch.unresolved,
        );
        if let Some(feeds) = context.feeds {
            self.note_listings(&mut verdict, parts, feeds);
        }
        verdict
    }

    /// Collects the hits of all rules, also of those that the scan would not look for, and the expressions whose gates opened: for
    /// explanations. What was collected stands in the scratch.
    pub(super) fn collect(&self, parts: &[Part<'_>], context: &ScanContext<'_>, scratch: &mut Scratch) {
        self.glance(parts, context, true, scratch);
        scratch.awake.wake_all();
        self.look_closer(parts, context, true, scratch);
    }

    /// Tells everybody who listens to a signal.
    pub(super) fn signal(&self, signal: Signal, current: Current<'_>, spot: Spot, hits: &mut Hits) {
        if current.wants(signal) && !self.listeners(signal).is_empty() {
            hits.tell(signal, current.number, current.part.place.kind(), spot, None);
        }
    }
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
