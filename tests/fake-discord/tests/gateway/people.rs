//! People: what they may do, and what an interaction looks like from their side.

use std::time::Duration;

use fake_discord::FakeDiscord;
use fake_discord::actors::{Answer, Refused};
use fake_discord::permissions::Permissions;
use fake_discord::world::{
    Author, Callback, CommandScope, MessageEdit, NewMessage, ThreadEdit, World, message_flags,
};
use serde_json::json;

async fn community() -> FakeDiscord {
    FakeDiscord::start(World::community()).await
}

#[tokio::test]
async fn a_timed_out_member_can_read_but_not_speak_until_the_time_is_over() {
    let discord = community().await;
    let mallory = discord.member("mallory");
    discord
        .member("max")
        .times_out("mallory", Duration::from_mins(10))
        .unwrap();
    assert_eq!(mallory.says("general", "hey").unwrap_err(), Refused::TimedOut);
    assert!(mallory.sees("general").is_ok());
    mallory.writes_to_bot("directly I may").unwrap();
    discord.advance(Duration::from_mins(11));
    mallory.says("general", "free again").unwrap();
}

#[tokio::test]
async fn moderators_act_on_those_below_them_only() {
    let discord = community().await;
    let max = discord.member("max");
    assert_eq!(max.kicks("ava").unwrap_err(), Refused::Outranked);
    assert_eq!(max.bans("olivia").unwrap_err(), Refused::Outranked);
    assert_eq!(
        discord.member("alice").kicks("bob").unwrap_err(),
        Refused::Lacks(Permissions::KICK_MEMBERS)
    );
    max.bans("mallory").unwrap();
    assert_eq!(
        discord.member("mallory").joins().unwrap_err(),
        Refused::NotAMember
    );
    assert_eq!(
        discord.member("mallory").says("general", "x").unwrap_err(),
        Refused::NotAMember
    );
}

#[tokio::test]
async fn a_private_thread_is_seen_by_its_members_and_by_moderators() {
    let discord = community().await;
    let thread = discord
        .member("alice")
        .starts_private_thread("support", "help")
        .unwrap();
    assert!(discord.member("max").can_see(thread.id));
    assert!(!discord.member("bob").can_see(thread.id));
    discord.member("alice").adds_to_thread(thread.id, "bob").unwrap();
    assert!(discord.member("bob").can_see(thread.id));
}

#[tokio::test]
async fn a_mention_pulls_a_person_into_a_private_thread() {
    let discord = community().await;
    let (alice, bob) = (discord.member("alice"), discord.member("bob"));
    let thread = alice.starts_private_thread("support", "help").unwrap();
    alice
        .says(thread.id, &format!("look, {}", bob.mention()))
        .unwrap();
    assert!(bob.can_see(thread.id));
}

#[tokio::test]
async fn a_message_opens_an_archived_thread_but_not_a_locked_one() {
    let discord = community().await;
    let alice = discord.member("alice");
    let thread = alice.starts_thread("general", "talk").unwrap();
    alice.archives_thread(thread.id).unwrap();
    alice.says(thread.id, "one more thing").unwrap();
    assert!(!discord.channel(thread.id).thread.unwrap().archived);
    let closed = ThreadEdit {
        archived: Some(true),
        locked: Some(true),
        ..ThreadEdit::default()
    };
    let max = discord.member("max");
    discord.state().edit_thread(thread.id, closed, max.id);
    assert_eq!(alice.says(thread.id, "and another").unwrap_err(), Refused::Locked);
    max.says(thread.id, "as a moderator").unwrap();
}

#[tokio::test]
async fn a_silent_thread_is_archived_when_its_time_is_over() {
    let discord = community().await;
    let thread = discord.member("alice").starts_thread("general", "talk").unwrap();
    discord.advance(Duration::from_hours(23));
    assert!(!discord.channel(thread.id).thread.unwrap().archived);
    discord.advance(Duration::from_hours(2));
    assert!(discord.channel(thread.id).thread.unwrap().archived);
}

#[tokio::test]
async fn a_command_is_run_only_as_it_was_registered() {
    let discord = community().await;
    let definition = json!({
        "name": "ticket", "description": "d", "options": [{
            "type": 1, "name": "open", "description": "d", "options": [
                { "type": 3, "name": "area", "description": "d", "required": true,
                  "choices": [{ "name": "Wallet", "value": "wallet" }] },
            ],
        }],
    });
    discord
        .state()
        .register_command(CommandScope::Global, definition.as_object().unwrap());
    let alice = discord.member("alice");
    let run = |command: &str, options: &[(&str, fake_discord::actors::Given)]| {
        alice
            .runs_command("general", command, options)
            .map(|exchange| exchange.id)
    };
    let refused = |result: Result<_, Refused>| match result {
        Err(Refused::NotOffered(why)) => why,
        other => panic!("expected a refusal, got {other:?}"),
    };
    assert!(refused(run("tickets", &[])).contains("no command `tickets`"));
    assert!(refused(run("ticket", &[])).contains("not a command by itself"));
    assert!(refused(run("ticket open", &[])).contains("requires the option `area`"));
    assert!(refused(run("ticket open", &[("queue", "x".into())])).contains("no option `queue`"));
    assert!(refused(run("ticket open", &[("area", true.into())])).contains("does not take"));
    assert!(refused(run("ticket open", &[("area", "garden".into())])).contains("takes one of"));
    let id = run("ticket open", &[("area", "wallet".into())]).unwrap();
    let data = discord.state().interactions[&id].data.clone();
    assert_eq!(
        data["options"][0]["options"][0],
        json!({ "type": 3, "name": "area", "value": "wallet" })
    );
}

#[tokio::test]
async fn a_command_for_moderators_is_hidden_from_others() {
    let discord = community().await;
    let definition = json!({ "name": "setup", "description": "d", "default_member_permissions": "32" });
    discord
        .state()
        .register_command(CommandScope::Global, definition.as_object().unwrap());
    let refused = discord
        .member("alice")
        .runs_command("general", "setup", &[])
        .unwrap_err();
    assert_eq!(refused, Refused::Lacks(Permissions::MANAGE_GUILD));
    discord
        .member("ava")
        .runs_command("general", "setup", &[])
        .unwrap();
}

fn register_ping(discord: &FakeDiscord) {
    let definition = json!({ "name": "ping", "description": "d" });
    discord
        .state()
        .register_command(CommandScope::Global, definition.as_object().unwrap());
}

fn message_from_bot(discord: &FakeDiscord, content: &str, flags: u64) -> NewMessage {
    let state = discord.state();
    let channel = state
        .channel_named("general")
        .map(|channel| channel.id)
        .unwrap_or_default();
    NewMessage {
        content: content.to_owned(),
        flags,
        ..NewMessage::new(channel, Author::User(state.bot_id()))
    }
}

#[tokio::test]
async fn the_first_follow_up_after_a_deferral_takes_its_place_and_its_visibility() {
    let discord = community().await;
    register_ping(&discord);
    let (alice, bob) = (discord.member("alice"), discord.member("bob"));
    let asked = alice.runs_command("general", "ping", &[]).unwrap();
    discord
        .state()
        .respond(asked.id, Callback::DeferMessage { ephemeral: true })
        .unwrap();
    assert!(matches!(
        asked.answer().await,
        Answer::Deferred { ephemeral: true }
    ));
    let public = message_from_bot(&discord, "pong", 0);
    discord.state().follow_up(asked.id, public).unwrap();
    let reply = asked.reply().await;
    assert_eq!(reply.content, "pong");
    assert_eq!(reply.ephemeral_to, Some(alice.id));
    assert!(
        alice
            .sees("general")
            .unwrap()
            .iter()
            .any(|message| message.id == reply.id)
    );
    assert!(
        !bob.sees("general")
            .unwrap()
            .iter()
            .any(|message| message.id == reply.id)
    );
    let second = message_from_bot(&discord, "more", message_flags::EPHEMERAL);
    discord.state().follow_up(asked.id, second).unwrap();
    assert_eq!(asked.next_follow_up().await.content, "more");
    discord.assert_all_read();
}

#[tokio::test]
async fn an_interaction_nobody_answers_did_not_respond() {
    let discord = community().await;
    register_ping(&discord);
    let asked = discord
        .member("alice")
        .runs_command("general", "ping", &[])
        .unwrap();
    assert!(matches!(asked.answer().await, Answer::Nothing));
    let late = Callback::Message(Box::new(message_from_bot(&discord, "late", 0)));
    assert!(discord.state().respond(asked.id, late).is_err());
}

#[tokio::test]
async fn a_message_of_the_bot_stays_unread_until_it_is_expected() {
    let discord = community().await;
    let new = message_from_bot(&discord, "hello", 0);
    let id = discord.state().create_message(new);
    assert_eq!(discord.unread().len(), 1);
    assert_eq!(discord.next_message_in("general").await.id, id);
    discord.assert_all_read();
    discord.state().edit_message(
        id,
        MessageEdit {
            content: Some("edited".to_owned()),
            ..MessageEdit::default()
        },
    );
    assert_eq!(discord.message(id).earlier_contents, ["hello"]);
}
