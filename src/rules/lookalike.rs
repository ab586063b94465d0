//! Hosts that imitate others. Names of people that do are read in [`super::names`].
//!
//! A host imitates a brand when a part of it reads like the brand without being it: look-alike letters or digits
//! (`unlswap`), pairs that look like one letter (`rnetamask`), one letter more, less, changed or swapped
//! (`metamaskk`), or cut by dots and hyphens (`u.niswap`). A host that spells the brand correctly only *names* it. The
//! edit distance is one for names of seven letters or more. From ten letters on it is two, from fourteen on four
//! (`steamcommunity`): chance does not come near names so long. That is a deliberate departure from distance one throughout, which
//! catches an eighth fewer of the listed hosts and spares one honest host of 13 680; to measure it again, make `tolerance` answer one
//! and compare `nightdesk eval` over listed and well-known hosts. At most one well-known host in a thousand may be accused, which
//! `tests/corpus.rs` holds. The distance is taken of the registered label and its pieces only, never of an everyday word.
//! Shorter names must be exact.

use hashbrown::HashMap;

use super::compile::Target;
use super::domains::{canonical, parents, registrable};
use super::host_words::{Anatomy, HostWords, Piece};
use super::normalise::{Reading, plain};

/// Brands to protect, by their real hosts.
#[derive(Debug, Default)]
pub(super) struct Brands {
    all: Vec<Brand>,
    by_name: HashMap<Box<str>, usize, foldhash::fast::FixedState>,
    hosts: hashbrown::HashSet<Box<str>, foldhash::fast::FixedState>,
}

#[derive(Debug)]
struct Brand {
    /// As in its host: ASCII, lower case.
    name: Box<str>,
    skeleton: Box<[u8]>,
    /// The letters of both.
    name_letters: Letters,
    skeleton_letters: Letters,
    targets: Vec<Target>,
}

/// How a host relates to a brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Likeness {
    /// It spells the name, which is an everyday word too: `phantom`.
    NamesAWord,
    /// It spells the name.
    Names,
    /// It imitates the name.
    Imitates,
    /// It imitates a name so long that chance is out of the question.
    CloselyImitates,
}

/// The shortest brand for which one letter may differ.
const EDITABLE: usize = 7;
/// The shortest brand that is found inside a longer word.
const FINDABLE: usize = 6;
/// The shortest brand worth protecting.
const SHORTEST: usize = 4;
/// The shortest brand that chance does not come near to.
const LONG: usize = 10;

/// How many letters may differ from a brand of so many letters: the longer, the less can chance do.
fn tolerance(letters: usize) -> usize {
    match letters {
        0..EDITABLE => 0,
        EDITABLE..LONG => 1,
        LONG..14 => 2,
        _ => 4,
    }
}

impl Brands {
    /// Protects the owner of a host (`metamask.io`) or a bare name (`metamask`).
    pub(super) fn protect(&mut self, written: &str, target: Target) -> Result<(), &'static str> {
        let host = canonical(written)
            .ok_or("a brand is written as its real host, like `metamask.io`, or as a bare name")?;
        let owner = registrable(&host);
        let name = owner.split('.').next().unwrap_or(owner);
        if name.len() < SHORTEST {
            return Err(
                "a brand of fewer than four letters would be found everywhere; list hosts under `domains` instead",
            );
        }
        let at = *self.by_name.entry(name.into()).or_insert_with(|| {
            self.all.push(Brand {
                name: name.into(),
                name_letters: Letters::of(name.as_bytes()),
                skeleton_letters: Letters::of(&skeleton(name)),
                skeleton: skeleton(name).into(),
                targets: Vec::new(),
            });
            self.all.len() - 1
        });
        if !self.all[at].targets.contains(&target) {
            self.all[at].targets.push(target);
        }
        if host.contains('.') {
            self.hosts.insert(host.into());
        }
        Ok(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether a host is a brand's own, or lies below it.
    pub(super) fn owns(&self, host: &str) -> bool {
        parents(host).any(|parent| self.hosts.contains(parent))
    }

    /// The brand this host imitates, or else names, and who wants to know. `words` are taken off before comparing:
    /// what is left of `discorcl-giveaway` is the brand.
    pub(super) fn likeness(
        &self,
        host: &str,
        anatomy: &Anatomy,
        words: &HostWords,
    ) -> Option<(Likeness, &[Target])> {
        if self.is_empty() || self.owns(host) {
            return None;
        }
        // What stands before the registered label is the owner's to choose and too often a word that comes near a brand.
        let (label, registered) = anatomy.registered();
        let joined = label.map(|label| skeleton(&label.replace('-', "")));
        let candidates: Vec<Candidate<'_>> = registered
            .iter()
            .map(|piece| (piece.bare.as_slice(), false))
            .chain(joined.iter().map(|label| (label.as_slice(), true)))
            .flat_map(|(skeleton, whole)| {
                without_words(skeleton, words)
                    .filter(|core| !words.is_everyday(core))
                    .map(move |core| Candidate {
                        core,
                        letters: Letters::of(core),
                        whole,
                    })
            })
            .collect();
        let pieces: Vec<Lettered<'_>> = anatomy.pieces.iter().map(Lettered::of).collect();
        let mut best: Option<(Likeness, &[Target])> = None;
        for brand in &self.all {
            let found = match brand.likeness(&pieces, &candidates) {
                Some(Likeness::Names) if words.is_also_a_word(&brand.skeleton) => Some(Likeness::NamesAWord),
                found => found,
            };
            let rank = |likeness: Likeness| likeness as u8;
            if let Some(found) = found
                && best.is_none_or(|(known, _)| rank(known) < rank(found))
            {
                best = Some((found, brand.targets.as_slice()));
            }
        }
        best
    }
}

/// Something in a host that may be a brand.
struct Candidate<'a> {
    core: &'a [u8],
    letters: Letters,
    /// It is a whole label, hyphens taken out.
    whole: bool,
}

/// A piece of a host, and the letters it is written with and reads like.
struct Lettered<'a> {
    piece: &'a Piece,
    written: Letters,
    skeleton: Letters,
}

impl<'a> Lettered<'a> {
    fn of(piece: &'a Piece) -> Self {
        Self {
            piece,
            written: Letters::of(piece.written.as_bytes()),
            skeleton: Letters::of(&piece.skeleton),
        }
    }
}

/// Which bytes occur in a name, those equal modulo 32 taken for one: what cannot be in it is seen at once.
#[derive(Debug, Clone, Copy)]
struct Letters(u32);

impl Letters {
    fn of(name: &[u8]) -> Self {
        Self(name.iter().fold(0, |letters, byte| letters | 1 << (byte & 31)))
    }

    /// Whether a name of these letters may contain one of those.
    fn may_contain(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    /// Whether so few edits may turn a name of these letters into one of those: each brings one letter and takes one away at most.
    fn may_be_turned_into(self, other: Self, edits: usize) -> bool {
        (self.0 ^ other.0).count_ones() as usize <= 2 * edits
    }
}

/// A skeleton, and what is left of it when words are taken off its ends, twice at most.
fn without_words<'a>(skeleton: &'a [u8], words: &'a HostWords) -> impl Iterator<Item = &'a [u8]> {
    const LEAST_LEFT: usize = 6;
    let mut forms = vec![skeleton];
    let mut at = 0;
    while at < forms.len() && forms.len() < 12 {
        let form = forms[at];
        for cut in LEAST_LEFT..form.len() {
            let (head, tail) = form.split_at(cut);
            if words.is_word(tail) && !forms.contains(&head) {
                forms.push(head);
            }
            let (head, tail) = form.split_at(form.len() - cut);
            if words.is_word(head) && !forms.contains(&tail) {
                forms.push(tail);
            }
        }
        at += 1;
    }
    forms.into_iter()
}

impl Brand {
    fn likeness(&self, pieces: &[Lettered<'_>], candidates: &[Candidate<'_>]) -> Option<Likeness> {
        let letters = self.name.len();
        let imitation = if letters >= LONG {
            Likeness::CloselyImitates
        } else {
            Likeness::Imitates
        };
        let mut named = false;
        for (at, piece) in pieces.iter().enumerate() {
            let within = |text: &[u8], name: &[u8]| match letters {
                0..FINDABLE => text == name,
                FINDABLE..EDITABLE => text.starts_with(name) || text.ends_with(name),
                _ => memchr::memmem::find(text, name).is_some(),
            };
            let Lettered {
                piece,
                written,
                skeleton,
            } = piece;
            let spells = written.may_contain(self.name_letters)
                && within(piece.written.as_bytes(), self.name.as_bytes());
            let reads =
                || skeleton.may_contain(self.skeleton_letters) && within(&piece.skeleton, &self.skeleton);
            if spells {
                named = true;
            } else if reads() || (letters >= FINDABLE && cut_over(&self.skeleton, &pieces[at..])) {
                return Some(imitation);
            }
        }
        let most = tolerance(letters);
        if most > 0 {
            for candidate in candidates {
                let (core, brand) = (candidate.core, &*self.skeleton);
                if !candidate.letters.may_be_turned_into(self.skeleton_letters, most) {
                    continue;
                }
                // A whole label is compared with long names only: short ones come about by joining innocent words.
                if (candidate.whole && letters < LONG) || core.len().abs_diff(brand.len()) > most {
                    continue;
                }
                // A plural or a verb (`openseas`) is no imitation; a doubled letter (`metamaskk`) is.
                if core
                    .strip_prefix(brand)
                    .is_some_and(|more| more != &brand[brand.len() - 1..])
                {
                    continue;
                }
                // Where much may differ, the beginning must not.
                let begins = most < 3
                    || (core.first() == brand.first() && edits(&core[..core.len().min(5)], &brand[..5]) <= 2);
                if begins && (1..=most).contains(&edits(core, brand)) {
                    return Some(imitation);
                }
            }
        }
        named.then_some(Likeness::Names)
    }
}

/// Whether the first few pieces together are exactly the brand.
fn cut_over(brand: &[u8], pieces: &[Lettered<'_>]) -> bool {
    let mut rest = brand;
    for (count, Lettered { piece, .. }) in pieces.iter().enumerate() {
        match rest.strip_prefix(piece.skeleton.as_slice()) {
            Some([]) => return count > 0,
            Some(left) if !piece.skeleton.is_empty() => rest = left,
            _ => return false,
        }
    }
    false
}

/// How many letters must be added, removed, changed or swapped with a neighbour to turn one into the other, each
/// place touched once: the optimal string alignment distance (F. J. Damerau, Communications of the ACM 7, 1964).
fn edits(one: &[u8], other: &[u8]) -> usize {
    let mut two_above: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut row = Vec::with_capacity(other.len() + 1);
        row.push(i + 1);
        for (j, b) in other.iter().enumerate() {
            let changed = above[j] + usize::from(a != b);
            let mut fewest = changed.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                fewest = fewest.min(two_above[j - 1] + 1);
            }
            row.push(fewest);
        }
        two_above = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(one.len())
}

/// What a name looks like: letter classes, and pairs of letters that look like one.
pub(super) fn skeleton(name: &str) -> Vec<u8> {
    let classes = classes(name);
    let mut out = Vec::with_capacity(classes.len());
    let mut at = 0;
    while at < classes.len() {
        let pair = match classes.get(at..at + 2) {
            Some(b"rn") => b'm',
            Some(b"vv") => b'w',
            Some(b"ci") => b'd',
            _ => 0,
        };
        out.push(if pair == 0 { classes[at] } else { pair });
        at += if pair == 0 { 1 } else { 2 };
    }
    out
}

/// The letter classes of a text, without gaps.
pub(super) fn classes(text: &str) -> Vec<u8> {
    let mut reading = Reading::default();
    plain::read(text, &mut reading);
    reading.bytes.retain(|byte| *byte != b' ');
    reading.bytes
}

/// Whether one letter added, removed, changed or swapped with its neighbour turns one into the other; not whether they are equal.
pub(super) fn one_edit(one: &[u8], other: &[u8]) -> bool {
    let (short, long) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    let head = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let tail = short[head..]
        .iter()
        .rev()
        .zip(long[head..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    match long.len() - short.len() {
        0 => {
            let differ = short.len() - head - tail;
            differ == 1 || (differ == 2 && short[head] == long[head + 1] && short[head + 1] == long[head])
        }
        1 => head + tail >= short.len(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brands() -> Brands {
        let mut brands = Brands::default();
        for host in [
            "metamask.io",
            "uniswap.org",
            "opensea.io",
            "discord.com",
            "steamcommunity.com",
            "binance.com",
            "balancer.fi",
            "optimism.io",
            "telegram.org",
            "raydium.io",
            "phantom.app",
        ] {
            brands.protect(host, Target { rule: 0, term: 0 }).expect(host);
        }
        brands
    }

    fn likeness(host: &str) -> Option<Likeness> {
        let host = canonical(host).expect(host);
        let mut words = HostWords::default();
        for word in [
            "gift 3",
            "login 3",
            "claim 6",
            "nitro 6",
            "portfolio 1",
            "finance 4",
            "=balance",
            "=optimist",
            "=telegraf",
            "=radium",
            "=phantom",
        ] {
            words.take(word).expect("a sound line");
        }
        words.take_hosting("pages.dev").expect("a host");
        brands()
            .likeness(&host, &words.cut(&host), &words)
            .map(|(likeness, _)| likeness)
    }

    #[test]
    fn an_imitated_brand_is_recognised() {
        for host in [
            "rnetamask.example",
            "metamaskk.example",
            "metamsak.example",
            "unlswap.example",
            "app.u.niswap.example",
            "meta-mask.example",
            "xn--unswap-5va.example",
            "uniswqp.example",
            "dlscord.example",
            "discorcl.example",
            "0pensea-claim.example",
            "un1swapapp.example",
        ] {
            assert_eq!(likeness(host), Some(Likeness::Imitates), "{host}");
        }
    }

    #[test]
    fn a_brand_spelled_correctly_elsewhere_is_only_named() {
        for host in [
            "metamask-login.example",
            "mymetamask.example",
            "discord.evil.example",
            "opensea.pages.dev",
        ] {
            assert_eq!(likeness(host), Some(Likeness::Names), "{host}");
        }
    }

    #[test]
    fn an_everyday_word_and_a_subdomain_imitate_nothing() {
        for host in [
            "finance.yahoo.example",
            "balance.example",
            "the-balance.example",
            "optimist.example",
            "telegraf.example",
            "radium-institute.example",
            "metamasc.someone.example",
        ] {
            assert_eq!(likeness(host), None, "{host}");
        }
        for host in [
            "biinance.example",
            "my-binence.example",
            "telegran.example",
            "balancerr.example",
        ] {
            assert_eq!(likeness(host), Some(Likeness::Imitates), "{host}");
        }
    }

    #[test]
    fn a_brand_that_is_an_everyday_word_is_imitated_but_not_named() {
        assert_eq!(likeness("phantom-opera.example"), Some(Likeness::NamesAWord));
        assert_eq!(likeness("phant0m.example"), Some(Likeness::Imitates));
        assert_eq!(likeness("phantomm-login.example"), Some(Likeness::Imitates));
        assert_eq!(likeness("phantom.app"), None);
    }

    #[test]
    fn the_real_hosts_and_strangers_are_left_alone() {
        for host in [
            "metamask.io",
            "app.uniswap.org",
            "portfolio.metamask.io",
            "open.seattle.example",
            "record.example",
            "unity.example",
        ] {
            assert_eq!(likeness(host), None, "{host}");
        }
    }
}
