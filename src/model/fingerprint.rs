//! A message's fingerprint: what its copies have in common with it, small enough to be remembered for every message.
//!
//! It is made in `moderation::fingerprint`; which messages belong together is decided in `moderation` and, for cases, in
//! the store's transaction. Nothing of the text can be read back from it.

use super::ids::GuildId;
use crate::rules::Sketch;
use crate::rules::sketch::short_name;

/// Outside links that a fingerprint holds.
pub const MOST_LINKS: usize = 3;

/// What copies of a message have in common with it. Links and files are short hashes that can only be compared; 0 stands
/// for none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Fingerprint {
    /// The text, when it says enough.
    pub text: Option<Sketch>,
    /// Where its links lead: hosts and invitations outside of what is known.
    pub links: [u32; MOST_LINKS],
    /// Names, sizes and types of its files.
    pub files: u32,
}

/// In what two messages are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// They lead to the same place outside, and say different things.
    Link,
    /// They say the same, or carry the same files.
    Same,
}

impl Fingerprint {
    /// Bytes of [`Self::to_bytes`].
    pub const BYTES: usize = 26;

    /// Whether there is nothing to compare.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// In what another message is like this one, if in anything. The words of a lure without any link are not the lure:
    /// somebody may be asking about it, or giving the community's own link.
    #[inline]
    pub fn likeness(&self, other: &Self) -> Option<Likeness> {
        let texts = self.text.zip(other.text);
        let same_words = texts.is_some_and(|(one, other)| one.is_like(other));
        let lacks_link = self.links[0] != 0 && other.links[0] == 0;
        if (same_words && !lacks_link) || (self.files != 0 && self.files == other.files) {
            return Some(Likeness::Same);
        }
        self.shared_link(other).map(|_| Likeness::Link)
    }

    /// Puts the guild that an invitation leads to in the place of its code; one that leads `home` leads nowhere outside.
    pub fn rename(&mut self, code: &str, guild: GuildId, home: GuildId) {
        let code = short_name(code);
        let name = if guild == home {
            0
        } else {
            short_name(&format!("guild:{guild}"))
        };
        let mut links = [0; MOST_LINKS];
        let known = self.links.into_iter().filter(|link| *link != 0);
        let renamed = known.map(|link| if link == code { name } else { link });
        for (slot, link) in links.iter_mut().zip(renamed.filter(|link| *link != 0)) {
            *slot = link;
        }
        self.links = links;
    }

    /// A link that both hold.
    #[inline]
    pub fn shared_link(&self, other: &Self) -> Option<u32> {
        self.links
            .into_iter()
            .find(|link| *link != 0 && other.links.contains(link))
    }

    /// Whether this message leads somewhere, and another one leads to all of it. Of one that holds as many links as are noted,
    /// nobody knows where else it leads.
    pub fn leads_into(&self, other: &Self) -> bool {
        let is_whole = self.links[0] != 0 && self.links[MOST_LINKS - 1] == 0;
        let mut places = self.links.iter().filter(|link| **link != 0);
        is_whole && places.all(|link| other.links.contains(link))
    }

    /// Whether this message and another lead to the same places, or both to none. Of one that holds as many links as are noted,
    /// nobody knows where else it leads.
    pub fn leads_to_the_same_places(&self, other: &Self) -> bool {
        let leads_nowhere = self.links[0] == 0 && other.links[0] == 0;
        leads_nowhere || (self.leads_into(other) && other.leads_into(self))
    }

    /// The only link it holds; `None` when it holds none or several.
    pub fn only_link(&self) -> Option<u32> {
        match self.links {
            [link, 0, 0] if link != 0 => Some(link),
            _ => None,
        }
    }

    /// As it is stored: the sketch (8 bytes, then 2), three links and the files (4 bytes each), least byte first.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        if let Some(text) = self.text {
            bytes[..8].copy_from_slice(&text.bits.to_le_bytes());
            bytes[8..10].copy_from_slice(&text.windows.to_le_bytes());
        }
        for (slot, value) in bytes[10..]
            .chunks_exact_mut(4)
            .zip(self.links.into_iter().chain([self.files]))
        {
            slot.copy_from_slice(&value.to_le_bytes());
        }
        bytes
    }

    /// Reads what [`Self::to_bytes`] wrote. `None`: it did not write this.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; Self::BYTES] = bytes.try_into().ok()?;
        let number = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let windows = u16::from_le_bytes([bytes[8], bytes[9]]);
        let bits = u64::from(number(0)) | u64::from(number(4)) << 32;
        Some(Self {
            text: (windows > 0).then_some(Sketch { bits, windows }),
            links: [number(10), number(14), number(18)],
            files: number(22),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: Fingerprint = Fingerprint {
        text: Some(Sketch {
            bits: 0xdead_beef_0bad_cafe,
            windows: 51,
        }),
        links: [7, 9, 0],
        files: 11,
    };

    #[test]
    fn a_fingerprint_reads_back_as_it_was_written() {
        for one in [WHOLE, Fingerprint::default(), Fingerprint { text: None, ..WHOLE }] {
            assert_eq!(Fingerprint::from_bytes(&one.to_bytes()), Some(one));
        }
        assert_eq!(Fingerprint::from_bytes(&[1, 2, 3]), None);
    }

    #[test]
    fn an_invitation_is_known_by_where_it_leads_and_one_that_leads_home_is_no_link() {
        let mut one = Fingerprint {
            links: [short_name("abc"), 9, short_name("home")],
            ..Fingerprint::default()
        };
        let mut other = Fingerprint {
            links: [short_name("xyz"), 0, 0],
            ..Fingerprint::default()
        };
        one.rename("home", GuildId(1), GuildId(1));
        one.rename("abc", GuildId(5), GuildId(1));
        other.rename("xyz", GuildId(5), GuildId(1));
        assert_eq!(one.links[1..], [9, 0]);
        assert_eq!(one.links[0], other.links[0]);
    }

    #[test]
    fn the_same_text_or_files_are_the_same_and_a_shared_link_is_less() {
        let only_text = Fingerprint {
            text: WHOLE.text,
            ..Fingerprint::default()
        };
        let only_link = Fingerprint {
            links: [9, 0, 0],
            ..Fingerprint::default()
        };
        let only_files = Fingerprint {
            files: 11,
            ..Fingerprint::default()
        };
        assert_eq!(only_text.likeness(&WHOLE), Some(Likeness::Same));
        assert_eq!(
            WHOLE.likeness(&only_text),
            None,
            "a lure without its link is none"
        );
        let other_link = Fingerprint {
            links: [33, 0, 0],
            ..only_text
        };
        assert_eq!(WHOLE.likeness(&other_link), Some(Likeness::Same));
        assert_eq!(WHOLE.likeness(&only_files), Some(Likeness::Same));
        assert_eq!(WHOLE.likeness(&only_link), Some(Likeness::Link));
        assert_eq!(only_text.likeness(&only_link), None);
        assert_eq!(
            Fingerprint::default().likeness(&Fingerprint::default()),
            None,
            "nothing is like nothing"
        );
        assert_eq!((WHOLE.only_link(), only_link.only_link()), (None, Some(9)));
    }

    #[test]
    fn a_message_leads_into_another_that_leads_to_all_of_its_places() {
        let leading_to = |links| Fingerprint {
            links,
            ..Fingerprint::default()
        };
        let leads = |from, to| leading_to(from).leads_into(&leading_to(to));
        assert!(leads([7, 0, 0], [7, 0, 0]) && leads([7, 0, 0], [9, 7, 0]));
        assert!(!leads([7, 9, 0], [7, 0, 0]), "one of them leads elsewhere");
        assert!(!leads([0, 0, 0], [7, 0, 0]), "it leads nowhere");
        assert!(!leads([1, 2, 3], [1, 2, 3]), "there may be a fourth");
    }

    #[test]
    fn two_messages_lead_to_the_same_places_when_each_leads_into_the_other() {
        let leading_to = |links| Fingerprint {
            links,
            ..Fingerprint::default()
        };
        let same = |one, other| leading_to(one).leads_to_the_same_places(&leading_to(other));
        assert!(same([0; 3], [0; 3]) && same([7, 9, 0], [9, 7, 0]));
        assert!(!same([7, 0, 0], [7, 9, 0]) && !same([7, 9, 0], [7, 0, 0]) && !same([0; 3], [7, 0, 0]));
        assert!(!same([1, 2, 3], [1, 2, 3]), "there may be a fourth");
    }
}
