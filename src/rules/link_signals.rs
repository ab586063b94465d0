//! Judges the links of one text: which are unknown, listed, imitations, invitations, and which are oddly written.

use super::compile::Ruleset;
use super::context::{ScanContext, UnlistedInvites};
use super::domains::{DomainSet, parents, registrable};
use super::evaluate::Hit;
use super::finding::{InviteCode, View};
use super::hits::Hits;
use super::links::{How, Link, Links};
use super::lookalike::Likeness;
use super::normalise::hints::hints;
use super::normalise::{Reading, plain};
use super::scan::{Current, Spot};
use super::signal::Signal;
use super::signals::{is_download, is_picture};
use super::sketch::short_name;

/// Where pictures posted on Discord live.
const DISCORD_FILES: &[&str] = &["cdn.discordapp.com", "media.discordapp.net"];
/// So many links to pictures make a wall, if there are at most so many other letters.
const WALL: usize = 3;
const WALL_LETTERS: usize = 30;
/// What an unknown host's name may say.
const OF_NAMES_OF_HOSTS: u64 = Signal::LureHost.bit()
    | Signal::SharedHosting.bit()
    | Signal::SharedHostingLure.bit()
    | Signal::BrandInHost.bit();
/// Outside links of one message that are remembered.
const MOST_OUTSIDE: usize = 8;
/// Different invitations of one message that can be asked about. Each costs another look at the hits.
const MOST_UNRESOLVED: usize = 64;

/// Whether this is one of Discord's own hosts, or stands below one: never unknown, whatever the lists say.
fn is_discord(host: &str) -> bool {
    parents(host).any(|parent| {
        matches!(
            parent,
            "discord.com"
                | "discord.gg"
                | "discord.gift"
                | "discord.new"
                | "discord.media"
                | "discordapp.com"
                | "discordapp.net"
                | "discordstatus.com"
        )
    })
}

/// Shorteners and messengers: what such a link leads to stands in its path.
fn is_crowded(host: &str) -> bool {
    matches!(
        host,
        "bit.ly"
            | "cutt.ly"
            | "goo.gl"
            | "is.gd"
            | "linktr.ee"
            | "rb.gy"
            | "rebrand.ly"
            | "shorturl.at"
            | "t.co"
            | "t.ly"
            | "t.me"
            | "telegram.me"
            | "tiny.cc"
            | "tinyurl.com"
            | "v.gd"
            | "wa.me"
            | "whatsapp.com"
    )
}

/// The short name of a place outside: its registrable host, or, where everybody's pages live, host and path together.
fn outside_name(host: &str, path: &str, shared: bool) -> u32 {
    let whose = registrable(host);
    if shared || is_crowded(whose) {
        (short_name(host) ^ short_name(path)).max(1)
    } else {
        short_name(whose)
    }
}

/// Whether the well-known host that covers a name is nearer to it than the place for anybody's pages that does.
fn is_nearer(well_known: Option<&str>, pages: Option<&str>) -> bool {
    well_known.is_some_and(|known| pages.is_none_or(|pages| pages.len() <= known.len()))
}

impl Ruleset {
    /// Tells all signals of the links of one text, and notes where those lead that leave what is known: what copies of a message have in
    /// common.
    pub(super) fn link_signals(
        &self,
        current: Current<'_>,
        context: &ScanContext<'_>,
        links: &Links,
        hits: &mut Hits,
        unresolved: &mut Vec<InviteCode>,
        outside: &mut Vec<u32>,
    ) {
        let (mut pictures, mut in_pictures, mut wall) = (0, 0, 0..0);
        for link in &links.all {
            let host = links.host(link);
            let name = if let Some(code) = links.invite(link) {
                self.invitation(current, context, link, code, hits, unresolved)
            } else {
                self.ordinary(current, context, links, link, hits)
            };
            if let Some(name) = name
                && outside.len() < MOST_OUTSIDE
                && !outside.contains(&name)
            {
                outside.push(name);
            }
            self.writing(current, link, hits);
            if DISCORD_FILES.contains(&host) && is_picture(links.path(link)) {
                wall = if pictures == 0 {
                    link.span.clone()
                } else {
                    wall.start..link.span.end
                };
                pictures += 1;
                in_pictures += link.span.len();
            }
        }
        if pictures >= WALL && current.part.text.len().saturating_sub(in_pictures) <= WALL_LETTERS {
            self.signal(Signal::ImageLinkWall, current, Spot::at(&wall, View::Raw), hits);
        }
    }

    /// The first host in a text that is on no list of well-known ones: what its copies can be searched for.
    pub fn outside_host(&self, text: &str) -> Option<String> {
        let mut reading = Reading::default();
        let traits = plain::read(text, &mut reading);
        let mut links = Links::default();
        links.read(text, traits, &hints(text, traits), false);
        let mut outside = links
            .all
            .iter()
            .map(|link| links.host(link))
            .filter(|host| self.known_hosts.covering(host).is_none() && !is_discord(host))
            .filter(|host| self.shared_pages.covering(host).is_none());
        outside.next().map(str::to_owned)
    }

    /// Whether everybody links to a host: it is on the list of well-known ones, and no place for anybody's pages.
    pub fn is_well_known(&self, host: &str) -> bool {
        is_nearer(self.known_hosts.covering(host), self.shared_pages.covering(host))
    }

    /// An invitation; where it leads, as a short name, if not home.
    fn invitation(
        &self,
        current: Current<'_>,
        context: &ScanContext<'_>,
        link: &Link,
        code: &str,
        hits: &mut Hits,
        unresolved: &mut Vec<InviteCode>,
    ) -> Option<u32> {
        if context
            .own_invites
            .iter()
            .any(|own| own.eq_ignore_ascii_case(code))
        {
            return None;
        }
        let name = Some(short_name(code));
        let spot = Spot::at(&link.span, view(link));
        if context.unlisted_invites == UnlistedInvites::Foreign {
            self.signal(Signal::ForeignInvite, current, spot, hits);
            return name;
        }
        let number = unresolved.iter().position(|known| known.0 == code).or_else(|| {
            (unresolved.len() < MOST_UNRESOLVED).then(|| {
                unresolved.push(InviteCode(code.to_owned()));
                unresolved.len() - 1
            })
        });
        if let Some(number) = number {
            let conditional = Spot {
                code: number as u16 + 1,
                ..spot
            };
            self.signal(Signal::ForeignInvite, current, conditional, hits);
        }
        self.signal(Signal::UnresolvedInvite, current, spot, hits);
        name
    }

    /// Any other link; where it leads, as a short name, if that is on no list of well-known places.
    fn ordinary(
        &self,
        current: Current<'_>,
        context: &ScanContext<'_>,
        links: &Links,
        link: &Link,
        hits: &mut Hits,
    ) -> Option<u32> {
        let host = links.host(link);
        let spot = Spot::at(&link.span, view(link));
        self.signal(Signal::Link, current, spot, hits);
        if context
            .allowed_hosts
            .is_some_and(|allowed| allowed.covering(host).is_some())
        {
            return None;
        }
        let covered = |set: Option<&DomainSet>| set.is_some_and(|set| set.covering(host).is_some());
        let pages = self.shared_pages.covering(host);
        // Below a well-known host, `google.com`, there may be a place for anybody's pages, `sites.google.com`.
        let well_known = self.known_hosts.covering(host);
        let known = is_nearer(well_known, pages) || is_discord(host);
        if covered(context.denied_hosts) || context.feeds.is_some_and(|feeds| feeds.lists(host)) {
            self.signal(Signal::ListedHost, current, spot, hits);
        }
        self.listed_by_rules(current, host, spot, hits);
        if self.shorteners.covering(host).is_some() {
            self.signal(Signal::Shortener, current, spot, hits);
        }
        if self.messengers.covering(host).is_some() {
            self.signal(Signal::MessengerLink, current, spot, hits);
        }
        if pages.is_some() {
            self.signal(Signal::SharedHosting, current, spot, hits);
            if current.wants(Signal::SharedHostingLure) && self.host_words.lure_in_path(links.path(link)) {
                self.signal(Signal::SharedHostingLure, current, spot, hits);
            }
        }
        let name = (!known).then(|| outside_name(host, links.path(link), pages.is_some()));
        let unowned = name.filter(|_| !self.brands.owns(host));
        let Some(unowned) = unowned else {
            return name;
        };
        self.signal(Signal::UnknownLink, current, spot, hits);
        if context.seen_hosts.is_some_and(|seen| !seen.knows(unowned)) {
            self.signal(Signal::NewLink, current, spot, hits);
        }
        if pages.is_none() && (self.heard & OF_NAMES_OF_HOSTS != 0 || !self.brands.is_empty()) {
            self.strange_host(current, link, host, hits);
        }
        if link.how & How::IDN != 0 {
            self.signal(Signal::IdnHost, current, spot, hits);
            if disguised_script(host) {
                self.signal(Signal::MixedScriptHost, current, spot, hits);
            }
        }
        if link.how & How::BARE != 0 {
            self.signal(Signal::BareDomain, current, spot, hits);
        }
        if current.wants(Signal::DownloadLink) && is_download(links.path(link)) {
            self.signal(Signal::DownloadLink, current, spot, hits);
        }
        name
    }

    /// What an unknown host's name says: a brand, lure words, free hosting.
    fn strange_host(&self, current: Current<'_>, link: &Link, host: &str, hits: &mut Hits) {
        let spot = Spot::at(&link.span, view(link));
        let anatomy = self.host_words.cut(host);
        let likeness = self.brands.likeness(host, &anatomy, &self.host_words);
        let reckoning = self
            .host_words
            .reckon(&anatomy, likeness.map(|(likeness, _)| likeness));
        for (so, signal) in [
            (reckoning.lure, Signal::LureHost),
            (reckoning.shared, Signal::SharedHosting),
            (
                reckoning.shared
                    && (reckoning.word
                        || likeness.is_some_and(|(likeness, _)| likeness != Likeness::NamesAWord)),
                Signal::SharedHostingLure,
            ),
        ] {
            if so {
                self.signal(signal, current, spot, hits);
            }
        }
        if let Some((likeness, targets)) = likeness {
            match likeness {
                Likeness::NamesAWord => {}
                Likeness::Names => self.signal(Signal::BrandInHost, current, spot, hits),
                Likeness::Imitates | Likeness::CloselyImitates => {
                    let imitation = Spot {
                        view: Some(View::Folded.max(view(link))),
                        ..spot
                    };
                    for target in targets {
                        self.link_hit(current, *target, host, imitation, hits);
                    }
                }
            }
        }
    }

    fn listed_by_rules(&self, current: Current<'_>, host: &str, spot: Spot, hits: &mut Hits) {
        if self.hosts.is_empty() {
            return;
        }
        for parent in parents(host) {
            for target in self.hosts.get(parent).into_iter().flatten() {
                self.link_hit(current, *target, host, spot, hits);
            }
        }
    }

    fn link_hit(
        &self,
        current: Current<'_>,
        target: super::compile::Target,
        host: &str,
        spot: Spot,
        hits: &mut Hits,
    ) {
        let Some(rule) = self.compiled.get(usize::from(target.rule)) else {
            return;
        };
        let excused =
            parents(host).any(|parent| rule.unless_domains.iter().any(|unless| **unless == *parent));
        if rule.looks_at(current.part.place.kind()) && !excused {
            hits.push(Hit {
                rule: target.rule,
                term: target.term,
                part: current.number,
                start: spot.start,
                end: spot.end,
                mapped: true,
                layer: spot.layer,
                view: spot.view,
                pattern: None,
                signal: None,
                link: true,
                anywhere: false,
                code: 0,
            });
        }
    }

    /// Signals about how a link is written, wherever it leads.
    fn writing(&self, current: Current<'_>, link: &Link, hits: &mut Hits) {
        let spot = Spot::at(&link.span, view(link));
        for (bits, signal) in [
            (How::MASKED, Signal::MaskedLink),
            (How::MISMATCH, Signal::MaskedLinkMismatch),
            (How::ENCODED, Signal::EncodedHost),
            (How::USERINFO, Signal::UserinfoLink),
            (How::ADDRESS, Signal::IpHost),
            (How::SPACED, Signal::SpacedDomain),
            (How::DEFANGED, Signal::DefangedLink),
        ] {
            if link.how & bits != 0 {
                self.signal(signal, current, spot, hits);
            }
        }
        if link.how & How::JOINED != 0 {
            self.signal(Signal::SplitLink, current, spot, hits);
        }
        let revealed = link.how & (How::SLASHES | How::JOINED) != 0
            || (link.how & How::CLEANED != 0 && link.how & (How::SPACED | How::DEFANGED) == 0);
        if revealed {
            self.signal(Signal::LinkOnlyAfterCleaning, current, spot, hits);
        }
    }
}

/// The view in which a link shows.
fn view(link: &Link) -> View {
    let undone =
        How::CLEANED | How::ENCODED | How::DEFANGED | How::SLASHES | How::IDN | How::USERINFO | How::MISMATCH;
    if link.how & (How::JOINED | How::SPACED) != 0 {
        View::Joined
    } else if link.how & undone != 0 {
        View::Decoded
    } else {
        View::Raw
    }
}

/// Whether a label of this punycode host mixes scripts, or consists of look-alikes of Latin letters only.
fn disguised_script(host: &str) -> bool {
    use unicode_security::MixedScript;
    let shown = idna::domain_to_unicode(host).0;
    shown.split('.').any(|label| {
        !label.is_ascii()
            && (!label.is_single_script()
                // The confusables of UTS #39: our own table also reads letters that only remind of Latin ones.
                || unicode_security::skeleton(label).all(|c| c.is_ascii()))
    })
}
