//! Takes in the lists about hosts that belong to the engine rather than to a rule: well-known hosts, shorteners, messengers,
//! free hosting, and what words in a host are worth.

use super::build::Builder;
use super::domains::{DomainSet, Suffixes};
use super::load::{Sources, list_entries};

impl Builder {
    /// Takes the list of well-known hosts in, if there is one.
    pub(super) fn known_hosts(&mut self, list: &str, sources: &mut Sources) {
        let mut known = DomainSet::new();
        for (span, entry) in list_entries(list, sources).unwrap_or_default() {
            if let Err(refused) = known.insert(&entry, Suffixes::Refuse) {
                sources.complain(list, span, refused.to_string());
            }
        }
        self.ruleset.known_hosts = known;
    }

    /// Takes the lists of shorteners, messengers and places of anybody's pages in, where they are.
    pub(super) fn host_lists(
        &mut self,
        shorteners: &str,
        messengers: &str,
        pages: &str,
        sources: &mut Sources,
    ) {
        for (list, set) in [
            (shorteners, &mut self.ruleset.shorteners),
            (messengers, &mut self.ruleset.messengers),
            (pages, &mut self.ruleset.shared_pages),
        ] {
            for (span, entry) in list_entries(list, sources).unwrap_or_default() {
                if let Err(refused) = set.insert(&entry, Suffixes::Allow) {
                    sources.complain(list, span, refused.to_string());
                }
            }
        }
    }

    /// Takes in what words in a host are worth, and the services below which anybody's sites live.
    pub(super) fn host_words(&mut self, words: &str, hosting: &str, sources: &mut Sources) {
        for (span, entry) in list_entries(words, sources).unwrap_or_default() {
            if let Err(advice) = self.ruleset.host_words.take(&entry) {
                sources.complain(words, span, advice);
            }
        }
        for (span, entry) in list_entries(hosting, sources).unwrap_or_default() {
            if let Err(refused) = self.ruleset.host_words.take_hosting(&entry) {
                sources.complain(hosting, span, refused.to_string());
            }
        }
    }
}
