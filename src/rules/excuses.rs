//! What excuses a hit: the expressions and hosts a rule lists under `unless_…`, and those of the lists it shares with others.
//! When an excuse holds is decided by [`super::evaluate`].

use std::collections::HashMap;
use std::sync::Arc;

use super::build::{Place, entries};
use super::domains::canonical;
use super::expression::Expression;
use super::schema::RawRule;

/// The expressions so far: many rules share those of a list.
#[derive(Debug, Default)]
pub(super) struct Excuses(HashMap<String, Arc<Expression>>);

impl Excuses {
    /// The expressions that excuse a hit of this rule, its own and those of the lists it names.
    pub(super) fn regexes(&mut self, raw: &RawRule, place: &mut Place<'_>) -> Vec<Arc<Expression>> {
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
                match Expression::new(&regex) {
                    Ok(expression) => {
                        let expression = Arc::new(expression);
                        self.0.insert(regex, Arc::clone(&expression));
                        excuses.push(expression);
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
