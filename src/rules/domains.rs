//! A compact, exact set of host names with a note on each, and the walk from a host up through its parents.
//!
//! Names are kept in one block of memory, each behind its length and its note, and found through an open table of offsets.
//! Beside the table stand one byte of hash a slot: a host that is not in the set, as nearly all are, is turned away by
//! that byte without touching a name. About 31 bytes an entry for names of 20 letters, no allocation per look-up. Which
//! hosts are in a message lives in `super::links`; how a set is kept on the disk in [`super::feeds::copy`].

use std::borrow::Cow;
use std::fmt;
use std::hash::BuildHasher;

use foldhash::fast::FixedState;

/// A set of host names. A host is in it when it, or a parent of it, was put in.
#[derive(Clone, Default)]
pub struct DomainSet {
    /// Names in lower case, each behind [`HEAD`] bytes: its length and its note.
    names: Vec<u8>,
    /// For each slot seven bits of the name's hash, the eighth set; zero for free.
    tags: Vec<u8>,
    /// For each slot the offset of the name's head in `names`.
    table: Vec<u32>,
    len: usize,
    /// Whether a name without a dot may be in it: hardly ever, and then the last label of a host need not be looked up.
    bare: bool,
}

/// What is noted of a name: a source by its number, and a day. The default note says nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Note {
    /// The source, in an order that the owner of the set keeps.
    pub source: u8,
    /// Days since 1970.
    pub day: u16,
}

/// Bytes before a name: one of length, one of source, two of day.
const HEAD: usize = 4;

/// Why a name was not taken into a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
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

/// Slots for this many names: half as many again, so that a search ends soon.
fn slots_for(names: usize) -> usize {
    (names + names / 2).max(16)
}

impl DomainSet {
    /// An empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty set with room for this many names of this many bytes altogether.
    pub fn with_room(names: usize, bytes: usize) -> Self {
        let slots = slots_for(names + 1);
        Self {
            names: Vec::with_capacity(bytes + names * HEAD),
            tags: vec![0; slots],
            table: vec![0; slots],
            len: 0,
            bare: false,
        }
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
        self.names.capacity() + self.tags.capacity() + self.table.capacity() * size_of::<u32>()
    }

    /// Puts a host name in. Case, a leading `*.` or `.` and a trailing dot do not matter; letters beyond ASCII become
    /// punycode. Says whether the name is new.
    pub fn insert(&mut self, name: &str, suffixes: Suffixes) -> Result<bool, RefusedDomain> {
        let name = clean(name).ok_or(RefusedDomain::NotAHost)?;
        if suffixes == Suffixes::Refuse && is_public_suffix(&name) {
            return Err(RefusedDomain::PublicSuffix);
        }
        self.put(&name, Note::default())
    }

    /// Puts a name in that is in its canonical form already, with a note. The first note of a name stays; says whether
    /// the name is new. A name that is longer than a host's can be is refused.
    pub fn put(&mut self, name: &str, note: Note) -> Result<bool, RefusedDomain> {
        let length = u8::try_from(name.len()).map_err(|_| RefusedDomain::NotAHost)?;
        if (self.len + 1) * 5 > self.table.len() * 4 {
            self.rebuild(slots_for((self.len + 1) * 2));
        }
        let (slot, tag, found) = self.slot(name.as_bytes());
        if found {
            return Ok(false);
        }
        let offset = u32::try_from(self.names.len()).map_err(|_| RefusedDomain::Full)?;
        let [low, high] = note.day.to_le_bytes();
        self.names.extend_from_slice(&[length, note.source, low, high]);
        self.names.extend_from_slice(name.as_bytes());
        self.tags[slot] = tag;
        self.table[slot] = offset;
        self.len += 1;
        self.bare |= !name.contains('.');
        Ok(true)
    }

    /// Gives back the room that growing left unused.
    pub fn shrink(&mut self) {
        self.names.shrink_to_fit();
        if self.table.len() > slots_for(self.len + 1) {
            self.rebuild(slots_for(self.len + 1));
        }
    }

    /// Whether exactly this name, in lower case, is in the set.
    pub fn contains_exactly(&self, host: &str) -> bool {
        self.note(host).is_some()
    }

    /// The note of exactly this name, in lower case.
    pub fn note(&self, host: &str) -> Option<Note> {
        if self.is_empty() {
            return None;
        }
        let (slot, _, found) = self.slot(host.as_bytes());
        found.then(|| note_of(self.head(self.table[slot])))
    }

    /// The entry that covers this host: the host itself or its nearest parent. `host` is in lower case.
    pub fn covering<'h>(&self, host: &'h str) -> Option<&'h str> {
        self.covering_with_note(host).map(|(name, _)| name)
    }

    /// The same, and what is noted of it.
    pub fn covering_with_note<'h>(&self, host: &'h str) -> Option<(&'h str, Note)> {
        if self.is_empty() {
            return None;
        }
        parents(host)
            .filter(|name| self.bare || name.contains('.'))
            .find_map(|name| self.note(name).map(|note| (name, note)))
    }

    /// Every name with its note, in the order in which they were put in.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Note)> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let head = self.names.get(at..at + HEAD)?;
            let name = self.names.get(at + HEAD..at + HEAD + usize::from(head[0]))?;
            at += HEAD + name.len();
            Some((std::str::from_utf8(name).unwrap_or_default(), note_of(head)))
        })
    }

    /// What a file keeps of the set: the block of names, the tags, the offsets.
    pub(super) fn blocks(&self) -> (&[u8], &[u8], &[u32]) {
        (&self.names, &self.tags, &self.table)
    }

    /// A set from what a file kept; `None` when the blocks do not fit together.
    pub(super) fn from_blocks(names: Vec<u8>, tags: Vec<u8>, table: Vec<u32>, len: usize) -> Option<Self> {
        let sound = tags.len() == table.len() && len < table.len() && u32::try_from(names.len()).is_ok();
        sound.then_some(Self {
            names,
            tags,
            table,
            len,
            bare: true,
        })
    }

    /// The bytes before a name; those of an empty name when a file was tampered with.
    fn head(&self, offset: u32) -> &[u8] {
        let start = offset as usize;
        self.names.get(start..start + HEAD).unwrap_or(&[0; HEAD])
    }

    fn name_at(&self, offset: u32) -> &[u8] {
        let start = offset as usize + HEAD;
        let length = usize::from(self.head(offset)[0]);
        self.names.get(start..start + length).unwrap_or_default()
    }

    /// The slot of this name, its tag, and whether the name is there. There must be a free slot.
    fn slot(&self, name: &[u8]) -> (usize, u8, bool) {
        let hash = HASH.hash_one(name);
        let tag = (hash as u8) | 0x80;
        // The upper half of the hash, scaled to the table: any length will do, not only powers of two.
        let mut slot = ((hash >> 32) as usize * self.table.len()) >> 32;
        for _ in 0..=self.tags.len() {
            match self.tags[slot] {
                0 => break,
                here if here == tag && self.name_at(self.table[slot]) == name => return (slot, tag, true),
                _ => slot += 1,
            }
            if slot == self.tags.len() {
                slot = 0;
            }
        }
        (slot, tag, false)
    }

    fn rebuild(&mut self, slots: usize) {
        let offsets: Vec<u32> = self
            .tags
            .iter()
            .zip(&self.table)
            .filter(|(tag, _)| **tag != 0)
            .map(|(_, offset)| *offset)
            .collect();
        self.tags = vec![0; slots];
        self.table = vec![0; slots];
        for offset in offsets {
            let (slot, tag, _) = self.slot(self.name_at(offset));
            self.tags[slot] = tag;
            self.table[slot] = offset;
        }
    }
}

fn note_of(head: &[u8]) -> Note {
    Note {
        source: head[1],
        day: u16::from_le_bytes([head[2], head[3]]),
    }
}

/// A name as it stands in a set: without `*.`, dots at its ends and blanks, in its canonical form.
pub fn clean(name: &str) -> Option<Cow<'_, str>> {
    let name = name
        .trim()
        .trim_start_matches("*.")
        .trim_start_matches('.')
        .trim_end_matches('.');
    if is_canonical(name) {
        return Some(Cow::Borrowed(name));
    }
    canonical(name).map(Cow::Owned)
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
    is_canonical(&name).then_some(name)
}

/// Whether a host name is in its canonical form: lower case, sound labels.
fn is_canonical(name: &str) -> bool {
    let mut label = 0;
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' if label < 63 => label += 1,
            b'.' if label > 0 => label = 0,
            _ => return false,
        }
    }
    label > 0 && name.len() <= 253
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
    fn a_name_takes_a_dozen_bytes_more_than_its_letters_and_keeps_its_first_note() {
        let mut set = DomainSet::new();
        let note = Note {
            source: 3,
            day: 20_000,
        };
        for n in 0..100_000 {
            assert_eq!(set.put(&format!("claim-{n:06}.example.com"), note), Ok(true));
        }
        set.shrink();
        let each = set.memory() / set.len();
        assert!(each <= 36, "{each} bytes an entry, 24 of them the name");
        assert_eq!(
            set.covering_with_note("a.claim-000007.example.com"),
            Some(("claim-000007.example.com", note))
        );
        assert_eq!(set.put("claim-000007.example.com", Note::default()), Ok(false));
        assert_eq!(
            set.note("claim-000007.example.com"),
            Some(note),
            "the first note stays"
        );
        assert_eq!(set.iter().count(), 100_000);
        assert_eq!(set.iter().next(), Some(("claim-000000.example.com", note)));
    }

    #[test]
    fn blocks_that_do_not_fit_together_make_no_set_and_wrong_ones_no_panic() {
        assert!(DomainSet::from_blocks(Vec::new(), vec![0; 4], vec![0; 3], 0).is_none());
        assert!(DomainSet::from_blocks(Vec::new(), Vec::new(), Vec::new(), 1).is_none());
        let wild = DomainSet::from_blocks(vec![200, 0, 0, 0, 1], vec![0xff; 16], vec![u32::MAX; 16], 3)
            .expect("the lengths fit");
        assert_eq!(wild.covering("evil.example"), None);
        assert_eq!(wild.iter().count(), 0);
    }

    #[test]
    fn below_a_hosting_service_the_customers_name_is_what_was_registered() {
        assert_eq!(registrable("a.b.example.co.uk"), "example.co.uk");
        assert_eq!(registrable("deep.claim.pages.dev"), "claim.pages.dev");
        assert_eq!(registrable("pages.dev"), "pages.dev");
    }
}
