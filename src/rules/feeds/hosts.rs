//! All lists together, as a scan asks them: one table, in which every name knows the list it comes from and since when.
//!
//! A host that a list of welcome hosts names is not listed, even where its parent is; of a host and its parents the nearest
//! entry decides.

use std::sync::Arc;

use super::super::domains::{DomainSet, Note};
use super::date;

/// The number under which welcome hosts stand in the table.
const WELCOME: u8 = u8::MAX;
/// More lists than this are not taken together.
pub const MOST_FEEDS: usize = 200;

/// One list that takes part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its id in `feeds.toml`.
    pub id: Arc<str>,
    /// Names it brought in.
    pub names: usize,
}

/// What is known of a listed host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing<'a> {
    /// The entry: the host itself or a parent.
    pub name: &'a str,
    /// The list's id.
    pub feed: &'a str,
    /// The day since which it has been there, such as `2026-11-22`.
    pub since: String,
}

/// The lists in force.
#[derive(Debug, Clone, Default)]
pub struct FeedHosts {
    table: DomainSet,
    sources: Vec<Source>,
}

impl FeedHosts {
    /// Puts lists together. Of a name that several lists hold the first list counts; welcome hosts come before all.
    pub fn merge<'s>(
        blocked: impl IntoIterator<Item = (&'s str, &'s DomainSet)>,
        welcome: impl IntoIterator<Item = &'s DomainSet>,
    ) -> Self {
        let blocked: Vec<_> = blocked.into_iter().take(MOST_FEEDS).collect();
        let names: usize = blocked.iter().map(|(_, set)| set.len()).sum();
        let bytes: usize = blocked.iter().map(|(_, set)| set.blocks().0.len()).sum();
        let mut table = DomainSet::with_room(names, bytes.saturating_sub(names * 4));
        for set in welcome {
            for (name, note) in set.iter() {
                let note = Note {
                    source: WELCOME,
                    ..note
                };
                let _known = table.put(name, note);
            }
        }
        let mut sources = Vec::with_capacity(blocked.len());
        for (id, set) in blocked {
            let source = sources.len() as u8;
            let names = set
                .iter()
                .filter(|(name, note)| table.put(name, Note { source, ..*note }) == Ok(true))
                .count();
            sources.push(Source { id: id.into(), names });
        }
        table.shrink();
        Self { table, sources }
    }

    /// The lists that take part, welcome ones left out.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// How many names stand in the table.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Bytes of memory of the table.
    pub fn memory(&self) -> usize {
        self.table.memory()
    }

    /// Whether a host (in lower case) is listed.
    pub fn lists(&self, host: &str) -> bool {
        self.table
            .covering_with_note(host)
            .is_some_and(|(_, note)| note.source != WELCOME)
    }

    /// Where and since when a host is listed.
    pub fn listing<'a>(&'a self, host: &'a str) -> Option<Listing<'a>> {
        let (name, note) = self.table.covering_with_note(host)?;
        let source = self.sources.get(usize::from(note.source))?;
        Some(Listing {
            name,
            feed: &source.id,
            since: date(note.day),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str], day: u16) -> DomainSet {
        let mut set = DomainSet::new();
        for name in names {
            set.put(name, Note { source: 0, day }).unwrap();
        }
        set
    }

    #[test]
    fn a_listing_says_where_from_and_since_when() {
        let (first, second) = (
            set(&["evil.example"], 20_000),
            set(&["evil.example", "bad.example"], 20_100),
        );
        let hosts = FeedHosts::merge([("alpha", &first), ("beta", &second)], []);
        let listing = hosts.listing("a.evil.example").unwrap();
        assert_eq!(
            (listing.name, listing.feed, listing.since.as_str()),
            ("evil.example", "alpha", "2024-10-04")
        );
        assert_eq!(hosts.listing("bad.example").unwrap().feed, "beta");
        assert_eq!(hosts.sources()[1].names, 1, "the first list counts");
        assert!(!hosts.lists("good.example"));
        assert_eq!(hosts.len(), 2);
    }

    #[test]
    fn a_welcome_host_is_not_listed_and_its_listed_neighbours_are() {
        let blocked = set(&["host.example", "evil.example"], 1);
        let welcome = set(&["good.host.example", "evil.example"], 1);
        let hosts = FeedHosts::merge([("alpha", &blocked)], [&welcome]);
        assert!(!hosts.lists("good.host.example") && !hosts.lists("evil.example"));
        assert!(!hosts.lists("www.good.host.example"));
        assert!(hosts.lists("bad.host.example") && hosts.lists("host.example"));
        assert_eq!(hosts.listing("good.host.example"), None);
    }
}
