//! What the bot lacks in a guild, channel by channel: pure, from the directory and the settings.
//!
//! How each complaint reads and how it is mended is said in `words::moderation`; `/setup` shows it after every change.

use crate::app::feeds::Trouble;
use crate::discord::permissions::is_watched;
use crate::model::guild::{Channel, ChannelKind, Directory, GuildSettings, Tier};
use crate::model::{ChannelId, Permissions, RoleId};

/// Something that does not work, or is not safe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Complaint {
    /// `/setup channels` has not been run.
    NoChannels,
    /// A channel of the settings is not there, or the bot does not see it.
    ChannelGone(ChannelId, &'static str),
    /// The bot lacks permissions.
    Lacking {
        /// Where.
        scope: Scope,
        /// Which.
        missing: Permissions,
        /// What for.
        purpose: &'static str,
    },
    /// The support channel cannot hold private threads.
    NotAText(ChannelId),
    /// Members do not see the support channel, so they would not see their own tickets.
    HiddenSupport(ChannelId),
    /// Everybody reads a channel that is for staff.
    Public(ChannelId, &'static str),
    /// A role that is not staff reads every ticket.
    ReadsTickets(RoleId),
    /// No role works tickets.
    NoStaff,
    /// The bot's role stands at the bottom.
    LowRole,
    /// Members cannot post in the honeypot, so it catches nobody.
    ClosedHoneypot(ChannelId),
    /// The bot cannot give the quarantine role.
    QuarantineTooHigh(RoleId),
    /// A list of hosts is not as it should be.
    Feed(Trouble),
}

/// Where permissions are missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In the whole server.
    Server,
    /// In one channel.
    Channel(ChannelId),
    /// In several channels.
    Channels(Vec<ChannelId>),
}

/// Everything that does not work or is not safe, the most important first.
pub fn checkup(directory: &Directory, settings: &GuildSettings) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    if !settings.set_up {
        complaints.push(Complaint::NoChannels);
    }
    server(directory, settings, &mut complaints);
    watched(directory, settings, &mut complaints);
    cards(directory, settings.mod_log, "mod log", &mut complaints);
    cards(directory, settings.staff, "staff", &mut complaints);
    for (tier, channel) in &settings.team_channels {
        cards(directory, Some(*channel), team(*tier), &mut complaints);
    }
    pings(directory, settings, &mut complaints);
    support(directory, settings, &mut complaints);
    honeypot(directory, settings, &mut complaints);
    if settings.set_up && !settings.staff_roles.iter().any(|(tier, _)| tier.works_tickets()) {
        complaints.push(Complaint::NoStaff);
    }
    complaints
}

/// What moderators' buttons and the policy need everywhere.
fn server(directory: &Directory, settings: &GuildSettings, complaints: &mut Vec<Complaint>) {
    let own = directory.base_permissions(directory.own_user, &directory.own_roles);
    let mut needs = vec![
        (Permissions::MODERATE_MEMBERS, "to time scammers out"),
        (Permissions::KICK_MEMBERS, "for the Kick button"),
        (Permissions::BAN_MEMBERS, "for the Ban button"),
    ];
    if settings.automod {
        needs.push((
            Permissions::MANAGE_GUILD,
            "to keep the AutoMod rule and to hear what it blocks",
        ));
    }
    if settings.quarantine_role.is_some() {
        needs.push((Permissions::MANAGE_ROLES, "to give the quarantine role"));
    }
    for (wanted, purpose) in needs {
        if !own.contains(wanted) {
            complaints.push(Complaint::Lacking {
                scope: Scope::Server,
                missing: wanted,
                purpose,
            });
        }
    }
    let rank = directory.rank(directory.own_user, &directory.own_roles);
    let everyone = RoleId(directory.guild.0);
    let mut others = directory
        .roles
        .values()
        .filter(|role| role.id != everyone && !directory.own_roles.contains(&role.id))
        .peekable();
    if others.peek().is_some() && others.all(|role| role.position >= rank) {
        complaints.push(Complaint::LowRole);
    }
    if let Some(role) = settings.quarantine_role
        && directory
            .roles
            .get(&role)
            .is_some_and(|role| role.position >= rank)
    {
        complaints.push(Complaint::QuarantineTooHigh(role));
    }
}

/// What watching, removing and restoring need in every channel that members write in. One complaint for each permission,
/// however many channels lack it.
fn watched(directory: &Directory, settings: &GuildSettings, complaints: &mut Vec<Complaint>) {
    let needs = [
        (
            Permissions::VIEW_CHANNEL | Permissions::READ_MESSAGE_HISTORY,
            "to see what is posted",
        ),
        (Permissions::MANAGE_MESSAGES, "to remove scams"),
        (
            Permissions::MANAGE_WEBHOOKS,
            "to put back what was removed by mistake",
        ),
    ];
    let mut channels: Vec<&Channel> = directory
        .channels
        .values()
        .filter(|channel| is_watched(channel) && !settings.exempt_channels.contains(&channel.id))
        // A channel that neither everybody nor the bot sees is a private room; the bot has no business there.
        .filter(|channel| {
            everyone_may(directory, channel.id, Permissions::VIEW_CHANNEL)
                || directory
                    .own_permissions_in(channel.id)
                    .contains(Permissions::VIEW_CHANNEL)
        })
        .collect();
    channels.sort_by_key(|channel| channel.id);
    let mut complain = |wanted: Permissions, purpose, among: &[&Channel]| {
        let mut missing = Permissions::NONE;
        let mut places = Vec::new();
        for channel in among {
            let lacking = wanted.without(directory.own_permissions_in(channel.id));
            if lacking != Permissions::NONE {
                missing = missing | lacking;
                places.push(channel.id);
            }
        }
        match places.as_slice() {
            [] => {}
            [one] => complaints.push(Complaint::Lacking {
                scope: Scope::Channel(*one),
                missing,
                purpose,
            }),
            _ => complaints.push(Complaint::Lacking {
                scope: Scope::Channels(places),
                missing,
                purpose,
            }),
        }
    };
    for (wanted, purpose) in needs {
        complain(wanted, purpose, &channels);
    }
    channels.retain(|channel| {
        matches!(
            channel.kind,
            ChannelKind::Forum | ChannelKind::Text | ChannelKind::Announcement
        )
    });
    complain(
        Permissions::MANAGE_THREADS,
        "to remove forum posts and threads that are scams",
        &channels,
    );
}

/// What a channel for cards needs, and that members do not read it.
fn cards(
    directory: &Directory,
    channel: Option<ChannelId>,
    purpose: &'static str,
    complaints: &mut Vec<Complaint>,
) {
    let Some(channel) = channel else { return };
    let wanted = Permissions::VIEW_CHANNEL
        | Permissions::SEND_MESSAGES
        | Permissions::EMBED_LINKS
        | Permissions::READ_MESSAGE_HISTORY;
    if !present(directory, channel, purpose, complaints) {
        return;
    }
    lacking(directory, channel, wanted, "to post its cards", complaints);
    if everyone_may(directory, channel, Permissions::VIEW_CHANNEL) {
        complaints.push(Complaint::Public(channel, purpose));
    }
}

/// What it takes to reach a team: Discord drops a ping of a role without a word where it is not allowed.
fn pings(directory: &Directory, settings: &GuildSettings, complaints: &mut Vec<Complaint>) {
    let mut silent: Vec<ChannelId> = settings
        .staff_roles
        .iter()
        .filter(|(_, role)| directory.roles.get(role).is_some_and(|role| !role.mentionable))
        .filter_map(|(tier, _)| pinged_in(settings, *tier))
        .filter(|channel| directory.channels.contains_key(channel))
        .collect();
    silent.sort();
    silent.dedup();
    for channel in silent {
        let purpose = "so that a team hears when it is called (a role that anyone may mention needs nothing)";
        lacking(
            directory,
            channel,
            Permissions::MENTION_EVERYONE,
            purpose,
            complaints,
        );
    }
}

/// Where a tier's roles are pinged: those who answer first when a ticket is opened, a team when a ticket is escalated to it, moderators when the owner's account is stolen.
fn pinged_in(settings: &GuildSettings, tier: Tier) -> Option<ChannelId> {
    match tier {
        Tier::L1 => settings.staff,
        Tier::Moderator => settings.mod_log,
        team => settings.team_channel(team),
    }
}

/// What private threads need, that members see them, and that nobody else does.
fn support(directory: &Directory, settings: &GuildSettings, complaints: &mut Vec<Complaint>) {
    let Some(channel) = settings.support else { return };
    if !present(directory, channel, "support", complaints) {
        return;
    }
    if directory
        .channels
        .get(&channel)
        .is_some_and(|place| place.kind != ChannelKind::Text)
    {
        complaints.push(Complaint::NotAText(channel));
    }
    let wanted = Permissions::VIEW_CHANNEL
        | Permissions::SEND_MESSAGES
        | Permissions::EMBED_LINKS
        | Permissions::READ_MESSAGE_HISTORY
        | Permissions::CREATE_PRIVATE_THREADS
        | Permissions::SEND_MESSAGES_IN_THREADS
        | Permissions::MANAGE_THREADS;
    lacking(directory, channel, wanted, "to hold tickets", complaints);
    if !everyone_may(directory, channel, Permissions::VIEW_CHANNEL) {
        complaints.push(Complaint::HiddenSupport(channel));
    }
    let is_staff = |role: RoleId| settings.staff_roles.iter().any(|(_, staff)| *staff == role);
    let nobody = crate::model::UserId(0);
    let mut readers: Vec<RoleId> = directory
        .roles
        .keys()
        .copied()
        .filter(|role| !is_staff(*role) && !directory.own_roles.contains(role))
        .filter(|role| {
            let granted = directory.permissions_in(channel, nobody, &[*role]);
            // Administrators read everything everywhere; that is theirs to know.
            granted != Permissions::ALL && granted.contains(Permissions::MANAGE_THREADS)
        })
        .collect();
    readers.sort();
    complaints.extend(readers.into_iter().map(Complaint::ReadsTickets));
}

/// What the honeypot needs: the notice, and that the bots it is for can post there.
fn honeypot(directory: &Directory, settings: &GuildSettings, complaints: &mut Vec<Complaint>) {
    let Some(channel) = settings.honeypot else { return };
    if !present(directory, channel, "honeypot", complaints) {
        return;
    }
    let wanted = Permissions::VIEW_CHANNEL
        | Permissions::SEND_MESSAGES
        | Permissions::EMBED_LINKS
        | Permissions::MANAGE_MESSAGES;
    lacking(directory, channel, wanted, "to be a honeypot", complaints);
    if !everyone_may(
        directory,
        channel,
        Permissions::VIEW_CHANNEL | Permissions::SEND_MESSAGES,
    ) {
        complaints.push(Complaint::ClosedHoneypot(channel));
    }
}

fn present(
    directory: &Directory,
    channel: ChannelId,
    purpose: &'static str,
    complaints: &mut Vec<Complaint>,
) -> bool {
    let is_there = directory.channels.contains_key(&channel);
    if !is_there {
        complaints.push(Complaint::ChannelGone(channel, purpose));
    }
    is_there
}

fn lacking(
    directory: &Directory,
    channel: ChannelId,
    wanted: Permissions,
    purpose: &'static str,
    complaints: &mut Vec<Complaint>,
) {
    let missing = wanted.without(directory.own_permissions_in(channel));
    if missing != Permissions::NONE {
        complaints.push(Complaint::Lacking {
            scope: Scope::Channel(channel),
            missing,
            purpose,
        });
    }
}

/// Whether a member without any role may do something in a channel.
fn everyone_may(directory: &Directory, channel: ChannelId, wanted: Permissions) -> bool {
    directory
        .permissions_in(channel, crate::model::UserId(0), &[])
        .contains(wanted)
}

const fn team(tier: Tier) -> &'static str {
    match tier {
        Tier::L1 => "L1",
        Tier::L2 => "L2",
        Tier::L3 => "L3",
        Tier::Security => "Security team's",
        Tier::Engineering => "Engineering team's",
        Tier::Product => "Product team's",
        Tier::Comms => "Comms team's",
        Tier::Moderator => "moderators'",
    }
}

#[cfg(test)]
mod tests;
