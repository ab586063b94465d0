//! From a message to a case: scan it with what its guild wants, find out where its invitations lead, and hand what is
//! suspicious to `moderation`.
//!
//! The usual message is clean: it is scanned with everything at hand and forgotten, without I/O, without a lock held and
//! without an allocation. What a verdict leads to is decided in `moderation`; requests are sent by [`super::performer`].

use std::sync::{Arc, Mutex, PoisonError};

use dashmap::DashMap;

use super::App;
use super::impostors;
use super::invites::Invites;
use super::platform::{Order, PlatformError, Task};
use super::rulebook::Rulebook;
use super::shadows::Shadows;
use crate::model::case::{Action, CaseState};
use crate::model::guild::{ChannelKind, Directory, GuildSettings, RuleMode as GuildRuleMode};
use crate::model::message::{Arrival, IncomingMessage};
use crate::model::overlay::Overlay;
use crate::model::{GuildId, Timestamp};
use crate::moderation::{self, Circumstances, Court, Standing};
use crate::rules::feeds::FeedHosts;
use crate::rules::{Exemptions, Part, Place, RuleMask, RuleMode, ScanContext, Scratch, Severity, Verdict};
use crate::storage::spool::Spooled;
use crate::storage::{InGuild, OpenedCase, StoreError};

/// Parts of a message that are lined up without an allocation.
const FEW: usize = 8;
/// Idle buffers that are kept for the next worker.
const MOST_SCRATCHES: usize = 64;

/// What judging remembers between messages.
#[derive(Debug, Default)]
pub struct Bench {
    /// Where invitations lead.
    pub invites: Invites,
    /// What rules that do not count yet would have done.
    pub shadows: Shadows,
    views: DashMap<GuildId, Arc<View>>,
    scratches: Mutex<Vec<Scratch>>,
}

/// All that a scan needs to know of one guild. Made anew when one of its sources was swapped.
#[derive(Debug)]
pub struct View {
    /// The rules and the policy in force.
    pub rulebook: Arc<Rulebook>,
    /// The lists of hosts in force.
    pub feeds: Arc<FeedHosts>,
    /// The guild's settings.
    pub settings: Arc<GuildSettings>,
    /// Discord's side of the guild.
    pub directory: Option<Arc<Directory>>,
    mask: Option<RuleMask>,
    overlay: Arc<Overlay>,
    exemptions: Option<Exemptions>,
    own_invites: Vec<String>,
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
    }

    /// What a scan needs to know of a guild.
    pub fn view(&self, app: &App, guild: GuildId, settings: &Arc<GuildSettings>) -> Arc<View> {
        let (rulebook, directory) = (app.rulebook.current(), app.guilds.directory(guild));
        let overlay = app.guilds.overlay(guild);
        let feeds = app.feeds.in_force();
        if let Some(view) = self.views.get(&guild)
            && Arc::ptr_eq(&view.rulebook, &rulebook)
            && Arc::ptr_eq(&view.feeds, &feeds)
            && Arc::ptr_eq(&view.settings, settings)
            && (Arc::ptr_eq(&view.overlay, &overlay) || view.overlay == overlay)
            && same(view.directory.as_ref(), directory.as_ref())
        {
            return Arc::clone(&view);
        }
        let view = Arc::new(View::new(
            rulebook,
            feeds,
            Arc::clone(settings),
            directory,
            overlay,
            self.invites.own(guild),
        ));
        self.views.insert(guild, Arc::clone(&view));
        view
    }
}

fn same(one: Option<&Arc<Directory>>, other: Option<&Arc<Directory>>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => Arc::ptr_eq(one, other),
        (None, None) => true,
        _ => false,
    }
}

impl View {
    fn new(
        rulebook: Arc<Rulebook>,
        feeds: Arc<FeedHosts>,
        settings: Arc<GuildSettings>,
        directory: Option<Arc<Directory>>,
        overlay: Arc<Overlay>,
        mut own_invites: Vec<String>,
    ) -> Self {
        let mask = (!settings.rule_modes.is_empty()).then(|| {
            RuleMask::build(&rulebook.ruleset, |rule| {
                match settings.rule_modes.get(rule.id.as_ref()) {
                    None => RuleMode::Enforce,
                    Some(GuildRuleMode::Observe) => RuleMode::Observe,
                    Some(GuildRuleMode::Off) => RuleMode::Off,
                }
            })
        });
        own_invites.extend(directory.as_ref().and_then(|directory| directory.vanity.clone()));
        let exemptions = moderation::overlay::exemptions(&rulebook.ruleset, &overlay);
        Self {
            exemptions: (!exemptions.is_empty()).then_some(exemptions),
            overlay,
            rulebook,
            feeds,
            settings,
            directory,
            mask,
            own_invites,
        }
    }

    /// What the rules say about the names of a member of whom `imitated` is imitated, if anybody is.
    pub fn scan_names(&self, names: &[&str], imitated: Option<&String>, scratch: &mut Scratch) -> Verdict {
        let context = ScanContext {
            own_invites: &self.own_invites,
            staff_names: imitated.map_or(&[], std::slice::from_ref),
            mask: self.mask.as_ref(),
            ..ScanContext::default()
        };
        let parts: Vec<Part<'_>> = names
            .iter()
            .map(|name| Part::new(Place::DisplayName, name))
            .collect();
        self.rulebook.ruleset.scan(&parts, &context, scratch)
    }

    fn scan(&self, message: &IncomingMessage, scratch: &mut Scratch) -> Verdict {
        let context = ScanContext {
            own_invites: &self.own_invites,
            feeds: Some(&self.feeds),
            mask: self.mask.as_ref(),
            exemptions: self.exemptions.as_ref(),
            mentions_everyone: message.mentions_everyone,
            edited: message.arrival == Arrival::Edited,
            ..ScanContext::default()
        };
        // Nearly every message has a handful of parts: they are lined up on the stack.
        if message.parts.len() <= FEW {
            let mut parts = [Part::new(Place::Content, ""); FEW];
            for (slot, part) in parts.iter_mut().zip(&message.parts) {
                *slot = part.as_part();
            }
            self.rulebook
                .ruleset
                .scan(&parts[..message.parts.len()], &context, scratch)
        } else {
            let parts: Vec<Part<'_>> = message
                .parts
                .iter()
                .map(crate::model::message::MessagePart::as_part)
                .collect();
            self.rulebook.ruleset.scan(&parts, &context, scratch)
        }
    }

    /// Whether the guild has exempted the author or the place. A thread is exempt with its channel.
    fn exempts(&self, message: &IncomingMessage) -> bool {
        let settings = &self.settings;
        let home = self
            .directory
            .as_ref()
            .and_then(|directory| directory.home_of(message.channel));
        settings.exempt_channels.contains(&message.channel)
            || home.is_some_and(|home| settings.exempt_channels.contains(&home.id))
            || message
                .author
                .roles
                .iter()
                .any(|role| settings.exempt_roles.contains(role))
            || self.is_private_thread(message)
    }

    fn is_our_own(&self, app: &App, message: &IncomingMessage) -> bool {
        self.directory
            .as_ref()
            .is_some_and(|directory| directory.own_user == message.author.id)
            || message
                .author
                .webhook
                .is_some_and(|webhook| app.guilds.is_own_webhook(webhook))
    }

    /// Private threads are tickets: what a victim quotes there is a report, not a scam.
    fn is_private_thread(&self, message: &IncomingMessage) -> bool {
        self.directory
            .as_ref()
            .and_then(|directory| directory.channels.get(&message.channel))
            .is_some_and(|channel| channel.kind == ChannelKind::PrivateThread)
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
    let mut verdict = view.scan(&message, scratch);
    if verdict.is_empty() {
        return Ok(Judged::Clean);
    }
    let now = app.clock.now();
    if !verdict.unresolved.is_empty() {
        let facts = app
            .bench
            .invites
            .facts(app.platform.as_ref(), message.guild, &verdict.unresolved, now)
            .await;
        verdict = verdict.with(&view.rulebook.ruleset, &facts);
    }
    app.bench
        .shadows
        .note(message.guild, &verdict, view.rulebook.ruleset.thresholds());
    sentence(app, &view, message, verdict, now).await
}

/// Whether the rules find anything at all in a message; opens no case.
pub async fn is_suspicious(app: &App, message: &IncomingMessage, scratch: &mut Scratch) -> bool {
    match app.guilds.load(app.store.as_ref(), message.guild).await {
        Ok(settings) => !app
            .bench
            .view(app, message.guild, &settings)
            .scan(message, scratch)
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
    match moderation::open_case(app.store.as_ref(), court, message, verdict, now, lease_until).await {
        Ok(None) => Ok(Judged::Clean),
        Ok(Some((opened, leased))) => {
            if let OpenedCase::Opened(case) = &opened {
                app.performer.hand_over(case, leased);
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

/// The database refuses: what is critical goes at once, without a row first; the evidence goes to the spool, and staff
/// hear of it.
async fn without_store(
    app: &App,
    court: Court<'_>,
    (message, verdict): (IncomingMessage, Verdict),
    now: Timestamp,
    error: &StoreError,
) {
    tracing::error!(guild = %message.guild, channel = %message.channel, %error, "a case could not be stored");
    let known = Circumstances {
        standing: Standing::of(&message.author, court.settings, court.directory),
        priors: 0,
        pings_everyone: message.mentions_everyone,
        quoted: moderation::quoting::all_quoted(&message, &verdict.findings),
        now,
    };
    let decision = court.policy.decide(&verdict, &known, court.settings);
    let critical = verdict
        .gravest()
        .is_some_and(|finding| finding.severity == Severity::Critical);
    let mut done = Vec::new();
    if critical && decision.actions.contains(&Action::Delete) {
        let order = Order {
            key: format!("spooled:{}", message.id),
            guild: message.guild,
            planned_at: now,
            task: Task::DeleteMessage {
                channel: message.channel,
                message: message.id,
                reason: "Nightdesk: a certain scam; the database is unavailable, the record follows"
                    .to_owned(),
            },
        };
        match app.platform.perform(&order).await {
            Ok(_) | Err(PlatformError::Gone(_)) => done.push(Action::Delete),
            Err(error) => tracing::error!(%error, "a critical message could not be removed"),
        }
    }
    let (guild, mod_log) = (message.guild, court.settings.mod_log);
    if let Some(spool) = &app.spool
        && let Err(error) = spool
            .append(&Spooled {
                at: now,
                message,
                verdict,
                done,
            })
            .await
    {
        tracing::error!(%error, "the evidence could not be spooled");
    }
    if let Some(channel) = mod_log
        && app.trouble_told.spend(now)
    {
        let order = Order {
            key: format!("store-trouble:{}", now.0),
            guild,
            planned_at: now,
            task: Task::TellStaffOfStoreTrouble { channel },
        };
        if let Err(error) = app.platform.perform(&order).await {
            tracing::error!(%error, "staff could not be told that the database is unavailable");
        }
    }
}

/// Opens the cases of what was spooled while the database refused. Does nothing when there is nothing.
pub async fn replay_spool(app: &App) {
    let Some(spool) = &app.spool else { return };
    let rulebook = app.rulebook.current();
    let outcome = spool
        .replay(app.store.as_ref(), |spooled| {
            let message = &spooled.message;
            let (settings, directory) = (
                app.guilds.settings(message.guild),
                app.guilds.directory(message.guild),
            );
            let court = Court {
                policy: &rulebook.policy,
                settings: &settings,
                directory: directory.as_deref(),
            };
            moderation::open::deciding(court, message, &spooled.verdict, app.clock.now())
        })
        .await;
    match outcome {
        Ok(replayed) if replayed.opened > 0 => {
            tracing::info!(cases = replayed.opened, "spool.replayed");
            app.performer.wake();
        }
        Ok(_) => {}
        Err(error) => tracing::warn!(%error, "the spool waits"),
    }
}
