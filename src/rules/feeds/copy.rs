//! A list as it is kept on the disk: what it is, and the finished table, so that reading it back costs little more than
//! reading and hashing the file.
//!
//! `nightdesk-feed 1\n`, a line of JSON ([`About`]), the SHA-256 of all that follows, then three lengths and the three
//! blocks of the set, little-endian. A file that was cut off or changed is refused by its hash.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::super::domains::DomainSet;
use super::settings::Kind;

const MAGIC: &[u8] = b"nightdesk-feed 1\n";
/// The longest line of JSON.
const LONGEST_ABOUT: usize = 64 << 10;

/// Where a copy comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The list's id in `feeds.toml`.
    pub id: String,
    /// Its path or address.
    pub origin: String,
    /// Whether it blocks or welcomes.
    pub kind: Kind,
    /// When it was last known to be what the origin holds; unix milliseconds.
    pub confirmed_at: i64,
    /// When its contents last changed; unix milliseconds.
    pub changed_at: i64,
    /// What the server called this version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// When the server says it was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
    /// Names that the guard refused.
    pub refused: usize,
    /// Under what terms it may be used, as the operator noted.
    #[serde(default)]
    pub licence: String,
}

/// A list and where it comes from.
#[derive(Debug, Clone)]
pub struct FeedCopy {
    /// Where it comes from.
    pub about: About,
    /// Its names.
    pub listed: DomainSet,
    /// Names it excepts.
    pub excepted: DomainSet,
}

/// Why a copy cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// Not such a file, or of another version.
    #[error("is no copy of a feed that this version can read")]
    NotACopy,
    /// The hash does not fit.
    #[error("is damaged: its hash does not fit its contents")]
    Damaged,
}

impl FeedCopy {
    /// The bytes of the file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(self.listed.memory() + self.excepted.memory() + 64);
        for set in [&self.listed, &self.excepted] {
            let (names, tags, table) = set.blocks();
            for length in [names.len(), tags.len(), set.len()] {
                body.extend_from_slice(&(length as u64).to_le_bytes());
            }
            body.extend_from_slice(names);
            body.extend_from_slice(tags);
            body.extend(table.iter().flat_map(|offset| offset.to_le_bytes()));
        }
        let mut bytes = MAGIC.to_vec();
        bytes.extend(serde_json::to_vec(&self.about).unwrap_or_default());
        bytes.push(b'\n');
        bytes.extend(Sha256::digest(&body));
        bytes.extend(body);
        bytes
    }

    /// Reads a file back.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CopyError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(CopyError::NotACopy)?;
        let line = rest
            .iter()
            .take(LONGEST_ABOUT)
            .position(|b| *b == b'\n')
            .ok_or(CopyError::NotACopy)?;
        let about = serde_json::from_slice(&rest[..line]).map_err(|_| CopyError::NotACopy)?;
        let (hash, mut body) = rest[line + 1..].split_at_checked(32).ok_or(CopyError::NotACopy)?;
        if Sha256::digest(body)[..] != *hash {
            return Err(CopyError::Damaged);
        }
        let listed = read_set(&mut body).ok_or(CopyError::NotACopy)?;
        let excepted = read_set(&mut body).ok_or(CopyError::NotACopy)?;
        Ok(Self {
            about,
            listed,
            excepted,
        })
    }
}

fn read_set(body: &mut &[u8]) -> Option<DomainSet> {
    let mut length = || {
        let (bytes, rest) = body.split_at_checked(8)?;
        *body = rest;
        usize::try_from(u64::from_le_bytes(bytes.try_into().ok()?)).ok()
    };
    let (names, slots, len) = (length()?, length()?, length()?);
    let (names, rest) = body.split_at_checked(names)?;
    let (tags, rest) = rest.split_at_checked(slots)?;
    let (table, rest) = rest.split_at_checked(slots.checked_mul(4)?)?;
    *body = rest;
    let table = table
        .chunks_exact(4)
        .map(|offset| u32::from_le_bytes([offset[0], offset[1], offset[2], offset[3]]))
        .collect();
    if slots == 0 {
        return (len == 0).then(DomainSet::new);
    }
    DomainSet::from_blocks(names.to_vec(), tags.to_vec(), table, len)
}

#[cfg(test)]
mod tests {
    use super::super::{Format, Import};
    use super::*;
    use proptest::prelude::*;

    fn copy() -> FeedCopy {
        let text = "evil.example\nbad.example\n";
        let import = Import::read(text, Format::Plain, None, None, 20_000).unwrap();
        FeedCopy {
            about: About {
                id: "test".into(),
                origin: "https://lists.example/bad.txt".into(),
                kind: Kind::Block,
                confirmed_at: 5,
                changed_at: 4,
                etag: Some("\"v1\"".into()),
                last_modified: None,
                refused: 1,
                licence: "CC0".into(),
            },
            listed: import.listed,
            excepted: import.excepted,
        }
    }

    #[test]
    fn a_copy_reads_back_as_it_was_written() {
        let read = FeedCopy::from_bytes(&copy().to_bytes()).unwrap();
        assert_eq!(read.about, copy().about);
        assert_eq!(read.listed.covering("a.evil.example"), Some("evil.example"));
        assert_eq!(read.listed.note("bad.example").unwrap().day, 20_000);
        assert!(read.excepted.is_empty());
    }

    proptest! {
        #[test]
        fn a_damaged_copy_is_refused(at in any::<prop::sample::Index>(), flip in 1_u8..) {
            let mut bytes = copy().to_bytes();
            let line = bytes.iter().skip(MAGIC.len()).position(|b| *b == b'\n').unwrap() + MAGIC.len();
            let at = line + 1 + at.index(bytes.len() - line - 1);
            bytes[at] ^= flip;
            prop_assert!(FeedCopy::from_bytes(&bytes).is_err());
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(FeedCopy::from_bytes(&bytes).is_err());
            prop_assert!(FeedCopy::from_bytes(&[MAGIC, &bytes].concat()).is_err());
        }
    }
}
