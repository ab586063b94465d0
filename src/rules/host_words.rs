//! Hosts that are made of lure words: `claim-season2.pages.dev`, `freenitro.gift`.
//!
//! Each word, ending or oddity of a host is worth points; from a threshold on the host is a lure. Words and points are data,
//! `lists/host-words.txt`; a word counts in any look-alike spelling. How brands are recognised lives in [`super::lookalike`].

use hashbrown::HashMap;

use super::domains::{DomainSet, Suffixes};
use super::lookalike::{Likeness, skeleton};

/// The shortest and the longest word a list may hold, in letters.
const WORD: std::ops::RangeInclusive<usize> = 2..=24;
/// A word of so many letters counts wherever it stands in a label; a shorter one only at an edge or beside another word.
const FREE_STANDING: usize = 5;

/// So much of a path is read.
const LONGEST_PATH: usize = 160;
/// So many points make a path a lure: one word of those that hardly anybody else uses, or two others.
const LURE_IN_PATH: i32 = 7;

/// What the parts of a host are worth.
#[derive(Debug, Default)]
pub(super) struct HostWords {
    /// By the skeleton of the word.
    words: HashMap<Box<[u8]>, i32, foldhash::fast::FixedState>,
    longest: usize,
    /// By the last label of the host.
    endings: HashMap<Box<str>, i32, foldhash::fast::FixedState>,
    /// Labels of machines: `rpc`, `testnet`.
    machines: hashbrown::HashSet<Box<str>, foldhash::fast::FixedState>,
    /// Skeletons of everyday words that come near a brand: `balance`.
    everyday: hashbrown::HashSet<Box<[u8]>, foldhash::fast::FixedState>,
    hosting: DomainSet,
    threshold: i32,
    worth: Worth,
}

/// What is worth points besides words and endings.
#[derive(Debug, Default)]
struct Worth {
    brand: i32,
    imitation: i32,
    close_imitation: i32,
    shared_hosting: i32,
    hyphen: i32,
    digit: i32,
    idn: i32,
    several: i32,
    machine: i32,
}

/// A host, cut up.
#[derive(Debug)]
pub(super) struct Anatomy {
    /// Its labels without the public suffix, as shown: punycode decoded.
    pub(super) labels: Vec<String>,
    /// Where each label is cut by hyphens, as shown.
    pub(super) pieces: Vec<Piece>,
    /// The last label.
    ending: String,
    shared: bool,
    idn: bool,
}

/// A piece of a label.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) written: String,
    /// What it looks like.
    pub(super) skeleton: Vec<u8>,
    /// The same without the digits it ends on.
    pub(super) bare: Vec<u8>,
}

impl Anatomy {
    /// What its owner registered: the last label, and the pieces of it.
    pub(super) fn registered(&self) -> (Option<&String>, &[Piece]) {
        let label = self.labels.last();
        let count = label.map_or(0, |label| pieces_of(label).count());
        (label, &self.pieces[self.pieces.len().saturating_sub(count)..])
    }
}

/// Where hyphens cut a label.
fn pieces_of(label: &str) -> impl Iterator<Item = &str> {
    label.split(['-', '_']).filter(|piece| !piece.is_empty())
}

/// What a host says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reckoning {
    /// So many points that the host is a lure by itself.
    pub(super) lure: bool,
    /// It holds at least one lure word.
    pub(super) word: bool,
    /// Anybody may have a site there within a minute.
    pub(super) shared: bool,
}

impl HostWords {
    /// Takes a line of the list in: a word, an ending (`.xyz`) or one of the `@` properties, and points; a machine's label
    /// (`!rpc`); or an everyday word (`=balance`).
    pub(super) fn take(&mut self, entry: &str) -> Result<(), &'static str> {
        const SHAPE: &str =
            "write a word and its points, like `airdrop 9`; or `.xyz 6`, `!rpc`, `@threshold 12`";
        if let Some(machine) = entry.strip_prefix('!') {
            self.machines.insert(machine.trim().into());
            return Ok(());
        }
        if let Some(word) = entry.strip_prefix('=') {
            self.everyday.insert(skeleton(word.trim()).into());
            return Ok(());
        }
        let (name, points) = entry.rsplit_once(char::is_whitespace).ok_or(SHAPE)?;
        let (name, points) = (name.trim(), points.parse::<i32>().map_err(|_| SHAPE)?);
        if let Some(property) = name.strip_prefix('@') {
            let worth = match property {
                "threshold" => &mut self.threshold,
                "brand" => &mut self.worth.brand,
                "imitation" => &mut self.worth.imitation,
                "close-imitation" => &mut self.worth.close_imitation,
                "shared-hosting" => &mut self.worth.shared_hosting,
                "hyphen" => &mut self.worth.hyphen,
                "digit" => &mut self.worth.digit,
                "idn" => &mut self.worth.idn,
                "several-words" => &mut self.worth.several,
                "machine" => &mut self.worth.machine,
                _ => {
                    return Err(
                        "unknown property; those known stand at the head of `host_words.rs`' `Worth`",
                    );
                }
            };
            *worth = points;
        } else if let Some(ending) = name.strip_prefix('.') {
            self.endings.insert(ending.into(), points);
        } else {
            let skeleton = skeleton(name);
            if !WORD.contains(&skeleton.len()) {
                return Err("a word has two to 24 letters");
            }
            self.longest = self.longest.max(skeleton.len());
            self.words.insert(skeleton.into(), points);
        }
        Ok(())
    }

    /// Takes a hosting service in, below which anybody's sites live.
    pub(super) fn take_hosting(&mut self, host: &str) -> Result<(), super::domains::RefusedDomain> {
        self.hosting.insert(host, Suffixes::Allow).map(|_| ())
    }

    /// Cuts a host up.
    pub(super) fn cut(&self, host: &str) -> Anatomy {
        let suffix = self
            .hosting
            .covering(host)
            .filter(|service| service.len() < host.len())
            .map(str::len);
        let shared = suffix.is_some();
        let suffix = suffix.unwrap_or_else(|| psl::suffix(host.as_bytes()).map_or(0, |s| s.as_bytes().len()));
        let suffix_labels = host[host.len() - suffix..].split('.').count();
        let idn = host.contains("xn--");
        let shown = if idn {
            idna::domain_to_unicode(host).0
        } else {
            host.to_owned()
        };
        let mut labels: Vec<String> = shown.split('.').map(str::to_owned).collect();
        labels.truncate(labels.len().saturating_sub(suffix_labels));
        labels.retain(|label| label != "www" && !label.is_empty());
        let pieces = labels
            .iter()
            .flat_map(|label| pieces_of(label))
            .map(|piece| {
                let bare = piece.trim_end_matches(|c: char| c.is_ascii_digit());
                Piece {
                    written: piece.to_owned(),
                    skeleton: skeleton(piece),
                    bare: skeleton(if bare.is_empty() { piece } else { bare }),
                }
            })
            .collect();
        Anatomy {
            labels,
            pieces,
            ending: host.rsplit('.').next().unwrap_or("").to_owned(),
            shared,
            idn,
        }
    }

    /// Adds the points of a host up.
    pub(super) fn reckon(&self, host: &Anatomy, likeness: Option<Likeness>) -> Reckoning {
        let worth = &self.worth;
        let mut points = 0;
        let mut seen: Vec<&[u8]> = Vec::new();
        for piece in &host.pieces {
            self.words_in(&piece.bare, |word| {
                if !seen.contains(&word) {
                    seen.push(word);
                }
            });
        }
        points += seen.iter().filter_map(|word| self.words.get(*word)).sum::<i32>();
        points += match likeness {
            Some(Likeness::Names | Likeness::NamesAWord) => worth.brand,
            Some(Likeness::Imitates) => worth.imitation,
            Some(Likeness::CloselyImitates) => worth.close_imitation,
            None => 0,
        };
        let letters = || host.labels.iter().flat_map(|label| label.chars());
        let told = [
            (host.shared, worth.shared_hosting),
            (letters().any(|c| c == '-'), worth.hyphen),
            (letters().any(|c| c.is_ascii_digit()), worth.digit),
            (host.idn, worth.idn),
            (seen.len() > 1, worth.several),
            (
                host.labels
                    .iter()
                    .flat_map(|label| label.split('-'))
                    .any(|part| self.machines.contains(part)),
                worth.machine,
            ),
        ];
        points += told
            .iter()
            .filter(|(so, _)| *so)
            .map(|(_, worth)| worth)
            .sum::<i32>();
        if !host.shared {
            points += self.endings.get(host.ending.as_str()).copied().unwrap_or(0);
        }
        Reckoning {
            lure: self.threshold > 0 && points >= self.threshold,
            word: !seen.is_empty(),
            shared: host.shared,
        }
    }

    /// Whether the path of a page on a service of everybody's says that it is a lure: `/view/claim-your-airdrop`.
    pub(super) fn lure_in_path(&self, path: &str) -> bool {
        let mut end = path.len().min(LONGEST_PATH);
        while !path.is_char_boundary(end) {
            end -= 1;
        }
        let pieces = path[..end].split(|c: char| !c.is_alphanumeric());
        // What is longer was drawn by lot: the name of a document.
        let pieces: Vec<Vec<u8>> = pieces
            .filter(|piece| WORD.contains(&piece.len()))
            .map(skeleton)
            .collect();
        let mut seen: Vec<&[u8]> = Vec::new();
        for piece in &pieces {
            self.words_in(piece, |word| {
                if !seen.contains(&word) {
                    seen.push(word);
                }
            });
        }
        let points: i32 = seen.iter().filter_map(|word| self.words.get(*word)).sum();
        points >= LURE_IN_PATH
    }

    /// Whether a brand's own name is an everyday word as well: `phantom`.
    pub(super) fn is_also_a_word(&self, skeleton: &[u8]) -> bool {
        self.everyday.contains(skeleton)
    }

    /// Whether this is one of the words, in any spelling that looks like it.
    pub(super) fn is_word(&self, skeleton: &[u8]) -> bool {
        self.words.contains_key(skeleton)
    }

    /// Whether this is a word that people use, however near it comes to a brand.
    pub(super) fn is_everyday(&self, skeleton: &[u8]) -> bool {
        self.everyday.contains(skeleton) || self.is_word(skeleton)
    }

    /// The words that cover most of a piece: at each end the longest word that still lets the rest be covered best.
    fn words_in<'p>(&self, piece: &'p [u8], mut tell: impl FnMut(&'p [u8])) {
        // best[end]: letters covered up to here, fewer words first, where the last word starts (if one ends here).
        let mut best: Vec<(usize, i32, Option<usize>)> = vec![(0, 0, None); piece.len() + 1];
        for end in 1..=piece.len() {
            let (covered, words, _) = best[end - 1];
            best[end] = (covered, words, None);
            for start in end.saturating_sub(self.longest)..end.saturating_sub(*WORD.start() - 1) {
                let word = &piece[start..end];
                let touches = || start == 0 || end == piece.len() || best[start].2.is_some();
                if !self.words.contains_key(word) || (word.len() < FREE_STANDING && !touches()) {
                    continue;
                }
                let (covered, words, _) = best[start];
                let candidate = (covered + word.len(), words - 1, Some(start));
                if (candidate.0, candidate.1) > (best[end].0, best[end].1) {
                    best[end] = candidate;
                }
            }
        }
        let mut end = piece.len();
        while end > 0 {
            match best[end].2 {
                Some(start) => {
                    tell(&piece[start..end]);
                    end = start;
                }
                None => end -= 1,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> HostWords {
        let mut words = HostWords::default();
        for line in [
            "claim 6",
            "airdrop 8",
            "nitro 6",
            "free 2",
            "wallet 4",
            ".xyz 5",
            "!rpc",
            "@threshold 12",
            "@brand 5",
            "@imitation 9",
            "@shared-hosting 7",
            "@hyphen 3",
            "@machine -12",
        ] {
            words.take(line).expect("a sound line");
        }
        words.take_hosting("pages.dev").expect("a host");
        words
    }

    fn lure(host: &str, likeness: Option<Likeness>) -> bool {
        let words = words();
        words.reckon(&words.cut(host), likeness).lure
    }

    #[test]
    fn lure_words_endings_and_free_hosting_add_up() {
        for host in [
            "claim-airdrop.com",
            "claim-x.pages.dev",
            "cIaim-airdr0p.net",
            "freen1tro-now.xyz",
            "airdrop.xyz",
        ] {
            assert!(lure(host, None), "{host}");
        }
        for host in [
            "claims-adjuster.com",
            "wallet.example.com",
            "rpc.airdrop.xyz",
            "pages.dev",
            "acclaim.xyz",
        ] {
            assert!(!lure(host, None), "{host}");
        }
        assert!(lure("metamask-walletfix.com", Some(Likeness::Names)));
        assert!(!lure("metamask-fans.com", Some(Likeness::Names)));
    }

    #[test]
    fn a_line_that_is_no_entry_is_refused_with_its_shape() {
        let mut words = HostWords::default();
        for wrong in ["airdrop", "airdrop many", "@love 5", "a 5"] {
            assert!(words.take(wrong).is_err(), "{wrong}");
        }
    }
}
