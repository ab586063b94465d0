//! From a message to a case: scan it with what its guild wants, find out where its invitations lead, and hand what is
//! suspicious to `moderation`.
//!
//! The usual message is clean: it is scanned with everything at hand, its fingerprint is noted in the guild's window (a
//! short lock of that guild alone), and its text is forgotten, without I/O and without an allocation; only whether a
//! newcomer has written before is asked of the store, once. What a verdict leads to is decided in
//! `moderation`; requests are sent by [`super::performer`].

pub mod pictures;
mod view;
mod without_store;

use std::sync::{Arc, Mutex, PoisonError};

use dashmap::DashMap;

use super::App;
use super::invites::Invites;
use super::shadows::Shadows;
use super::unasked::Unasked;
use super::{cries, impostors, writers};
use crate::model::campaign::{Poster, Wanted};
use crate::model::case::CaseState;
use crate::model::fingerprint::Fingerprint;
use crate::model::message::{Arrival, IncomingMessage};
use crate::model::{GuildId, Timestamp};
use crate::moderation::copies;
use crate::moderation::window::Seen;
use crate::moderation::{self, Court, Who, fingerprint};
use crate::rules::{Category, InviteTarget, Level, Scratch, Verdict};
use crate::storage::{InGuild, OpenedCase, StoreError};

pub use pictures::Pictures;
use view::Moment;
pub use view::View;
pub use without_store::replay_spool;
use without_store::without_store;

/// Idle buffers that are kept for the next worker.
const MOST_SCRATCHES: usize = 64;

/// What judging remembers between messages.
#[derive(Debug, Default)]
pub struct Bench {
    /// Where invitations lead.
    pub invites: Invites,
    /// Messages whose invitations could not all be asked about.
    pub unasked: Unasked,
    /// What rules that do not count yet would have done.
    pub shadows: Shadows,
    /// Pictures that are compared with those of scams.
    pub pictures: Pictures,
    views: DashMap<GuildId, Arc<View>>,
    scratches: Mutex<Vec<Scratch>>,
}

/// What became of a message.
#[derive(Debug, PartialEq)]
pub enum Judged {
    /// It is not judged: exempt, or a direct message.
    Exempt,
    /// Nothing, or nothing that is worth a case.
    Clean,
    /// A case was opened, or this very message had one already.
    Case(Box<OpenedCase>),
    /// The store refused; the message was removed at once if it was certain, and its evidence went to the spool.
    Spooled,
}

impl Bench {
    /// Buffers for a worker.
    pub fn take_scratch(&self) -> Scratch {
        self.scratches
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop()
            .unwrap_or_default()
    }

    /// Gives buffers back for the next worker.
    pub fn give_back(&self, scratch: Scratch) {
        let mut scratches = self.scratches.lock().unwrap_or_else(PoisonError::into_inner);
        if scratches.len() < MOST_SCRATCHES {
            scratches.push(scratch);
        }
    }

    /// Forgets what was made of a guild.
    pub fn forget(&self, guild: GuildId) {
        self.views.remove(&guild);
        self.unasked.forget(guild);
    }
}

/// Judges a message and opens a case when it deserves one.
pub async fn judge(app: &App, message: IncomingMessage, scratch: &mut Scratch) -> Result<Judged, StoreError> {
    let settings = app.guilds.load(app.store.as_ref(), message.guild).await?;
    let view = app.bench.view(app, message.guild, &settings);
    impostors::look_at_author(app, &message, scratch).await;
    if view.is_our_own(app, &message) || view.exempts(&message) {
        return Ok(Judged::Exempt);
    }
    let now = app.clock.now();
    let author = &message.author;
    let first_message = writers::is_first(app, &message, now).await;
    let hosts = app.seen_hosts.load(app.store.as_ref(), message.guild).await?;
    let standing = view.standing(author);
    let is_member = standing.who == Who::Member;
    let answers_cry = is_member && app.cries.answers(message.guild, message.channel, author.id, now);
    let watch = app.campaigns.load(app.store.as_ref(), message.guild, now).await?;
    let mut moment = Moment {
        answers_cry,
        first_message,
        ..Moment::default()
    };
    let mut verdict = view.scan(&message, moment, Some(&hosts), scratch);
    let mut fingerprint = fingerprint::of(&message, scratch);
    let seen = seen(&message, fingerprint, standing.poster(now));
    let (repeats, mut copied) = watch.note(seen);
    if repeats.any() {
        moment.repeats = repeats;
        verdict = view.scan(&message, moment, Some(&hosts), scratch);
    }
    let trapped = view.traps(&message);
    let looks_at_pictures = watch.knows_images() && view.compares_pictures() && pictures::has_any(&message);
    if verdict.is_empty() && copied.is_none() && !trapped && !looks_at_pictures {
        hosts.learn_from(&message, &fingerprint, now);
        return Ok(Judged::Clean);
    }
    let mut all_asked = true;
    if !verdict.unresolved.is_empty() {
        (verdict, fingerprint, all_asked) = resolved(app, &view, &message, verdict, fingerprint, now).await;
        if all_asked || verdict.level == Level::Scam {
            app.bench.unasked.settle(&message);
        } else {
            app.bench.unasked.note(&message, now);
        }
        copied = copied.or_else(|| watch.copy_of(&Seen { fingerprint, ..seen }, now));
    }
    // What the guild only observes settles nothing: the next one is asked.
    if verdict.level < Level::Scam
        && let Some(wanted) = copied
    {
        verdict = view.certain(verdict, copies::COPY, wanted.category);
    }
    if verdict.level < Level::Scam && trapped {
        verdict = view.certain(verdict, copies::HONEYPOT, Category::Spam);
    }
    let mut pictures_of_scams = Vec::new();
    if verdict.level < Level::Scam && looks_at_pictures {
        let enough = copies::enough_pictures(seen.poster, repeats);
        if let Some(shown) = pictures::scam_in(app, &watch, &message, enough.unwrap_or(1), now).await {
            let category = shown.scam.category;
            verdict = if enough.is_some_and(|enough| shown.pictures.len() >= enough) {
                view.certain(verdict, copies::IMAGE, category)
            } else {
                view.doubtful(verdict, copies::IMAGE, category)
            };
            pictures_of_scams = shown.pictures;
        }
    }
    // Copies, pictures and the honeypot count, too, where a guild only observes them.
    app.bench
        .shadows
        .note(message.guild, &verdict, view.rulebook.ruleset.thresholds());
    // Where nobody knows yet where an invitation leads, nothing is learnt to be harmless.
    if verdict.level == Level::Clean && all_asked {
        hosts.learn_from(&message, &fingerprint, now);
    }
    // Whoever was robbed shows the link that did it: a cry that a moderator should look at is one all the same.
    if verdict.level < Level::Scam
        && is_member
        && cries::is_cry(&verdict)
        && let Err(error) = cries::heard(app, &settings, view.directory.as_deref(), &message).await
    {
        // The message is judged all the same.
        tracing::error!(guild = %message.guild, %error, "a ticket could not be offered");
    }
    let judged = sentence(app, &view, message, verdict, fingerprint, now).await?;
    if let Judged::Case(opened) = &judged
        && let OpenedCase::Opened(case) = &**opened
    {
        pictures::note(app, case.guild, case.id, pictures_of_scams).await;
    }
    Ok(judged)
}

/// A message as it stands in the window.
fn seen(message: &IncomingMessage, fingerprint: Fingerprint, poster: Poster) -> Seen {
    Seen {
        fingerprint,
        channel: message.channel,
        message: message.id,
        author: message.author.id,
        at: message.posted_at,
        poster,
    }
}

/// A message that was found by looking for copies, as it stands among others. Its author's roles have to be known.
pub async fn placed(
    app: &App,
    message: &IncomingMessage,
    fingerprint: Fingerprint,
    now: Timestamp,
) -> Result<Seen, StoreError> {
    let settings = app.guilds.load(app.store.as_ref(), message.guild).await?;
    let standing = app
        .bench
        .view(app, message.guild, &settings)
        .standing(&message.author);
    Ok(seen(message, fingerprint, standing.poster(now)))
}

/// The verdict once it is known where invitations lead; in the fingerprint a guild takes the place of the codes that lead
/// to it, because scammers change codes and not servers. Says whether that is known of all of them.
async fn resolved(
    app: &App,
    view: &View,
    message: &IncomingMessage,
    verdict: Verdict,
    mut fingerprint: Fingerprint,
    now: Timestamp,
) -> (Verdict, Fingerprint, bool) {
    let invites = &app.bench.invites;
    let facts = invites
        .facts(
            app.platform.as_ref(),
            (message.guild, message.author.id),
            &verdict.unresolved,
            now,
        )
        .await;
    let all_asked = facts.iter().all(|fact| fact.leads_to != InviteTarget::Unknown);
    for code in &verdict.unresolved {
        if let Some(guild) = invites.leads_to(&code.0) {
            fingerprint.rename(&code.0, guild, message.guild);
        }
    }
    (
        verdict.with(&view.rulebook.ruleset, &facts),
        fingerprint,
        all_asked,
    )
}

/// What a message that was found by looking for copies says by itself.
#[derive(Debug)]
pub struct Tried {
    /// `None`: it is not judged, or it holds a secret and is judged for that alone.
    pub verdict: Option<Verdict>,
    /// What it has in common with its copies.
    pub fingerprint: Fingerprint,
}

/// Reads a message that was found by looking for copies; opens no case.
pub async fn tried(app: &App, message: &IncomingMessage, scratch: &mut Scratch) -> Result<Tried, StoreError> {
    let settings = app.guilds.load(app.store.as_ref(), message.guild).await?;
    let view = app.bench.view(app, message.guild, &settings);
    if view.is_our_own(app, message) || view.exempts(message) {
        return Ok(Tried {
            verdict: None,
            fingerprint: Fingerprint::default(),
        });
    }
    let mut verdict = view.scan(message, Moment::default(), None, scratch);
    let mut fingerprint = fingerprint::of(message, scratch);
    if !verdict.unresolved.is_empty() {
        (verdict, fingerprint, _) =
            resolved(app, &view, message, verdict, fingerprint, app.clock.now()).await;
    }
    Ok(Tried {
        verdict: Some(verdict),
        fingerprint,
    })
}

/// Opens the case of a message that was found to be a copy. Answers whether it was not known before.
pub async fn open_copy(
    app: &App,
    message: IncomingMessage,
    verdict: Verdict,
    fingerprint: Fingerprint,
    wanted: &Wanted,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let settings = app.guilds.load(app.store.as_ref(), message.guild).await?;
    let view = app.bench.view(app, message.guild, &settings);
    let verdict = if verdict.level < Level::Scam {
        view.certain(verdict, copies::COPY, wanted.category)
    } else {
        verdict
    };
    let judged = sentence(app, &view, message, verdict, fingerprint, now).await?;
    Ok(matches!(judged, Judged::Case(opened) if matches!(*opened, OpenedCase::Opened(_))))
}

/// Remembers a cry for help that was heard before the bot was started again, so that its answers are read more closely. Offers
/// nothing: that was done then.
pub async fn recall(app: &App, message: &IncomingMessage, scratch: &mut Scratch) -> Result<(), StoreError> {
    let settings = app.guilds.load(app.store.as_ref(), message.guild).await?;
    let view = app.bench.view(app, message.guild, &settings);
    let is_member = view.standing(&message.author).who == Who::Member;
    if is_member
        && !view.is_our_own(app, message)
        && !view.exempts(message)
        && cries::is_cry(&view.scan(message, Moment::default(), None, scratch))
    {
        app.cries.note(
            message.guild,
            message.channel,
            message.author.id,
            message.posted_at,
        );
    }
    Ok(())
}

/// Whether the rules find anything at all in a message; opens no case.
pub async fn is_suspicious(app: &App, message: &IncomingMessage, scratch: &mut Scratch) -> bool {
    match app.guilds.load(app.store.as_ref(), message.guild).await {
        Ok(settings) => !app
            .bench
            .view(app, message.guild, &settings)
            .scan(message, Moment::default(), None, scratch)
            .is_empty(),
        Err(error) => {
            tracing::error!(guild = %message.guild, %error, "the settings of a guild could not be read");
            false
        }
    }
}

async fn sentence(
    app: &App,
    view: &View,
    message: IncomingMessage,
    verdict: Verdict,
    fingerprint: Fingerprint,
    now: Timestamp,
) -> Result<Judged, StoreError> {
    let court = Court {
        policy: &view.rulebook.policy,
        settings: &view.settings,
        directory: view.directory.as_deref(),
    };
    // A link's preview arrives as an edit a moment after its message, and a back-fill may meet what was edited since: the
    // message is on its way out already, and one deed is one case. What was just posted is new, and is not looked up; only
    // a thread's title shares its id with the thread's first message.
    let is_new = message.arrival == Arrival::Posted && message.id.0 != message.channel.0;
    if !is_new
        && let Ok(Some(case)) = app
            .store
            .case_of_message(InGuild(message.guild), message.id)
            .await
        && case.state == CaseState::Open
        && case.removes()
    {
        return Ok(Judged::Case(Box::new(OpenedCase::Known(case.id))));
    }
    let kept = (message.clone(), verdict.clone());
    let lease_until = app.performer.lease(&app.invalid_requests, now);
    match moderation::open_case(
        app.store.as_ref(),
        court,
        message,
        verdict,
        fingerprint,
        now,
        lease_until,
    )
    .await
    {
        Ok(None) => Ok(Judged::Clean),
        Ok(Some((opened, leased))) => {
            if let OpenedCase::Opened(case) = &opened {
                app.performer.hand_over(case, leased);
                app.campaigns
                    .note_case(app.store.as_ref(), case.guild, case.id, now)
                    .await?;
                tracing::info!(guild = %case.guild, channel = %case.channel, author = %case.author, case = case.number,
                    category = %case.category, severity = %case.severity, actions = case.actions.len(), "case.opened");
                if case.removes() {
                    super::breaker::watch(app, case).await;
                }
            }
            Ok(Judged::Case(Box::new(opened)))
        }
        Err(error @ (StoreError::Full | StoreError::Busy)) => {
            without_store(app, court, kept, now, &error).await;
            Ok(Judged::Spooled)
        }
        Err(error) => Err(error),
    }
}
