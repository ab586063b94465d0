//! The permission algorithm, step by step.

use std::time::Duration;

use super::Permissions;
use crate::ids::Id;
use crate::world::{ChannelKind, MemberEdit, NewThread, Overwrite, OverwriteKind, State, World};

const VIEW: &[&str] = &["VIEW_CHANNEL"];

fn harbour() -> World {
    World::guild("Harbour")
        .channel("quay", ChannelKind::Text)
        .role("Crew", &[])
        .role("Mate", &[])
        .member("ann")
}

fn channel(state: &State) -> Id {
    state.channel_named("quay").unwrap().id
}

fn sees(state: &State, name: &str) -> bool {
    state.can_see(channel(state), state.user_named(name).unwrap().id)
}

#[test]
fn a_role_may_give_back_what_everyone_was_denied() {
    let world = harbour()
        .member_with("cas", &["Crew"])
        .deny("quay", "@everyone", VIEW)
        .overwrite("quay", "Crew", VIEW, &[]);
    assert!(!sees(&world.state, "ann"));
    assert!(sees(&world.state, "cas"));
}

#[test]
fn of_two_roles_the_allowing_one_wins_whatever_their_order() {
    let world = harbour()
        .member_with("cas", &["Crew", "Mate"])
        .deny("quay", "Mate", VIEW)
        .overwrite("quay", "Crew", VIEW, &[]);
    assert!(sees(&world.state, "cas"));
}

#[test]
fn an_overwrite_for_the_member_has_the_last_word() {
    let world = harbour()
        .member_with("cas", &["Crew"])
        .overwrite("quay", "Crew", VIEW, &[])
        .with(|state, _| {
            let (quay, cas) = (channel(state), state.user_named("cas").unwrap().id);
            let deny = Permissions::VIEW_CHANNEL;
            let overwrite = Overwrite {
                kind: OverwriteKind::Member,
                allow: Permissions::NONE,
                deny,
            };
            state.set_overwrite(quay, cas, overwrite);
        });
    assert!(!sees(&world.state, "cas"));
}

#[test]
fn neither_owner_nor_administrator_can_be_shut_out() {
    let world = harbour()
        .role("Admin", &["ADMINISTRATOR"])
        .member_with("ada", &["Admin"])
        .deny("quay", "@everyone", VIEW)
        .deny("quay", "Admin", VIEW);
    assert!(sees(&world.state, "ada"));
    assert!(sees(&world.state, "olivia"));
}

#[test]
fn whoever_cannot_speak_cannot_attach_either() {
    let world = harbour().deny("quay", "@everyone", &["SEND_MESSAGES"]);
    let ann = world.state.user_named("ann").unwrap().id;
    let left = world.state.permissions_in(channel(&world.state), ann);
    assert!(left.contains(Permissions::VIEW_CHANNEL | Permissions::ADD_REACTIONS));
    assert_eq!(
        left & (Permissions::ATTACH_FILES | Permissions::EMBED_LINKS),
        Permissions::NONE
    );
}

#[test]
fn speaking_in_a_thread_asks_for_its_own_permission() {
    let mut world = harbour().deny("quay", "@everyone", &["SEND_MESSAGES"]);
    let state = &mut world.state;
    let (quay, ann) = (channel(state), state.user_named("ann").unwrap().id);
    let thread = state
        .create_thread(NewThread::new(quay, ChannelKind::PublicThread, "talk", ann))
        .unwrap();
    assert!(state.can_send(thread, ann));
    assert!(!state.can_send(quay, ann));
    assert!(
        state
            .permissions_in(thread, ann)
            .contains(Permissions::ATTACH_FILES)
    );
}

#[test]
fn a_time_out_leaves_nothing_but_reading() {
    let mut world = harbour();
    let state = &mut world.state;
    let (quay, ann) = (channel(state), state.user_named("ann").unwrap().id);
    let guild = state.guild_of(quay).unwrap();
    let until = state.now().plus(Duration::from_mins(1));
    let edit = MemberEdit {
        communication_disabled_until: Some(Some(until)),
        ..MemberEdit::default()
    };
    state.edit_member(guild, ann, edit);
    let reading = Permissions::VIEW_CHANNEL | Permissions::READ_MESSAGE_HISTORY;
    assert_eq!(state.permissions_in(quay, ann), reading);
    state.clock.advance(Duration::from_mins(2));
    assert!(state.can_send(quay, ann));
}

#[test]
fn rank_is_the_highest_role_and_the_owner_stands_above_all() {
    let world = harbour()
        .member_with("cas", &["Crew"])
        .member_with("mia", &["Crew", "Mate"]);
    let id = |name: &str| world.state.user_named(name).unwrap().id;
    let guild = world.state.guild_of(channel(&world.state)).unwrap();
    assert!(world.state.outranks(guild, id("mia"), id("cas")));
    assert!(world.state.outranks(guild, id("cas"), id("ann")));
    assert!(!world.state.outranks(guild, id("cas"), id("cas")));
    assert!(world.state.outranks(guild, id("olivia"), id("mia")));
    assert!(
        !world.state.outranks(guild, world.state.bot_id(), id("mia")),
        "its role stands below by default"
    );
}
