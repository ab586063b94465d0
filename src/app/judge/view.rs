//! A guild as judging sees it: rules, lists, settings and what its moderators said about the rules, put together once and
//! made anew when one of them was swapped.
//!
//! What a scan's verdict leads to is said in [`super`].

use std::sync::Arc;

use super::Bench;
use crate::app::App;
use crate::app::rulebook::Rulebook;
use crate::app::seen_hosts::Hosts;
use crate::model::GuildId;
use crate::model::guild::{Directory, GuildSettings, RuleMode as GuildRuleMode};
use crate::model::message::{Arrival, Author, IncomingMessage, MessagePart};
use crate::model::overlay::Overlay;
use crate::moderation::copies::{IMAGE, certain, doubtful};
use crate::moderation::window::Repeats;
use crate::moderation::{self, Standing, Who};
use crate::rules::feeds::FeedHosts;
use crate::rules::{Category, Exemptions, Part, Place, RuleMask, RuleMode, ScanContext, Scratch, Verdict};

/// Parts of a message that are lined up without an allocation.
const FEW: usize = 8;

/// What is known about the moment a message came at, besides the message.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Moment {
    /// What it repeats.
    pub(super) repeats: Repeats,
    /// Somebody else asked for help there a short while ago.
    pub(super) answers_cry: bool,
    /// Its author has not written here before.
    pub(super) first_message: bool,
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

impl Bench {
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

    /// What the rules say about a message. `hosts`: where was linked to before; absent: no link is new.
    pub(super) fn scan(
        &self,
        message: &IncomingMessage,
        moment: Moment,
        hosts: Option<&Hosts>,
        scratch: &mut Scratch,
    ) -> Verdict {
        let seen_hosts = hosts.map(Hosts::read);
        let context = ScanContext {
            own_invites: &self.own_invites,
            feeds: Some(&self.feeds),
            mask: self.mask.as_ref(),
            exemptions: self.exemptions.as_ref(),
            mentions_everyone: message.mentions_everyone,
            edited: message.arrival == Arrival::Edited,
            text_elsewhere: moment.repeats.elsewhere,
            cadence: moment.repeats.cadence,
            answers_cry: moment.answers_cry,
            first_message: moment.first_message,
            seen_hosts: seen_hosts.as_deref(),
            member_for: message
                .author
                .joined_at
                .map(|joined| message.posted_at.since(joined)),
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
            let parts: Vec<Part<'_>> = message.parts.iter().map(MessagePart::as_part).collect();
            self.rulebook.ruleset.scan(&parts, &context, scratch)
        }
    }

    pub(super) fn standing(&self, author: &Author) -> Standing {
        Standing::of(author, &self.settings, self.directory.as_deref())
    }

    /// A verdict with what is known apart from a message's words, as far as the guild lets that count.
    pub(super) fn certain(&self, verdict: Verdict, rule: &str, category: Category) -> Verdict {
        let mode = self.settings.rule_modes.get(rule).copied();
        certain(verdict, rule, category, mode)
    }

    /// A verdict with what is known apart from a message's words and is a reason for a moderator to look, as far as the guild
    /// lets that count.
    pub(super) fn doubtful(&self, verdict: Verdict, rule: &str, category: Category) -> Verdict {
        let mode = self.settings.rule_modes.get(rule).copied();
        let suspicious = self.rulebook.ruleset.thresholds().suspicious;
        doubtful(verdict, rule, category, mode, suspicious)
    }

    /// Whether pictures are compared with those of scams here.
    pub(super) fn compares_pictures(&self) -> bool {
        self.settings.rule_modes.get(IMAGE) != Some(&GuildRuleMode::Off)
    }

    /// Whether the guild has exempted the author or the place. A thread is exempt with its channel.
    pub(super) fn exempts(&self, message: &IncomingMessage) -> bool {
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
            || (self.is_in_ticket(message) && !holds_secret(message))
    }

    /// Whether somebody has posted where nobody but bots of scammers posts.
    pub(super) fn traps(&self, message: &IncomingMessage) -> bool {
        let Some(honeypot) = self.settings.honeypot else {
            return false;
        };
        let home = self
            .directory
            .as_ref()
            .and_then(|directory| directory.home_of(message.channel))
            .map_or(message.channel, |home| home.id);
        home == honeypot && self.standing(&message.author).who == Who::Member
    }

    pub(super) fn is_our_own(&self, app: &App, message: &IncomingMessage) -> bool {
        self.directory
            .as_ref()
            .is_some_and(|directory| directory.own_user == message.author.id)
            || message
                .author
                .webhook
                .is_some_and(|webhook| app.guilds.is_own_webhook(webhook))
    }

    /// What a victim quotes in a ticket is a report, not a scam. A seed phrase is gone from there, too: every agent could read it.
    /// Private threads that members make are no tickets, whatever they are called: scammers lead their victims into such.
    fn is_in_ticket(&self, message: &IncomingMessage) -> bool {
        self.directory
            .as_ref()
            .is_some_and(|directory| directory.is_ticket_thread(message.channel))
    }
}

fn holds_secret(message: &IncomingMessage) -> bool {
    message.parts.iter().any(|part| !part.secrets.is_empty())
}
