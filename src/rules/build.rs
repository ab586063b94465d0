//! Adds rules, one after the other, to what becomes the compiled ruleset, and refuses what would not work.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use serde_spanned::Spanned;

use super::automod::Written;
use super::clues::{Alarm, Clue, Shares};
use super::compile::{Compiled, Gated, Group, MOST_TERMS, Patterns, Ruleset, Target, UNLESS, Use, place_bit};
use super::domains::canonical;
use super::excuses::{self, Excuses};
use super::explain;
use super::expression::Expression;
use super::hits::Listener;
use super::literal;
use super::load::{RuleInfo, Sources, list_entries};
use super::lure_words;
use super::normalise::{self, table};
use super::pattern::{SHORTEST, SHORTEST_IN_GROUP, gate, phrase_patterns, read};
use super::rarity;
use super::schema::{RawRule, RawTerm, Status, disguisable, looks_for, top_level};
use super::secret_asked::{self, Role};
use super::signal::Signal;
use super::thresholds::Thresholds;
use super::view::surface;

/// A ruleset in the making.
pub(super) struct Builder {
    pub(super) ruleset: Ruleset,
    patterns: Patterns,
    ids: HashMap<String, (String, usize)>,
    excuses: Excuses,
    /// How common the terms of the rule being added are.
    shares: Shares,
    /// Bits of the signals it listens to.
    hears: u64,
}

/// Where an error is reported while one rule is added.
pub(super) struct Place<'a> {
    pub(super) file: &'a str,
    pub(super) sources: &'a mut Sources,
    pub(super) sound: bool,
}

impl Place<'_> {
    pub(super) fn complain(&mut self, span: Range<usize>, message: impl Into<String>) {
        self.sources.complain(self.file, span, message);
        self.sound = false;
    }
}

impl Builder {
    /// Nothing yet but the engine's own words.
    pub(super) fn new(thresholds: Thresholds, fingerprint: u64) -> Self {
        normalise::warm_up();
        let ruleset = Ruleset {
            thresholds,
            fingerprint,
            listeners: vec![Vec::new(); Signal::ALL.len()],
            ..Ruleset::default()
        };
        Self {
            ruleset,
            patterns: Patterns::default(),
            ids: HashMap::default(),
            excuses: Excuses::default(),
            shares: Shares::default(),
            hears: 0,
        }
    }

    /// Adds a rule; its index when it is sound and not retired.
    pub(super) fn add(
        &mut self,
        file: &str,
        span: Range<usize>,
        raw: &RawRule,
        sources: &mut Sources,
    ) -> Option<usize> {
        let line = sources.text(file).map_or(0, |text| {
            text[..span.start.min(text.len())].matches('\n').count() + 1
        });
        let index = self.ruleset.rules.len();
        let mut place = Place {
            file,
            sources,
            sound: true,
        };
        self.check_head(raw, line, &mut place);
        let Ok(rule) = u16::try_from(index) else {
            place.complain(span, "there are more than 65535 rules");
            return None;
        };
        let examples = raw.examples.get_ref();
        self.ruleset.rules.push(RuleInfo {
            id: raw.id.get_ref().as_str().into(),
            title: raw.title.get_ref().clone(),
            why: raw.why.get_ref().clone(),
            category: raw.category,
            severity: raw.severity,
            status: raw.status,
            weight: raw.weight.as_ref().map(|weight| *weight.get_ref()),
            family: raw.family.as_ref().map(|family| family.get_ref().as_str().into()),
            file: file.into(),
            line,
            examples: examples.matching.len()
                + examples.clean.len()
                + examples.known_miss.len()
                + examples.known_false_alarm.len(),
            written: Written::of(raw).into(),
        });
        let groups = if raw.status == Status::Retired {
            Vec::new()
        } else {
            self.add_matchers(raw, rule, span, &mut place)
        };
        let clues = self.choose_clues(rule, &groups);
        let unless_domains = excuses::domains(raw, &mut place);
        let unless_regexes = self.excuses.regexes(raw, &mut place);
        let family = raw
            .family
            .as_ref()
            .map(|family| Arc::from(family.get_ref().as_str()));
        self.ruleset.compiled.push(Compiled {
            groups,
            places: raw.places.as_ref().map_or(u16::MAX, |places| {
                places
                    .get_ref()
                    .iter()
                    .fold(0, |all, kind| all | place_bit(*kind))
            }),
            category: raw.category,
            severity: raw.severity,
            weight: raw.weight.as_ref().map(|weight| *weight.get_ref()),
            family,
            experimental: raw.status == Status::Experimental,
            unless_domains,
            unless_regexes,
            terms: explain::terms(raw),
            clues,
            reads: self.hears & Signal::OF_WORDS != 0
                || looks_for(raw, |term| !(term.phrases.is_empty() && term.regexes.is_empty())),
            reads_on: false,
            hears: std::mem::take(&mut self.hears),
            disguisable: looks_for(raw, disguisable),
        });
        (place.sound && raw.status != Status::Retired).then_some(index)
    }

    /// Builds the automaton.
    pub(super) fn finish(mut self) -> Result<Ruleset, aho_corasick::BuildError> {
        if self.ruleset.hears(Signal::SecretAsked) {
            self.add_request_words();
        }
        self.patterns.add(read("dot"), "dot", Use::Dot);
        for pair in table::pairs_of_classes() {
            self.patterns
                .add(vec![b' ', pair[0], b' ', pair[1], b' '], "", Use::Singles);
        }
        for (signal, phrases) in lure_words::families() {
            if self.ruleset.hears(signal) {
                for phrase in phrases {
                    for bytes in phrase_patterns(&phrase, SHORTEST) {
                        self.patterns.add(bytes, &surface(&phrase), Use::Signal(signal));
                    }
                }
            }
        }
        self.patterns.build(&mut self.ruleset)?;
        Ok(self.ruleset)
    }

    /// Chooses the clues of the rule's groups.
    fn choose_clues(&mut self, rule: u16, groups: &[Group]) -> Vec<Option<Clue>> {
        let shares = std::mem::take(&mut self.shares);
        let terms = groups.iter().map(|group| group.first_term + group.terms).max();
        let mut all = vec![None; usize::from(terms.unwrap_or(0))];
        for group in groups {
            let number = self.ruleset.alarms.len() as u16;
            let (clues, enough) = shares.clues(group);
            self.ruleset.alarms.push(Alarm {
                rule,
                enough,
                clues: clues.len() as u8,
            });
            let leads = clues.len() as u8 - enough;
            for (bit, term) in (0..).zip(clues) {
                all[usize::from(term)] = Some(Clue {
                    group: number,
                    bit,
                    lead: bit <= leads,
                });
            }
        }
        all
    }

    fn check_head(&mut self, raw: &RawRule, line: usize, place: &mut Place<'_>) {
        let id = raw.id.get_ref();
        let kebab = !id.is_empty()
            && id.len() <= 64
            && id.split('-').all(|word| {
                !word.is_empty()
                    && word
                        .bytes()
                        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            });
        if !kebab {
            place.complain(
                raw.id.span(),
                "an id is kebab-case, at most 64 characters: `seed-phrase-request`",
            );
        }
        match self.ids.get(id.as_str()) {
            Some((file, line)) => {
                let message = format!(
                    "the id `{id}` is taken: {file}:{line}; ids are stored in cases and never reused"
                );
                place.complain(raw.id.span(), message);
            }
            None => {
                self.ids.insert(id.clone(), (place.file.to_owned(), line));
            }
        }
        for (field, name) in [(&raw.title, "title"), (&raw.why, "why")] {
            if field.get_ref().trim().is_empty() {
                place.complain(
                    field.span(),
                    format!("`{name}` is empty; moderators read it beside every case"),
                );
            }
        }
        if let Some(weight) = &raw.weight
            && !(1..=1000).contains(weight.get_ref())
        {
            let advice = "a weight is between 1 and 1000; leave it out and the rule decides alone, or make it experimental";
            place.complain(weight.span(), advice);
        }
        if let Some(places) = &raw.places
            && places.get_ref().is_empty()
        {
            place.complain(
                places.span(),
                "an empty list of places looks nowhere; leave `places` out to look everywhere",
            );
        }
    }

    fn add_matchers(
        &mut self,
        raw: &RawRule,
        rule: u16,
        span: Range<usize>,
        place: &mut Place<'_>,
    ) -> Vec<Group> {
        let top = top_level(raw);
        let empty = |term: &RawTerm| {
            term.phrases.is_empty()
                && term.regexes.is_empty()
                && term.domains.is_empty()
                && term.lookalikes.is_empty()
                && term.signals.is_empty()
        };
        if empty(&top) && raw.all.is_empty() && raw.any.is_empty() {
            let advice = "the rule looks for nothing: give it phrases, regexes, domains, lookalikes, signals, `all` or `any`";
            place.complain(span, advice);
        }
        self.add_term(&top, Target { rule, term: 0 }, place);
        let mut groups = Vec::new();
        let mut next = 1;
        let all = raw.all.iter().map(|group| {
            let of = &group.get_ref().of;
            (group.span(), of, of.len(), group.get_ref().within.as_ref(), "all")
        });
        let any = raw.any.iter().map(|group| {
            let inner = group.get_ref();
            (
                group.span(),
                &inner.of,
                *inner.at_least.get_ref(),
                inner.within.as_ref(),
                "any",
            )
        });
        for (span, of, need, within, kind) in all.chain(any).collect::<Vec<_>>() {
            if of.len() < 2 {
                place.complain(
                    span.clone(),
                    format!("`{kind}` needs two terms or more; a single one goes to the top level"),
                );
            }
            if kind == "any" && !(1..=of.len()).contains(&need) {
                place.complain(
                    span.clone(),
                    format!(
                        "`at_least` must be between 1 and the number of terms, {}",
                        of.len()
                    ),
                );
            }
            if of.iter().any(empty) {
                place.complain(span.clone(), "a term of this group looks for nothing");
            }
            if next + of.len() > MOST_TERMS {
                place.complain(span, format!("a rule has at most {MOST_TERMS} terms; split it"));
                break;
            }
            for (at, term) in of.iter().enumerate() {
                self.add_term(
                    term,
                    Target {
                        rule,
                        term: (next + at) as u8,
                    },
                    place,
                );
            }
            groups.push(Group {
                first_term: next as u8,
                terms: of.len() as u8,
                need: need as u8,
                within: within.map(|within| u32::try_from(*within.get_ref()).unwrap_or(u32::MAX)),
            });
            next += of.len();
        }
        let unless = Target { rule, term: UNLESS };
        for phrase in &raw.unless {
            self.add_phrase(phrase, unless, place);
        }
        groups
    }

    fn add_term(&mut self, term: &RawTerm, target: Target, place: &mut Place<'_>) {
        for phrase in &term.phrases {
            self.add_phrase(phrase, target, place);
        }
        for regex in &term.regexes {
            self.add_regex(regex, target, place);
        }
        if !term.domains.is_empty() {
            self.shares.add(target.term, rarity::OF_HOSTS);
        }
        if !term.lookalikes.is_empty() {
            self.shares.add(target.term, rarity::OF_LOOKALIKES);
        }
        for domain in &term.domains {
            for (file, span, entry) in entries(domain, place) {
                let Some(host) = canonical(entry.trim_start_matches("*.").trim_end_matches('.')) else {
                    place.sound = false;
                    let advice = "not a host name: write it like `example.com`, without scheme, path or port";
                    place.sources.complain(&file, span, advice);
                    continue;
                };
                let targets = self.ruleset.hosts.entry(host.into()).or_default();
                if !targets.contains(&target) {
                    targets.push(target);
                }
            }
        }
        for brand in &term.lookalikes {
            for (file, span, entry) in entries(brand, place) {
                if let Err(advice) = self.ruleset.brands.protect(&entry, target) {
                    place.sound = false;
                    place.sources.complain(&file, span, advice);
                }
            }
        }
        for signal in &term.signals {
            let signal = *signal.get_ref();
            self.ruleset.heard |= signal.bit();
            self.hears |= signal.bit();
            self.shares.add(target.term, rarity::of_signal(signal));
            if let Some(listeners) = self.ruleset.listeners.get_mut(signal as usize)
                && listeners.iter().all(|listener| listener.target != target)
            {
                listeners.push(Listener {
                    target,
                    places: 0,
                    told: None,
                });
            }
        }
    }

    fn add_phrase(&mut self, phrase: &Spanned<String>, target: Target, place: &mut Place<'_>) {
        let shortest = if target.term == 0 {
            SHORTEST
        } else {
            SHORTEST_IN_GROUP
        };
        let readings = phrase_patterns(phrase.get_ref(), shortest);
        if readings.is_empty() {
            let advice =
                "a phrase needs three letters or more, inside a group two; shorter ones are found everywhere";
            place.complain(phrase.span(), advice);
        }
        let surface = surface(phrase.get_ref());
        for bytes in readings {
            self.shares.add(target.term, rarity::of_pattern(&bytes));
            self.patterns.add(bytes, &surface, Use::Phrase(target));
        }
    }

    fn add_regex(&mut self, regex: &Spanned<String>, target: Target, place: &mut Place<'_>) {
        let gated = Expression::new(regex.get_ref()).and_then(|expression| {
            let gate = gate(expression.pattern())?;
            Ok((expression, gate))
        });
        match gated {
            Ok((expression, gate)) => {
                let at = self.ruleset.expressions.len() as u16;
                let kinds = literal::kinds(expression.pattern());
                let sets = gate.slots.iter().map(|(literals, _)| rarity::of_set(literals));
                self.shares.add(target.term, rarity::of_gate(sets, kinds.len()));
                self.ruleset.expressions.push(Gated {
                    expression,
                    target,
                    kinds,
                    order: gate.order,
                    clues: gate.clues,
                    clue_of: None,
                });
                for (slot, (literals, heed)) in (0..).zip(gate.slots) {
                    for literal in literals {
                        let usage = Use::Gate {
                            expression: at,
                            slot,
                            heed,
                        };
                        self.patterns.add(literal, "", usage);
                    }
                }
            }
            Err(advice) => place.complain(regex.span(), advice),
        }
    }

    fn add_request_words(&mut self) {
        let roles = [
            (secret_asked::VERBS, Role::Verb),
            (secret_asked::USE_VERBS, Role::UseVerb),
            (secret_asked::YOURS, Role::Yours),
            (secret_asked::SECRETS, Role::Secret),
            (secret_asked::EXCUSES, Role::Excuse),
            (secret_asked::NEAR_EXCUSES, Role::NearExcuse),
            (secret_asked::NO_EXCUSES, Role::NoExcuse),
        ];
        for (words, role) in roles {
            for word in words {
                let open = word.ends_with('*');
                let mut bytes = read(word.trim_end_matches('*'));
                if open {
                    bytes.pop();
                }
                self.patterns.add(bytes, word, Use::Ask(role));
            }
        }
    }
}

/// What a domain, a brand or an excuse stands for: itself, or the lines of the list it names, each with where it stands.
pub(super) fn entries(entry: &Spanned<String>, place: &mut Place<'_>) -> Vec<(String, Range<usize>, String)> {
    let Some(list) = entry.get_ref().strip_prefix('@') else {
        return vec![(place.file.to_owned(), entry.span(), entry.get_ref().clone())];
    };
    match list_entries(list, place.sources) {
        Some(entries) if entries.is_empty() => {
            place.complain(entry.span(), format!("the list `{list}` is empty"));
            Vec::new()
        }
        Some(entries) => entries
            .into_iter()
            .map(|(span, entry)| (list.to_owned(), span, entry))
            .collect(),
        None => {
            place.complain(
                entry.span(),
                format!("there is no list `{list}` beside the rule files (lists/*.txt)"),
            );
            Vec::new()
        }
    }
}
