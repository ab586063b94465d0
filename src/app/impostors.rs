//! Looks at members as events show them: at a join, a change of name, beside a message or a press. A name that imitates
//! staff or a protected name, or that lures, becomes a case for moderators. Pictures are compared in [`avatars`].
//!
//! Each name is judged once (see [`super::people`]); the usual look costs two hashes and no I/O. Nobody is looked at in a
//! guild that nobody has set up: its card would have no place to go. What becomes of a sighting is decided in
//! `moderation::impostors`.

use super::people::Shown;
use super::platform::MEMBERS_PER_PAGE;
use super::{App, avatars};
use crate::model::avatar::Avatar;
use crate::model::message::{Arrival, Author, IncomingMessage, MessagePart};
use crate::model::{ChannelId, GuildId, MessageId, Timestamp, UserId};
use crate::moderation::impostors::{WINDOW, decide};
use crate::moderation::standing::{is_new, is_staff};
use crate::rules::{Level, Place, Scratch, Verdict};
use crate::storage::{self, InGuild, OpenedCase, Sighting};

/// Pages of members that are read of a guild: its oldest accounts, twenty thousand of them.
const PAGES: usize = 20;

/// No channel: a member was not seen beside a message.
pub const NOWHERE: ChannelId = ChannelId(0);

/// A member as an event shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The guild.
    pub guild: GuildId,
    /// Who.
    pub member: Author,
    /// The display name that they carry everywhere, if they have chosen one.
    pub global_name: Option<String>,
    /// The picture they are shown with, if they have chosen one.
    pub avatar: Option<Avatar>,
    /// Until when they may not write, if somebody has said so.
    pub timed_out_until: Option<Timestamp>,
}

impl Seen {
    /// Their names, each once.
    pub(super) fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::with_capacity(3);
        let all = [self.member.display_name.as_str(), self.member.name.as_str()];
        for name in all.into_iter().chain(self.global_name.as_deref()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}

/// Notes what a member holds and is called. Called in the order of the events, before anything waits.
pub fn note(app: &App, seen: &Seen) {
    let member = &seen.member;
    if member.bot {
        return;
    }
    let (settings, directory) = (app.guilds.settings(seen.guild), app.guilds.directory(seen.guild));
    app.people.note(
        seen.guild,
        directory.as_deref(),
        &settings,
        (member.id, &member.roles),
        (&seen.names(), Shown::All(seen.avatar.as_ref())),
    );
}

/// Reads who is in a guild: who holds which role, and whose name is borrowed. Discord's own description of a guild leaves
/// its members out. Ends after `PAGES`, or when Discord refuses; whoever was not reached is seen when they speak. Gives those who
/// were.
pub async fn get_to_know(app: &App, guild: GuildId) -> Vec<Seen> {
    let (mut after, mut members) = (UserId(0), Vec::new());
    for _ in 0..PAGES {
        let page = match app.platform.members_after(guild, after).await {
            Ok(page) => page,
            Err(error) => {
                tracing::warn!(%guild, %error, "the members of a guild could not be read");
                break;
            }
        };
        let Some(last) = page.last().map(|seen| seen.member.id) else {
            break;
        };
        after = last;
        let is_last = page.len() < MEMBERS_PER_PAGE;
        for seen in &page {
            note(app, seen);
        }
        members.extend(page);
        if is_last {
            break;
        }
    }
    // Only now is it known whose names may not be borrowed.
    let now = app.clock.now();
    for seen in &members {
        look_at_names(app, seen).await;
        // Whoever has been here for long is looked at when they change something: a big guild has thousands of pictures.
        if is_new(seen.member.joined_at, now) {
            avatars::look(app, seen).await;
        }
    }
    members
}

/// Looks at a member who joined, changed, or pressed something: at their names and their picture.
pub async fn look(app: &App, seen: &Seen) {
    look_at_names(app, seen).await;
    avatars::look(app, seen).await;
}

async fn look_at_names(app: &App, seen: &Seen) {
    let mut scratch = app.bench.take_scratch();
    look_at(
        app,
        (seen.guild, NOWHERE),
        &seen.member,
        &seen.names(),
        &mut scratch,
    )
    .await;
    app.bench.give_back(scratch);
}

/// Looks at the author of a message.
pub async fn look_at_author(app: &App, message: &IncomingMessage, scratch: &mut Scratch) {
    let author = &message.author;
    // A message that was read later does not say who its author is in the guild: without roles staff look like strangers.
    if author.bot || author.webhook.is_some() || author.joined_at.is_none() {
        return;
    }
    let names = [author.display_name.as_str(), author.name.as_str()];
    let names = if names[0] == names[1] {
        &names[..1]
    } else {
        &names[..]
    };
    let (settings, directory) = (
        app.guilds.settings(message.guild),
        app.guilds.directory(message.guild),
    );
    app.people.note(
        message.guild,
        directory.as_deref(),
        &settings,
        (author.id, &author.roles),
        (names, Shown::Some),
    );
    look_at(app, (message.guild, message.channel), author, names, scratch).await;
}

async fn look_at(
    app: &App,
    (guild, channel): (GuildId, ChannelId),
    member: &Author,
    names: &[&str],
    scratch: &mut Scratch,
) {
    let Ok(settings) = app.guilds.load(app.store.as_ref(), guild).await else {
        return;
    };
    let directory = app.guilds.directory(guild);
    if member.bot
        || !settings.set_up
        || is_staff(member.id, &member.roles, &settings, directory.as_deref())
        || member
            .roles
            .iter()
            .any(|role| settings.exempt_roles.contains(role))
    {
        return;
    }
    let book = app.people.book(guild, &settings, directory.as_ref());
    let view = app.bench.view(app, guild, &settings);
    let rules = std::ptr::from_ref(&*view.rulebook).addr();
    if !app
        .people
        .is_news(guild, member.id, names, (book.fingerprint, rules))
    {
        return;
    }
    let imitated = names
        .iter()
        .find_map(|name| book.names.imitated(name))
        .map(str::to_owned);
    let verdict = view.scan_names(names, imitated.as_ref(), scratch);
    if verdict.level < Level::Suspicious {
        return;
    }
    let now = app.clock.now();
    let sighting = Sighting {
        alike: alike(imitated.as_deref(), &verdict),
        evidence: evidence((guild, channel), member, names, now),
        imitates: imitated,
        since: now - WINDOW,
    };
    if let Err(error) = open(app, sighting, verdict, now).await {
        tracing::error!(%guild, member = %member.id, %error, "a member's name could not be recorded");
        app.people.judge_again(guild, member.id);
    }
}

pub(super) async fn open(
    app: &App,
    sighting: Sighting,
    verdict: Verdict,
    now: Timestamp,
) -> storage::Result<()> {
    let guild = sighting.evidence.guild;
    let settings = app.guilds.settings(guild);
    let decide = Box::new(move |facts| decide(&facts, &settings, now));
    let opened = app
        .store
        .open_sighting(InGuild(guild), sighting, verdict, now, decide)
        .await?;
    if let OpenedCase::Opened(case) = &opened {
        tracing::info!(%guild, member = %case.author, case = case.number, category = %case.category, "impostor.seen");
    }
    app.performer.wake();
    Ok(())
}

/// What the sightings of one wave have in common: the name they imitate, or the rule that they fall under.
fn alike(imitated: Option<&str>, verdict: &Verdict) -> String {
    match (imitated, verdict.gravest()) {
        (Some(name), _) => format!("imitates {name}"),
        (None, Some(finding)) => format!("rule {}", finding.rule),
        (None, None) => String::new(),
    }
}

/// What moderators are shown of a member.
pub(super) fn evidence(
    (guild, channel): (GuildId, ChannelId),
    member: &Author,
    names: &[&str],
    now: Timestamp,
) -> IncomingMessage {
    IncomingMessage {
        guild,
        channel,
        id: MessageId(member.id.0),
        author: member.clone(),
        arrival: Arrival::Named,
        posted_at: now,
        parts: names
            .iter()
            .map(|name| MessagePart {
                place: Place::DisplayName,
                text: (*name).to_owned(),
                secrets: Vec::new(),
            })
            .collect(),
        attachments: Vec::new(),
        forwards: None,
        mentions_everyone: false,
        previews: Vec::new(),
        needs_fetch: false,
    }
}
