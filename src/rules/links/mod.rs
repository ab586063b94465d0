//! Links in all their disguises: where they stand, which host they really lead to, what about their writing is odd.
//!
//! A text is scanned as written ([`find`]); when it could hide more, it is cleaned ([`clean`]) and scanned again, and
//! what only the cleaned text shows is marked so. No link ever hides another: each is kept and judged by itself.
//! Whether a host is good, bad or an imitation is judged in [`super::lookalike`] and [`super::scan`].

mod clean;
mod find;
mod spaced;
mod suffix;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::ops::Range;

use super::domains::registrable;
use super::normalise::Traits;
use super::normalise::hints::Hints;
use super::normalise::sites::Sites;
use super::normalise::table::{As, stands_for};
use clean::{Cleaned, worth_cleaning};
use find::{Found, find, label_ends};

/// How a link is written: bits of [`Link::how`].
#[derive(Debug, Clone, Copy)]
pub(super) struct How;

impl How {
    /// With a scheme.
    pub(super) const SCHEME: u16 = 1;
    /// With `www.` instead.
    pub(super) const WWW: u16 = 1 << 1;
    /// With neither.
    pub(super) const BARE: u16 = 1 << 2;
    /// Something before an `@`.
    pub(super) const USERINFO: u16 = 1 << 3;
    /// The host percent-encoded.
    pub(super) const ENCODED: u16 = 1 << 4;
    /// Slashes missing, too many or the wrong way round.
    pub(super) const SLASHES: u16 = 1 << 5;
    /// `hxxp`, `[.]`, `(dot)`.
    pub(super) const DEFANGED: u16 = 1 << 6;
    /// Spaces inside the host.
    pub(super) const SPACED: u16 = 1 << 7;
    /// Only the cleaned text shows it.
    pub(super) const CLEANED: u16 = 1 << 8;
    /// Line breaks inside.
    pub(super) const JOINED: u16 = 1 << 9;
    /// Behind a label.
    pub(super) const MASKED: u16 = 1 << 10;
    /// Behind a label that names another host.
    pub(super) const MISMATCH: u16 = 1 << 11;
    /// An address instead of a name.
    pub(super) const ADDRESS: u16 = 1 << 12;
    /// What cleaning can find undone in a host.
    pub(super) const UNDONE: u16 =
        Self::CLEANED | Self::JOINED | Self::SPACED | Self::DEFANGED | Self::ENCODED;
    /// Letters beyond ASCII, or punycode.
    pub(super) const IDN: u16 = 1 << 13;
}

/// A link, its host in canonical form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    /// The source bytes of the whole link, its label included.
    pub(super) span: Range<usize>,
    /// The host, in the arena: lower case, punycode, or the digits of an address.
    host: Range<u32>,
    /// What follows the host, decoded, in the arena.
    path: Range<u32>,
    /// Bits of [`How`].
    pub(super) how: u16,
}

/// The links of one text, in buffers that are used again.
#[derive(Debug, Default)]
pub(super) struct Links {
    pub(super) all: Vec<Link>,
    arena: String,
    cleaned: Cleaned,
    label: String,
    decoded: Vec<u8>,
    found: Vec<Found>,
}

/// Texts longer than this are searched for a label's `[` only so far back, in bytes.
const LONGEST_LABEL: usize = 300;

impl Links {
    /// The host of a link.
    pub(super) fn host(&self, link: &Link) -> &str {
        &self.arena[link.host.start as usize..link.host.end as usize]
    }

    /// The path of a link, decoded, with the `/` it starts with.
    pub(super) fn path(&self, link: &Link) -> &str {
        &self.arena[link.path.start as usize..link.path.end as usize]
    }

    /// The invite code a link carries.
    pub(super) fn invite(&self, link: &Link) -> Option<&str> {
        invite_code(self.host(link), self.path(link))
    }

    /// Finds all links of a text. Says whether the text had to be cleaned for it.
    pub(super) fn read(&mut self, text: &str, traits: Traits, hints: &Hints, dot_word: bool) -> bool {
        self.all.clear();
        self.arena.clear();
        if hints.sites.any(Sites::DOT_BEFORE_NAME | Sites::SCHEME) {
            let mut found = std::mem::take(&mut self.found);
            find(text, |link| found.push(link));
            for link in found.drain(..) {
                self.add(text, &link, None);
            }
            self.found = found;
            if hints.sites.any(Sites::LABEL_END) && !self.all.is_empty() {
                self.mask(text);
            }
        }
        let cleaning = worth_cleaning(text, traits, hints, dot_word);
        if cleaning {
            self.read_cleaned(text, hints);
        }
        cleaning
    }

    fn read_cleaned(&mut self, text: &str, hints: &Hints) {
        let mut cleaned = std::mem::take(&mut self.cleaned);
        cleaned.read(text, hints);
        let written_end = self.all.len();
        if let Ok(clean) = std::str::from_utf8(&cleaned.reading.bytes) {
            let mut found = std::mem::take(&mut self.found);
            find(clean, |link| found.push(link));
            for mut link in found.drain(..) {
                let inside = &cleaned.how[link.span.start..link.host.end.max(link.span.start)];
                link.how |= inside.iter().fold(0, |all, how| all | how);
                let source = cleaned.reading.source(link.span.clone());
                self.add(clean, &link, Some(source));
                let Some(new) = self.all.get(written_end..).and_then(<[Link]>::last).cloned() else {
                    continue;
                };
                let known = self.all[..self.all.len() - 1].iter().position(|old| {
                    self.host(old) == self.host(&new)
                        && old.span.start < new.span.end
                        && new.span.start < old.span.end
                });
                if let Some(known) = known {
                    // The text as written leads there too; what the cleaning undid in its host still counts.
                    self.all.pop();
                    self.all[known].how |= new.how & How::UNDONE;
                } else if let Some(last) = self.all.last_mut() {
                    last.how |= How::CLEANED;
                }
            }
            self.found = found;
        }
        self.cleaned = cleaned;
    }

    /// Takes a link in, in canonical form; `source` when the text is not the source itself.
    fn add(&mut self, text: &str, found: &Found, source: Option<Range<usize>>) {
        let before = self.arena.len();
        let mut how = found.how;
        let host = &text[found.host.clone()];
        let plain = host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
        let numeric =
            host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') || host.starts_with("0x");
        if plain && !numeric {
            self.arena.push_str(host);
            self.arena[before..].make_ascii_lowercase();
        } else if let Ok(address) = host.parse::<Ipv4Addr>() {
            // As most write an address; the other ways need the whole parser.
            how |= if is_private(address) { 0 } else { How::ADDRESS };
            self.arena.push_str(host);
        } else {
            let decoded = percent_encoding::percent_decode_str(host).decode_utf8_lossy();
            match url::Host::parse(&decoded) {
                Ok(url::Host::Domain(name)) => self.arena.push_str(&name),
                Ok(url::Host::Ipv4(address)) => {
                    how |= if is_private(address) { 0 } else { How::ADDRESS };
                    // Text can always be written to memory.
                    let _ = write!(self.arena, "{address}");
                }
                Ok(url::Host::Ipv6(address)) => {
                    how |= How::ADDRESS;
                    let _ = write!(self.arena, "{address}");
                }
                Err(_) => return,
            }
        }
        let trimmed = self.arena[before..].trim_end_matches('.').len();
        self.arena.truncate(before + trimmed);
        let host_end = self.arena.len();
        if host_end == before || !(self.arena[before..].contains('.') || how & How::ADDRESS != 0) {
            self.arena.truncate(before);
            return;
        }
        let hyphens = || self.arena.as_bytes()[before..].windows(2).any(|two| two == b"--");
        let punycode = || {
            self.arena[before..]
                .split('.')
                .any(|label| label.starts_with("xn--"))
        };
        if !host.is_ascii() || (hyphens() && punycode()) {
            how |= How::IDN;
        }
        let path = &text[found.path.clone()];
        if memchr::memchr(b'%', path.as_bytes()).is_some() {
            self.decoded.clear();
            self.decoded.extend(percent_encoding::percent_decode_str(path));
            self.arena.push_str(&String::from_utf8_lossy(&self.decoded));
        } else {
            self.arena.push_str(path);
        }
        self.all.push(Link {
            span: source.unwrap_or_else(|| found.span.clone()),
            host: before as u32..host_end as u32,
            path: host_end as u32..self.arena.len() as u32,
            how,
        });
    }

    /// Finds `[label](target)`: marks the target, drops hosts that are only words of a label, compares both ends.
    fn mask(&mut self, text: &str) {
        for at in label_ends(text.as_bytes()) {
            let mut floor = at.saturating_sub(LONGEST_LABEL);
            while !text.is_char_boundary(floor) {
                floor += 1;
            }
            let Some(open) = text[floor..at].rfind('[').map(|open| floor + open) else {
                continue;
            };
            let target = at + 2 + text[at + 2..].len() - text[at + 2..].trim_start_matches([' ', '<']).len();
            let Some(masked) = self.all.iter().position(|link| link.span.start == target) else {
                continue;
            };
            let label = open + 1..at;
            let mismatch = self.names_another_host(&text[label.clone()], masked);
            let link = &mut self.all[masked];
            link.how |= How::MASKED | if mismatch { How::MISMATCH } else { 0 };
            link.span.start = open;
            self.all.retain(|link| {
                link.how & How::MASKED != 0 || !(label.start <= link.span.start && link.span.end <= label.end)
            });
        }
    }

    /// Whether a label reads like a host that is not the target's.
    fn names_another_host(&mut self, label: &str, target: usize) -> bool {
        self.label.clear();
        for c in label.chars() {
            match stands_for(c).as_ {
                _ if c.is_ascii() => self.label.push(c.to_ascii_lowercase()),
                As::Letters(letters) => {
                    self.label
                        .extend(letters.into_iter().filter(|letter| *letter != 0).map(char::from));
                }
                As::Nothing => {}
                _ => self.label.push(if matches!(c, '\u{3002}' | '\u{ff0e}') {
                    '.'
                } else {
                    c
                }),
            }
        }
        let home = registrable(self.host(&self.all[target]));
        let mut mismatch = false;
        find(&self.label, |named| {
            mismatch |= registrable(&self.label[named.host]) != home;
        });
        mismatch
    }
}

/// Whether the first path segment of this host is an invite code.
fn has_short_invites(host: &str) -> bool {
    matches!(host, "discord.gg" | "www.discord.gg")
}

/// Whether the `/invite/` path of this host carries one.
fn has_long_invites(host: &str) -> bool {
    matches!(
        host,
        "discord.com"
            | "www.discord.com"
            | "discordapp.com"
            | "www.discordapp.com"
            | "ptb.discord.com"
            | "canary.discord.com"
            | "discord.gg"
            | "ptb.discordapp.com"
            | "canary.discordapp.com"
    )
}

/// The code of an invitation: `discord.gg/CODE`, `discord.com/invite/CODE`, with slashes either way round.
fn invite_code<'p>(host: &str, path: &'p str) -> Option<&'p str> {
    let (short, long) = (has_short_invites(host), has_long_invites(host));
    if !(short || long) {
        return None;
    }
    let mut segments = path.split(['/', '\\']).filter(|segment| !segment.is_empty());
    let first = segments.next()?;
    let code = if long && first.eq_ignore_ascii_case("invite") {
        segments.next()?
    } else if short {
        first
    } else {
        return None;
    };
    let end = code
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')))
        .unwrap_or(code.len());
    let code = &code[..end];
    (code.len() >= 2).then_some(code)
}

fn is_private(address: Ipv4Addr) -> bool {
    address.is_private() || address.is_loopback() || address.is_link_local() || address.is_unspecified()
}
