//! Permission x rank x button, as a table; and what the bot itself must be able to do.

use super::*;
use crate::model::GuildId;
use crate::model::guild::{Overwrite, OverwriteSubject, Role};

const OWNER: UserId = UserId(1);
const BOT: UserId = UserId(2);
const PRESSER: UserId = UserId(3);
const AUTHOR: UserId = UserId(4);
const CHANNEL: ChannelId = ChannelId(50);
const EVERYONE: RoleId = RoleId(100);
const LOW: RoleId = RoleId(101);
const MIDDLE: RoleId = RoleId(102);
const HIGH: RoleId = RoleId(103);
const BOTS: RoleId = RoleId(104);
const ADMIN: RoleId = RoleId(105);

const EVERYTHING: [Permissions; 6] = [
    Permissions::MODERATE_MEMBERS,
    Permissions::KICK_MEMBERS,
    Permissions::BAN_MEMBERS,
    Permissions::MANAGE_MESSAGES,
    Permissions::MANAGE_WEBHOOKS,
    Permissions::MANAGE_THREADS,
];

fn all() -> Permissions {
    EVERYTHING
        .into_iter()
        .fold(Permissions::NONE, |sum, one| sum | one)
}

/// A guild in which the role in the middle grants `granted`, and the bot's role everything that it needs.
fn guild(granted: Permissions) -> Directory {
    let role = |id: RoleId, position, permissions| {
        (
            id,
            Role {
                id,
                name: format!("role {id}"),
                position,
                permissions,
                mentionable: false,
            },
        )
    };
    let channel = Channel {
        id: CHANNEL,
        kind: ChannelKind::Text,
        name: "general".into(),
        parent: None,
        made_by: None,
        overwrites: Vec::new(),
    };
    Directory {
        guild: GuildId(EVERYONE.0),
        name: "Guild".into(),
        owner: OWNER,
        vanity: None,
        roles: [
            role(EVERYONE, 0, Permissions::VIEW_CHANNEL),
            role(LOW, 1, Permissions::NONE),
            role(MIDDLE, 2, granted),
            role(HIGH, 3, Permissions::NONE),
            role(BOTS, 4, all()),
            role(ADMIN, 1, Permissions::ADMINISTRATOR),
        ]
        .into_iter()
        .collect(),
        channels: std::iter::once((CHANNEL, channel)).collect(),
        own_user: BOT,
        own_roles: vec![BOTS],
    }
}

fn about(target: Target<'_>) -> Matter<'_> {
    Matter {
        target,
        channel: CHANNEL,
        removed: true,
        is_thread: false,
        banned: false,
    }
}

const fn needed(press: Press) -> Permissions {
    match press {
        Press::Confirm | Press::Restore => Permissions::MANAGE_MESSAGES,
        Press::Timeout | Press::LetBack | Press::Decline => Permissions::MODERATE_MEMBERS,
        Press::Kick => Permissions::KICK_MEMBERS,
        Press::Ban | Press::BanClearing(_) => Permissions::BAN_MEMBERS,
    }
}

#[test]
fn every_button_asks_for_its_own_permission_and_for_a_role_above_the_authors() {
    for press in Press::ALL {
        for granted in EVERYTHING {
            for (author_roles, is_below) in [
                (&[][..], true),
                (&[LOW], true),
                (&[MIDDLE], false),
                (&[LOW, HIGH], false),
            ] {
                let directory = guild(granted);
                let answer = may_press(
                    press,
                    &directory,
                    PRESSER,
                    &[MIDDLE],
                    &about(Target::Member(AUTHOR, author_roles)),
                );
                let allowed = granted == needed(press) && is_below;
                assert_eq!(
                    answer.is_ok(),
                    allowed,
                    "{press:?} {granted:?} {author_roles:?}: {answer:?}"
                );
            }
        }
        let nobody = guild(Permissions::NONE);
        let answer = may_press(
            press,
            &nobody,
            PRESSER,
            &[MIDDLE],
            &about(Target::Member(AUTHOR, &[])),
        );
        let lacking = match press {
            Press::Confirm | Press::Restore => Forbidden::LackingThere(needed(press), CHANNEL),
            _ => Forbidden::Lacking(needed(press)),
        };
        assert_eq!(answer, Err(lacking), "{press:?}");
    }
}

#[test]
fn nobody_decides_about_their_own_message_and_nobody_about_the_owner() {
    for press in Press::ALL {
        let directory = guild(all());
        let own = about(Target::Member(PRESSER, &[MIDDLE]));
        assert_eq!(
            may_press(press, &directory, PRESSER, &[MIDDLE], &own),
            Err(Forbidden::Oneself),
            "{press:?}"
        );
        let owners = about(Target::Member(OWNER, &[]));
        assert_eq!(
            may_press(press, &directory, PRESSER, &[MIDDLE], &owners),
            Err(Forbidden::Owner),
            "{press:?}"
        );
        assert_eq!(
            may_press(
                press,
                &directory,
                OWNER,
                &[],
                &about(Target::Member(AUTHOR, &[HIGH]))
            ),
            Ok(())
        );
    }
}

#[test]
fn whoever_has_left_can_be_banned_but_neither_kicked_nor_timed_out() {
    let directory = guild(all());
    let gone = about(Target::Gone(AUTHOR));
    let table = [
        (Press::Confirm, Ok(())),
        (Press::Restore, Ok(())),
        (Press::Timeout, Err(Forbidden::Gone)),
        (Press::Kick, Err(Forbidden::Gone)),
        (Press::Ban, Ok(())),
    ];
    for (press, expected) in table {
        assert_eq!(
            may_press(press, &directory, PRESSER, &[MIDDLE], &gone),
            expected,
            "{press:?}"
        );
    }
}

#[test]
fn a_permission_that_the_channel_takes_away_is_missing() {
    let mut directory = guild(all());
    let denied = Overwrite {
        subject: OverwriteSubject::Role(MIDDLE),
        allow: Permissions::NONE,
        deny: Permissions::MANAGE_MESSAGES,
    };
    directory
        .channels
        .get_mut(&CHANNEL)
        .expect("the channel is there")
        .overwrites
        .push(denied);
    let answer = may_press(
        Press::Restore,
        &directory,
        PRESSER,
        &[MIDDLE],
        &about(Target::Gone(AUTHOR)),
    );
    assert_eq!(
        answer,
        Err(Forbidden::LackingThere(Permissions::MANAGE_MESSAGES, CHANNEL))
    );
}

#[test]
fn undoing_a_ban_needs_the_permission_to_ban() {
    let banned = Matter {
        banned: true,
        ..about(Target::Gone(AUTHOR))
    };
    let press = |granted| may_press(Press::Restore, &guild(granted), PRESSER, &[MIDDLE], &banned);
    assert_eq!(
        press(Permissions::MANAGE_MESSAGES),
        Err(Forbidden::Lacking(Permissions::BAN_MEMBERS))
    );
    assert_eq!(
        press(Permissions::MANAGE_MESSAGES | Permissions::BAN_MEMBERS),
        Ok(())
    );
}

#[test]
fn what_the_bot_cannot_do_is_said_before_it_is_tried() {
    let member = about(Target::Member(AUTHOR, &[LOW]));
    let standing = Matter {
        removed: false,
        ..member
    };
    let thread = Matter {
        is_thread: true,
        ..standing
    };
    let table = [
        (
            Press::Confirm,
            standing,
            Forbidden::BotLackingThere(Permissions::MANAGE_MESSAGES, CHANNEL),
        ),
        (
            Press::Confirm,
            thread,
            Forbidden::BotLackingThere(Permissions::MANAGE_THREADS, CHANNEL),
        ),
        (
            Press::Restore,
            member,
            Forbidden::BotLackingThere(Permissions::MANAGE_WEBHOOKS, CHANNEL),
        ),
        (
            Press::Timeout,
            member,
            Forbidden::BotLacking(Permissions::MODERATE_MEMBERS),
        ),
        (
            Press::Kick,
            member,
            Forbidden::BotLacking(Permissions::KICK_MEMBERS),
        ),
        (
            Press::Ban,
            member,
            Forbidden::BotLacking(Permissions::BAN_MEMBERS),
        ),
    ];
    for (press, matter, expected) in table {
        let mut directory = guild(all());
        directory.own_roles.clear();
        assert_eq!(
            may_press(press, &directory, PRESSER, &[MIDDLE], &matter),
            Err(expected),
            "{press:?}"
        );
    }
    let confirmed = may_press(Press::Confirm, &guild(all()), PRESSER, &[MIDDLE], &member);
    assert_eq!(confirmed, Ok(()), "there is nothing left for the bot to do");
}

#[test]
fn a_bot_below_the_author_and_an_administrator_as_author_are_named_as_the_reason() {
    let mut directory = guild(all());
    directory
        .roles
        .get_mut(&BOTS)
        .expect("the role is there")
        .position = 1;
    let low = about(Target::Member(AUTHOR, &[LOW]));
    assert_eq!(
        may_press(Press::Ban, &directory, PRESSER, &[MIDDLE], &low),
        Err(Forbidden::BotOutranked)
    );
    let admin = about(Target::Member(AUTHOR, &[ADMIN]));
    assert_eq!(
        may_press(Press::Timeout, &guild(all()), PRESSER, &[MIDDLE], &admin),
        Err(Forbidden::Administrator)
    );
}
