//! Hosts that imitate others. Names of people that do are read in [`super::names`].
//!
//! A host imitates a brand when a part of it reads like the brand without being it: look-alike letters or digits
//! (`unlswap`), pairs that look like one letter (`rnetamask`), one letter more, less, changed or swapped
//! (`metamaskk`), or cut by dots and hyphens (`u.niswap`). A host that spells the brand correctly only *names* it. Edit distance is one and the
//! brand at least six letters long: larger tolerances accuse innocent names.

use hashbrown::HashMap;

use super::compile::Target;
use super::domains::{canonical, parents, registrable};
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
    targets: Vec<Target>,
}

/// How a host relates to a brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Likeness {
    /// It spells the name.
    Names,
    /// It imitates the name.
    Imitates,
}

/// The shortest brand for which one letter may differ.
const EDITABLE: usize = 6;
/// The shortest brand worth protecting.
const SHORTEST: usize = 4;

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

    /// The brand this host imitates, or else names, and who wants to know.
    pub(super) fn likeness(&self, host: &str) -> Option<(Likeness, &[Target])> {
        if self.is_empty() || parents(host).any(|parent| self.hosts.contains(parent)) {
            return None;
        }
        let shown = if host.contains("xn--") {
            idna::domain_to_unicode(host).0
        } else {
            host.to_owned()
        };
        let suffix = psl::suffix(host.as_bytes()).map_or(0, |suffix| suffix.as_bytes().len());
        let suffix_labels = host[host.len() - suffix..].split('.').count();
        let labels: Vec<&str> = shown.split('.').collect();
        let labels = &labels[..labels.len().saturating_sub(suffix_labels)];
        let parts: Vec<Part> = labels
            .iter()
            .flat_map(|label| label.split(['-', '_']))
            .filter(|part| !part.is_empty())
            .map(|part| Part {
                written: part,
                skeleton: skeleton(part),
            })
            .collect();
        let mut named = None;
        for brand in &self.all {
            match brand.in_parts(&parts) {
                Some(Likeness::Imitates) => return Some((Likeness::Imitates, &brand.targets)),
                Some(Likeness::Names) => named = Some((Likeness::Names, brand.targets.as_slice())),
                None => {}
            }
        }
        named
    }
}

struct Part<'a> {
    written: &'a str,
    skeleton: Vec<u8>,
}

impl Brand {
    fn in_parts(&self, parts: &[Part<'_>]) -> Option<Likeness> {
        let mut named = false;
        for (at, part) in parts.iter().enumerate() {
            let long = self.name.len() >= EDITABLE;
            if part.written.contains(&*self.name) {
                if long && one_edit(part.written.as_bytes(), self.name.as_bytes()) {
                    return Some(Likeness::Imitates);
                }
                named |= part.written == &*self.name || self.name.len() >= EDITABLE;
                continue;
            }
            if part.skeleton == *self.skeleton
                || (long && memchr::memmem::find(&part.skeleton, &self.skeleton).is_some())
                || (long && part.skeleton.len() >= EDITABLE && one_edit(&part.skeleton, &self.skeleton))
                || (long && self.cut_over(&parts[at..]))
            {
                return Some(Likeness::Imitates);
            }
        }
        named.then_some(Likeness::Names)
    }

    /// Whether the first few parts together are exactly the brand.
    fn cut_over(&self, parts: &[Part<'_>]) -> bool {
        let mut rest = &*self.skeleton;
        for (count, part) in parts.iter().enumerate() {
            match rest.strip_prefix(part.skeleton.as_slice()) {
                Some([]) => return count > 0,
                Some(left) if !part.skeleton.is_empty() => rest = left,
                _ => return false,
            }
        }
        false
    }
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
        ] {
            brands.protect(host, Target { rule: 0, term: 0 }).expect(host);
        }
        brands
    }

    fn likeness(host: &str) -> Option<Likeness> {
        brands()
            .likeness(&canonical(host).expect(host))
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
