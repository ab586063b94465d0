//! Permission x rank x button and command: what a person may not do, the bot does not do for them.

use fake_discord::actors::Given;
use fake_discord::world::World;

use crate::night::{SCAM, another_scam, button, everything_in, night, night_in};

/// Each button, the permission it asks for, and that permission's name in Discord's settings.
const BUTTONS: [(&str, &str, &str); 5] = [
    ("v1:confirm", "MANAGE_MESSAGES", "Manage Messages"),
    ("v1:restore", "MANAGE_MESSAGES", "Manage Messages"),
    ("v1:timeout", "MODERATE_MEMBERS", "Time Out Members"),
    ("v1:kick", "KICK_MEMBERS", "Kick Members"),
    ("v1:ban", "BAN_MEMBERS", "Ban Members"),
];

const PERMISSIONS: [&str; 4] = [
    "MANAGE_MESSAGES",
    "MODERATE_MEMBERS",
    "KICK_MEMBERS",
    "BAN_MEMBERS",
];

/// A community with, for each permission, somebody who holds only it and somebody who holds all the others. Both see the
/// mod log.
fn world() -> World {
    PERMISSIONS.into_iter().fold(World::community(), |world, one| {
        let others: Vec<&str> = PERMISSIONS.into_iter().filter(|other| *other != one).collect();
        let (only, without) = (format!("only {one}"), format!("without {one}"));
        world
            .role(&only, &[one])
            .role(&without, &others)
            .overwrite("mod-log", &only, &["VIEW_CHANNEL"], &[])
            .overwrite("mod-log", &without, &["VIEW_CHANNEL"], &[])
            .member_with(&only, &[only.as_str()])
            .member_with(&without, &[without.as_str()])
    })
}

#[tokio::test]
async fn whoever_lacks_a_buttons_permission_presses_in_vain_whatever_else_they_hold() {
    night_in(world(), async |night| {
        night.sets_up().await;
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        let card = night.review_card().await;
        night.dm_to("mallory").await;
        let make_rule = ("v1:make-rule", "MANAGE_MESSAGES", "Manage Messages");
        for (action, permission, name) in BUTTONS.into_iter().chain([make_rule]) {
            let presser = night.member(&format!("without {permission}"));
            let press = presser.clicks(&card, &button(&card, action)).unwrap();
            let answer = everything_in(&night.answered(&press).await);
            assert!(answer.contains(name), "{action} without {permission}: {answer}");
        }
        let shown = night
            .member("max")
            .runs_command("mod-log", "case show", &[("number", 1.into())])
            .unwrap();
        let case = everything_in(&night.answered(&shown).await);
        assert!(case.contains("waits for review"), "nothing was decided: {case}");
        assert!(!night.is_banned("mallory"));
    })
    .await;
}

#[tokio::test]
async fn a_buttons_permission_alone_is_enough_for_it() {
    let authors = BUTTONS.map(|(action, ..)| format!("author of {}", &action[3..]));
    let world = authors.iter().fold(world(), |world, author| world.member(author));
    night_in(world, async |night| {
        night.sets_up().await;
        for ((action, permission, _), author) in BUTTONS.into_iter().zip(&authors) {
            let scam = night.member(author).says("general", &another_scam()).unwrap();
            night.discord.until_deleted(&scam).await;
            let card = night.review_card().await;
            night.dm_to(author).await;
            let presser = night.member(&format!("only {permission}"));
            let press = presser.clicks(&card, &button(&card, action)).unwrap();
            let answer = everything_in(&night.answered(&press).await);
            assert!(answer.contains("Case #"), "{action} with {permission}: {answer}");
            if action == "v1:restore" {
                night.discord.next_message_in("general").await;
                night.dm_to(author).await;
            }
            let who = presser.id.to_string();
            night
                .until_message(card.id, "the card to name who pressed", |words| {
                    words.contains(&who)
                })
                .await;
        }
        night.discord.until_banned(&authors[4]).await;
        let kicked = night.member(&authors[3]).id;
        night
            .discord
            .wait_for("the kicked author to be gone", |state| {
                let mut guilds = state.guilds.keys();
                guilds
                    .all(|guild| state.member(*guild, kicked).is_none())
                    .then_some(())
            })
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_moderator_cannot_punish_somebody_whose_role_is_not_below_theirs() {
    let world = World::community()
        .role("Veteran", &[])
        .member_with("victor", &["Veteran"]);
    night_in(world, async |night| {
        night.sets_up().await;
        let scam = night.member("victor").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        let card = night.review_card().await;
        night.dm_to("victor").await;
        for (action, ..) in BUTTONS {
            let press = night.member("max").clicks(&card, &button(&card, action)).unwrap();
            let answer = everything_in(&night.answered(&press).await);
            assert!(answer.contains("highest role"), "{action}: {answer}");
        }
        assert!(!night.is_banned("victor"));
        // The bot could not time out somebody above itself either, and the card says so.
        night.expects_trouble();
    })
    .await;
}

#[tokio::test]
async fn staff_commands_refuse_whoever_lacks_their_permission() {
    night(async |night| {
        let number: [(&str, Given); 1] = [("number", 1.into())];
        let text: [(&str, Given); 1] = [("text", "hello".into())];
        let mode: [(&str, Given); 1] = [("mode", "observe".into())];
        let commands: [(&str, &[(&str, Given)]); 6] = [
            ("case show", &number),
            ("case list", &[]),
            ("rules test", &text),
            ("rules reload", &[]),
            ("setup mode", &mode),
            ("setup check", &[]),
        ];
        for (command, options) in commands {
            // Discord hides these commands from members; whoever gets past that is refused by the bot.
            let Ok(run) = night.member("alice").runs_command("general", command, options) else {
                continue;
            };
            let answer = everything_in(&night.answered(&run).await);
            assert!(
                answer.contains("permission") || answer.contains("OPERATOR_IDS"),
                "{command}: {answer}"
            );
        }
        let run = night
            .member("max")
            .runs_command("mod-log", "rules reload", &[])
            .unwrap();
        let answer = everything_in(&night.answered(&run).await);
        assert!(
            answer.contains("OPERATOR_IDS"),
            "a moderator is no operator: {answer}"
        );
    })
    .await;
}
