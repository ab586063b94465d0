//! A compact, exact set of host names, and the walk from a host up through its parents.
//!
//! Names are kept in one block of memory, each behind its length, and found through an open table of offsets: about
//! 28 bytes an entry, no allocation per look-up. Which hosts are in a message lives in `super::links`.

use std::fmt;

use foldhash::fast::FixedState;
use std::hash::BuildHasher;

/// A set of host names. A host is in it when it, or a parent of it, was put in.
#[derive(Clone, Default)]
pub struct DomainSet {
    /// Names in lower case, each behind a byte with its length.
    names: Vec<u8>,
    /// Open addressing: offset into `names` plus one, zero for free. A power of two in length.
    table: Vec<u32>,
    len: usize,
}

/// Why a name was not taken into a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RefusedDomain {
    /// Not a host name.
    #[error("not a host name: write it like `example.com`, without scheme, path or port")]
    NotAHost,
    /// A whole public suffix, which would hit everybody who lives below it.
    #[error("a public suffix (`com`, `pages.dev`): everybody's sites live below it; name a host")]
    PublicSuffix,
    /// No room: a set holds four gigabytes of names.
    #[error("the set is full")]
    Full,
}

/// Whether whole public suffixes may be put into a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suffixes {
    /// Refuse them: for lists that were made elsewhere.
    Refuse,
    /// Take them: for lists of hosting services.
    Allow,
}

const HASH: FixedState = FixedState::with_seed(0x6e69_6768_7464_6573);

impl DomainSet {
    /// An empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many names it holds.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes of memory it occupies.
    pub fn memory(&self) -> usize {
        self.names.capacity() + self.table.capacity() * size_of::<u32>()
    }

    /// Puts a host name in. Case, a leading `*.` or `.` and a trailing dot do not matter; letters beyond ASCII become
    /// punycode. Says whether the name is new.
    pub fn insert(&mut self, name: &str, suffixes: Suffixes) -> Result<bool, RefusedDomain> {
        let name = name
            .trim()
            .trim_start_matches("*.")
            .trim_start_matches('.')
            .trim_end_matches('.');
        let name = canonical(name).ok_or(RefusedDomain::NotAHost)?;
        if suffixes == Suffixes::Refuse && is_public_suffix(&name) {
            return Err(RefusedDomain::PublicSuffix);
        }
        if (self.len + 1) * 4 > self.table.len() * 3 {
            self.grow();
        }
        let (slot, found) = self.slot(name.as_bytes());
        if found {
            return Ok(false);
        }
        let offset = u32::try_from(self.names.len() + 1).map_err(|_| RefusedDomain::Full)?;
        self.names.push(name.len() as u8); // `canonical` admits at most 253 bytes
        self.names.extend_from_slice(name.as_bytes());
        self.table[slot] = offset;
        self.len += 1;
        Ok(true)
    }

    /// Whether exactly this name, in lower case, is in the set.
    pub fn contains_exactly(&self, host: &str) -> bool {
        !self.is_empty() && self.slot(host.as_bytes()).1
    }

    /// The entry that covers this host: the host itself or its nearest parent. `host` is in lower case.
    pub fn covering<'h>(&self, host: &'h str) -> Option<&'h str> {
        if self.is_empty() {
            return None;
        }
        parents(host).find(|name| self.slot(name.as_bytes()).1)
    }

    fn at(&self, offset: u32) -> &[u8] {
        let start = offset as usize;
        let len = usize::from(self.names[start - 1]);
        &self.names[start..start + len]
    }

    /// The slot of this name, and whether the name is there. The table must have a free slot.
    fn slot(&self, name: &[u8]) -> (usize, bool) {
        let mask = self.table.len() - 1;
        let mut slot = HASH.hash_one(name) as usize & mask;
        loop {
            match self.table[slot] {
                0 => return (slot, false),
                offset if self.at(offset) == name => return (slot, true),
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        let size = (self.table.len() * 2).max(16);
        let old = std::mem::replace(&mut self.table, vec![0; size]);
        for offset in old.into_iter().filter(|offset| *offset != 0) {
            let (slot, _) = self.slot(self.at(offset));
            self.table[slot] = offset;
        }
    }
}

impl fmt::Debug for DomainSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DomainSet({} names)", self.len)
    }
}

impl<S: AsRef<str>> FromIterator<S> for DomainSet {
    /// Takes what is a host name and leaves the rest; whole public suffixes are refused.
    fn from_iter<I: IntoIterator<Item = S>>(names: I) -> Self {
        let mut set = Self::new();
        for name in names {
            let _refused = set.insert(name.as_ref(), Suffixes::Refuse);
        }
        set
    }
}

/// A host and its parents, down to the last label.
pub fn parents(host: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(host), |name| name.split_once('.').map(|(_, parent)| parent))
        .filter(|name| !name.is_empty())
}

/// The part of a host that somebody registered: `a.b.example.co.uk` gives `example.co.uk`; below a hosting service
/// (the private section of the public suffix list) the customer's name belongs to it. A bare suffix gives itself.
pub fn registrable(host: &str) -> &str {
    psl::domain_str(host).unwrap_or(host)
}

/// Whether everybody's names live below this one.
pub fn is_public_suffix(host: &str) -> bool {
    match psl::suffix(host.as_bytes()) {
        Some(suffix) => suffix.as_bytes().len() == host.len() && (suffix.is_known() || !host.contains('.')),
        None => true,
    }
}

/// The canonical form of a host name: lower case, punycode; `None` when it cannot be one.
pub fn canonical(host: &str) -> Option<String> {
    let plain = host
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
    let name = if plain {
        host.to_ascii_lowercase()
    } else {
        idna::domain_to_ascii(host).ok()?
    };
    let sound = !name.is_empty()
        && name.len() <= 253
        && name
            .split('.')
            .all(|label| !label.is_empty() && label.len() <= 63)
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
    sound.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_covered_by_itself_and_by_its_parents_only() {
        let set: DomainSet = ["Evil.example.", "*.bad.example", "bücher.example"]
            .into_iter()
            .collect();
        assert_eq!(set.covering("evil.example"), Some("evil.example"));
        assert_eq!(set.covering("a.b.evil.example"), Some("evil.example"));
        assert_eq!(set.covering("a.bad.example"), Some("bad.example"));
        assert_eq!(
            set.covering("xn--bcher-kva.example"),
            Some("xn--bcher-kva.example")
        );
        assert_eq!(set.covering("notevil.example"), None);
        assert_eq!(set.covering("example"), None);
        assert!(!set.contains_exactly("a.evil.example"));
    }

    #[test]
    fn an_imported_list_cannot_condemn_a_whole_public_suffix() {
        let mut set = DomainSet::new();
        for suffix in ["com", "co.uk", "pages.dev", "cloudfront.net"] {
            assert_eq!(
                set.insert(suffix, Suffixes::Refuse),
                Err(RefusedDomain::PublicSuffix),
                "{suffix}"
            );
        }
        assert_eq!(set.insert("pages.dev", Suffixes::Allow), Ok(true));
        assert_eq!(set.covering("claim.pages.dev"), Some("pages.dev"));
    }

    #[test]
    fn what_is_not_a_host_is_refused() {
        let mut set = DomainSet::new();
        for wrong in [
            "",
            ".",
            "a..b",
            "http://a.example",
            "a b.example",
            &"a".repeat(64),
            &"a.".repeat(200),
        ] {
            assert_eq!(
                set.insert(wrong, Suffixes::Refuse),
                Err(RefusedDomain::NotAHost),
                "{wrong}"
            );
        }
        assert_eq!(set.covering("anything.example"), None);
    }

    #[test]
    fn many_names_are_all_found_in_little_memory() {
        let set: DomainSet = (0..20_000).map(|n| format!("host-{n}.example")).collect();
        assert_eq!(set.len(), 20_000);
        assert!((0..20_000).all(|n| set.contains_exactly(&format!("host-{n}.example"))));
        assert!(!set.contains_exactly("host-20000.example"));
        assert!(
            set.memory() / set.len() <= 40,
            "{} bytes an entry",
            set.memory() / set.len()
        );
    }

    #[test]
    fn below_a_hosting_service_the_customers_name_is_what_was_registered() {
        assert_eq!(registrable("a.b.example.co.uk"), "example.co.uk");
        assert_eq!(registrable("deep.claim.pages.dev"), "claim.pages.dev");
        assert_eq!(registrable("pages.dev"), "pages.dev");
    }
}
