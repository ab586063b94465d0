//! What is complained about in a guild that lacks something, and that nothing is where all is well.

use super::*;
use crate::model::guild::{Call, Mode, Overwrite, OverwriteSubject, Role};
use crate::model::{GuildId, UserId};

const EVERYONE: RoleId = RoleId(1);
const OWN: RoleId = RoleId(2);
const HELPERS: RoleId = RoleId(3);
const LOG: ChannelId = ChannelId(10);
const SUPPORT: ChannelId = ChannelId(11);
const STAFF: ChannelId = ChannelId(12);

fn all() -> Permissions {
    [
        Permissions::VIEW_CHANNEL,
        Permissions::SEND_MESSAGES,
        Permissions::EMBED_LINKS,
        Permissions::READ_MESSAGE_HISTORY,
        Permissions::MANAGE_MESSAGES,
        Permissions::MANAGE_WEBHOOKS,
        Permissions::MANAGE_THREADS,
        Permissions::CREATE_PRIVATE_THREADS,
        Permissions::SEND_MESSAGES_IN_THREADS,
        Permissions::MODERATE_MEMBERS,
        Permissions::KICK_MEMBERS,
        Permissions::BAN_MEMBERS,
        Permissions::MENTION_EVERYONE,
    ]
    .into_iter()
    .fold(Permissions::NONE, |sum, one| sum | one)
}

fn guild(own: Permissions) -> Directory {
    let role = |id: RoleId, position, permissions| {
        (
            id,
            Role {
                id,
                name: String::new(),
                position,
                permissions,
                mentionable: false,
            },
        )
    };
    let channel = |id, kind, hidden: bool| {
        let subject = OverwriteSubject::Role(EVERYONE);
        let hide = Overwrite {
            subject,
            allow: Permissions::NONE,
            deny: Permissions::VIEW_CHANNEL,
        };
        let show = Overwrite {
            subject: OverwriteSubject::Role(OWN),
            allow: Permissions::VIEW_CHANNEL,
            deny: Permissions::NONE,
        };
        let overwrites = if hidden { vec![hide, show] } else { Vec::new() };
        (
            id,
            Channel {
                id,
                kind,
                name: String::new(),
                parent: None,
                made_by: None,
                overwrites,
            },
        )
    };
    Directory {
        guild: GuildId(EVERYONE.0),
        name: "Guild".into(),
        owner: UserId(9),
        vanity: None,
        roles: [
            role(EVERYONE, 0, Permissions::VIEW_CHANNEL),
            role(OWN, 2, own),
            role(HELPERS, 1, Permissions::NONE),
        ]
        .into_iter()
        .collect(),
        channels: [
            channel(LOG, ChannelKind::Text, true),
            channel(SUPPORT, ChannelKind::Text, false),
            channel(STAFF, ChannelKind::Text, true),
        ]
        .into_iter()
        .collect(),
        own_user: UserId(8),
        own_roles: vec![OWN],
    }
}

fn settings() -> GuildSettings {
    GuildSettings {
        set_up: true,
        mode: Mode::Enforce,
        mod_log: Some(LOG),
        support: Some(SUPPORT),
        staff: Some(STAFF),
        staff_roles: vec![(Tier::L1, HELPERS)],
        ..GuildSettings::default()
    }
}

#[test]
fn a_guild_that_was_set_up_well_has_nothing_to_mend() {
    assert_eq!(checkup(&guild(all()), &settings()), []);
}

#[test]
fn every_missing_permission_is_named_with_its_place() {
    for permission in [
        Permissions::MANAGE_MESSAGES,
        Permissions::BAN_MEMBERS,
        Permissions::CREATE_PRIVATE_THREADS,
        Permissions::MANAGE_THREADS,
    ] {
        let complaints = checkup(&guild(all().without(permission)), &settings());
        let named = |complaint: &Complaint| matches!(complaint, Complaint::Lacking { missing, .. } if missing.contains(permission));
        assert!(complaints.iter().any(named), "{permission:?}: {complaints:?}");
    }
}

#[test]
fn a_private_room_without_the_bot_is_nobodys_complaint() {
    let mut directory = guild(all());
    let mut room = directory.channels[&STAFF].clone();
    room.id = ChannelId(13);
    room.overwrites
        .retain(|overwrite| overwrite.subject == OverwriteSubject::Role(EVERYONE));
    directory.channels.insert(room.id, room);
    assert_eq!(checkup(&directory, &settings()), []);
}

#[test]
fn a_hidden_support_channel_and_a_public_mod_log_are_complained_about() {
    let mut directory = guild(all());
    let hidden = directory.channels[&LOG].overwrites.clone();
    directory.channels.get_mut(&SUPPORT).expect("there").overwrites = hidden;
    directory
        .channels
        .get_mut(&LOG)
        .expect("there")
        .overwrites
        .clear();
    let complaints = checkup(&directory, &settings());
    assert!(
        complaints.contains(&Complaint::HiddenSupport(SUPPORT)),
        "{complaints:?}"
    );
    assert!(
        complaints.contains(&Complaint::Public(LOG, "mod log")),
        "{complaints:?}"
    );
}

#[test]
fn a_role_that_reads_every_ticket_without_being_staff_is_named() {
    let mut directory = guild(all());
    directory.roles.get_mut(&HELPERS).expect("there").permissions = Permissions::MANAGE_THREADS;
    assert_eq!(checkup(&directory, &settings()), []);
    let unnamed = GuildSettings {
        staff_roles: vec![(Tier::L1, OWN)],
        ..settings()
    };
    assert_eq!(checkup(&directory, &unnamed), [Complaint::ReadsTickets(HELPERS)]);
}

#[test]
fn a_team_that_nightdesk_cannot_ping_is_complained_about_unless_anyone_may() {
    let mut directory = guild(all().without(Permissions::MENTION_EVERYONE));
    let settings = GuildSettings {
        staff_roles: vec![(Tier::L1, HELPERS), (Tier::Security, HELPERS)],
        ..settings()
    };
    let complaints = checkup(&directory, &settings);
    assert!(
        matches!(
            complaints.as_slice(),
            [Complaint::Lacking { scope: Scope::Channel(STAFF), missing, .. }]
                if *missing == Permissions::MENTION_EVERYONE
        ),
        "{complaints:?}"
    );
    assert_eq!(directory.call(&settings, Tier::Security), Call::Dropped);
    assert_eq!(directory.call(&settings, Tier::Engineering), Call::NoRole);
    let nowhere = GuildSettings::default();
    assert_eq!(directory.call(&nowhere, Tier::Engineering), Call::NoChannel);
    directory.roles.get_mut(&HELPERS).expect("there").mentionable = true;
    assert_eq!(checkup(&directory, &settings), []);
    assert_eq!(directory.call(&settings, Tier::Security), Call::Heard);
    directory.roles.get_mut(&HELPERS).expect("there").mentionable = false;
    directory.roles.get_mut(&OWN).expect("there").permissions = all() | Permissions::MENTION_EVERYONE;
    assert_eq!(checkup(&directory, &settings), []);
    assert_eq!(directory.call(&settings, Tier::Security), Call::Heard);
}

#[test]
fn a_fresh_guild_is_told_to_name_its_channels_and_a_deleted_channel_is_missed() {
    assert_eq!(
        checkup(&guild(all()), &GuildSettings::default()),
        [Complaint::NoChannels]
    );
    let mut directory = guild(all());
    directory.channels.remove(&STAFF);
    assert_eq!(
        checkup(&directory, &settings()),
        [Complaint::ChannelGone(STAFF, "staff")]
    );
}
