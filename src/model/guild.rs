//! What the bot knows of a guild: its settings (ours, in the store) and its directory (Discord's, in memory).
//!
//! How the directory is kept up to date lives in `app::guilds`; how settings are changed in `discord::commands::setup`.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::ids::{ChannelId, GuildId, RoleId, UserId};
use super::permission::Permissions;
use super::time::Timestamp;

/// Whether the bot acts or only watches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Cases and review cards, but nothing is removed and nobody is punished.
    #[default]
    Observe,
    /// The policy is carried out.
    Enforce,
}

/// What a staff role stands for: a support tier or a specialist team.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// First answer.
    L1,
    /// Deeper look.
    L2,
    /// Last stop before a team.
    L3,
    /// The security team.
    Security,
    /// The engineering team.
    Engineering,
    /// The product team.
    Product,
    /// The communications team.
    Comms,
    /// Moderators: exempt from punishment, reviewers of cases; they see tickets only with a support tier.
    Moderator,
}

impl Tier {
    /// Every tier, in the order shown to people.
    pub const ALL: [Self; 8] = [
        Self::L1,
        Self::L2,
        Self::L3,
        Self::Security,
        Self::Engineering,
        Self::Product,
        Self::Comms,
        Self::Moderator,
    ];

    /// The word stored in the database and shown to people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::L1 => "L1",
            Self::L2 => "L2",
            Self::L3 => "L3",
            Self::Security => "Security",
            Self::Engineering => "Engineering",
            Self::Product => "Product",
            Self::Comms => "Comms",
            Self::Moderator => "Moderator",
        }
    }

    /// The tier with this [`Self::name`].
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.name() == name)
    }

    /// Whether holders of this tier work tickets.
    pub const fn works_tickets(self) -> bool {
        !matches!(self, Self::Moderator)
    }
}

/// What a guild may do to one rule without touching the shared rule files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleMode {
    /// The rule is not consulted here.
    Off,
    /// The rule is recorded here but never acts.
    Observe,
}

/// A guild's settings. A guild without a row has the default: observe, nothing set up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuildSettings {
    /// Whether `/setup channels` has been run.
    pub set_up: bool,
    /// Act, or only watch.
    pub mode: Mode,
    /// Where review cards go.
    pub mod_log: Option<ChannelId>,
    /// Parent of the private ticket threads; members must see it.
    pub support: Option<ChannelId>,
    /// Where agents learn of tickets, and, until teams have channels, of escalations.
    pub staff: Option<ChannelId>,
    /// A team's own channel; absent: the staff channel.
    pub team_channels: BTreeMap<Tier, ChannelId>,
    /// Which role is which tier. A role may stand for several.
    pub staff_roles: Vec<(Tier, RoleId)>,
    /// Roles and channels the rules do not judge.
    pub exempt_roles: Vec<RoleId>,
    /// Channels whose messages are not judged.
    pub exempt_channels: Vec<ChannelId>,
    /// Rules that this guild has switched off or only observes.
    pub rule_modes: BTreeMap<String, RuleMode>,
    /// The role given by the policy's `quarantine` action.
    pub quarantine_role: Option<RoleId>,
    /// Whether the surest patterns are handed to Discord's own AutoMod.
    pub automod: bool,
    /// Names that no stranger may borrow, beside those of staff: founders, partners, the help desk itself.
    pub protected_names: Vec<String>,
    /// A channel in which nobody is meant to post: whoever does, and is not staff, is a bot of scammers.
    #[serde(default)]
    pub honeypot: Option<ChannelId>,
    /// Since when the bot is no longer in the guild; absent while it is.
    #[serde(default)]
    pub left_at: Option<Timestamp>,
}

impl GuildSettings {
    /// Whether AutoMod is to hold a rule of ours now: it was asked for, and this guild enforces.
    pub fn wants_automod(&self) -> bool {
        self.automod && self.set_up && self.mode == Mode::Enforce
    }

    /// Whether AutoMod has to hear of the change from `before`: of our rule, or of whom it leaves alone.
    pub fn moves_automod(&self, before: &Self) -> bool {
        if !self.wants_automod() || !before.wants_automod() {
            return self.wants_automod() != before.wants_automod();
        }
        self.rule_modes != before.rule_modes
            || self.staff_roles != before.staff_roles
            || self.exempt_roles != before.exempt_roles
            || self.exempt_channels != before.exempt_channels
    }

    /// The tiers held by somebody with these roles.
    pub fn tiers_of<'a>(&'a self, roles: &'a [RoleId]) -> impl Iterator<Item = Tier> + 'a {
        self.staff_roles
            .iter()
            .filter(|(_, role)| roles.contains(role))
            .map(|(tier, _)| *tier)
    }

    /// Whether somebody with these roles is staff of any tier.
    pub fn is_staff(&self, roles: &[RoleId]) -> bool {
        self.tiers_of(roles).next().is_some()
    }

    /// Whether somebody with these roles works tickets.
    pub fn is_agent(&self, roles: &[RoleId]) -> bool {
        self.tiers_of(roles).any(Tier::works_tickets)
    }

    /// Where cards for a team go: its own channel, else the staff channel.
    pub fn team_channel(&self, team: Tier) -> Option<ChannelId> {
        self.team_channels.get(&team).copied().or(self.staff)
    }
}

/// Whether a team hears that it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// It does.
    Heard,
    /// There is no channel for its cards.
    NoChannel,
    /// No role says who is in it.
    NoRole,
    /// The bot may mention none of its roles where its cards go.
    Dropped,
}

/// What kind of place a channel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChannelKind {
    /// Text channel.
    Text,
    /// Announcement channel.
    Announcement,
    /// Forum or media channel: its posts are threads.
    Forum,
    /// Voice or stage channel with its chat.
    Voice,
    /// Public or announcement thread.
    PublicThread,
    /// Private thread.
    PrivateThread,
    /// Category or anything without messages.
    Other,
}

/// A permission overwrite of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overwrite {
    /// Whose it is.
    pub subject: OverwriteSubject,
    /// Bits given.
    pub allow: Permissions,
    /// Bits taken.
    pub deny: Permissions,
}

/// Whom an overwrite is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverwriteSubject {
    /// All who hold the role.
    Role(RoleId),
    /// One person.
    Member(UserId),
}

/// A channel or thread as far as the bot needs to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Its id.
    pub id: ChannelId,
    /// What it is.
    pub kind: ChannelKind,
    /// Its name.
    pub name: String,
    /// The category of a channel, the channel of a thread.
    pub parent: Option<ChannelId>,
    /// Who made it, of a thread.
    pub made_by: Option<UserId>,
    /// Its own overwrites; threads have none and take their parent's.
    pub overwrites: Vec<Overwrite>,
}

/// A role as far as the bot needs to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its id.
    pub id: RoleId,
    /// Its name.
    pub name: String,
    /// Higher outranks lower; `@everyone` is 0.
    pub position: i64,
    /// What it grants.
    pub permissions: Permissions,
    /// Whether everybody may ping its holders.
    pub mentionable: bool,
}

/// Discord's side of a guild, as last heard: swapped whole, never changed in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    /// The guild.
    pub guild: GuildId,
    /// Its name.
    pub name: String,
    /// Its owner: outranks everybody.
    pub owner: UserId,
    /// Its vanity invite code, if it has one.
    pub vanity: Option<String>,
    /// Its roles.
    pub roles: HashMap<RoleId, Role>,
    /// Its channels and active threads.
    pub channels: HashMap<ChannelId, Channel>,
    /// The bot's own user id.
    pub own_user: UserId,
    /// The bot's own roles here.
    pub own_roles: Vec<RoleId>,
}

impl Directory {
    /// What somebody may do in the guild at large.
    pub fn base_permissions(&self, user: UserId, roles: &[RoleId]) -> Permissions {
        if user == self.owner {
            return Permissions::ALL;
        }
        let everyone = RoleId(self.guild.0);
        let granted = roles
            .iter()
            .chain(std::iter::once(&everyone))
            .filter_map(|role| self.roles.get(role))
            .fold(Permissions::NONE, |sum, role| sum | role.permissions);
        if granted.contains(Permissions::ADMINISTRATOR) {
            Permissions::ALL
        } else {
            granted
        }
    }

    /// Whether this is the thread of a ticket: private, and made by the bot. Members make private threads, too.
    pub fn is_ticket_thread(&self, channel: ChannelId) -> bool {
        self.channels.get(&channel).is_some_and(|place| {
            place.kind == ChannelKind::PrivateThread && place.made_by == Some(self.own_user)
        })
    }

    /// What somebody may do in one channel; a thread takes its parent's overwrites. An unknown channel grants nothing.
    pub fn permissions_in(&self, channel: ChannelId, user: UserId, roles: &[RoleId]) -> Permissions {
        let base = self.base_permissions(user, roles);
        if base == Permissions::ALL {
            return base;
        }
        let Some(place) = self.home_of(channel) else {
            return Permissions::NONE;
        };
        let everyone = RoleId(self.guild.0);
        let mut result = base;
        let mut apply = |allow: Permissions, deny: Permissions| result = result.without(deny) | allow;
        for overwrite in &place.overwrites {
            if overwrite.subject == OverwriteSubject::Role(everyone) {
                apply(overwrite.allow, overwrite.deny);
            }
        }
        let (mut allow, mut deny) = (Permissions::NONE, Permissions::NONE);
        for overwrite in &place.overwrites {
            if let OverwriteSubject::Role(role) = overwrite.subject
                && role != everyone
                && roles.contains(&role)
            {
                allow = allow | overwrite.allow;
                deny = deny | overwrite.deny;
            }
        }
        apply(allow, deny);
        for overwrite in &place.overwrites {
            if overwrite.subject == OverwriteSubject::Member(user) {
                apply(overwrite.allow, overwrite.deny);
            }
        }
        result
    }

    /// The channel whose overwrites count: a thread's parent, else the channel itself.
    pub fn home_of(&self, channel: ChannelId) -> Option<&Channel> {
        let place = self.channels.get(&channel)?;
        match place.kind {
            ChannelKind::PublicThread | ChannelKind::PrivateThread => self.channels.get(&place.parent?),
            _ => Some(place),
        }
    }

    /// The bot's own permissions in a channel.
    pub fn own_permissions_in(&self, channel: ChannelId) -> Permissions {
        self.permissions_in(channel, self.own_user, &self.own_roles)
    }

    /// Whether a team's roles are pinged by a message in its channel. Discord drops the ping of a role that the bot may not mention
    /// there, without a word.
    pub fn call(&self, settings: &GuildSettings, team: Tier) -> Call {
        let Some(channel) = settings.team_channel(team) else {
            return Call::NoChannel;
        };
        let may_ping_any = self
            .own_permissions_in(channel)
            .contains(Permissions::MENTION_EVERYONE);
        let mut roles = settings
            .staff_roles
            .iter()
            .filter(|(tier, _)| *tier == team)
            .filter_map(|(_, role)| self.roles.get(role))
            .peekable();
        if roles.peek().is_none() {
            Call::NoRole
        } else if may_ping_any || roles.any(|role| role.mentionable) {
            Call::Heard
        } else {
            Call::Dropped
        }
    }

    /// The position of somebody's highest role; the owner stands above every role.
    pub fn rank(&self, user: UserId, roles: &[RoleId]) -> i64 {
        if user == self.owner {
            return i64::MAX;
        }
        roles
            .iter()
            .filter_map(|role| self.roles.get(role))
            .map(|role| role.position)
            .max()
            .unwrap_or(0)
    }
}
