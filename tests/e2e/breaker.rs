//! Self-limits: a rule that goes wrong stops by itself, asks moderators, and a raid does not stop it.

use std::time::Duration;

use fake_discord::actors::Given;
use fake_discord::rest::faults::Which;
use fake_discord::world::{ChannelKind, Message, World};

use crate::night::{Night, OwnRules, button, everything_in, night_around};

/// Messages that only the rule of these tests minds, and of which none is a copy of another: copies would share one card.
const DEALS: [&str; 5] = [
    "my cousin told me about the purple tortoise deal over dinner",
    "is anybody else going for that purple tortoise deal in town?",
    "they had the purple tortoise deal last winter, I remember queues",
    "what a week: rain, no sleep, then this purple tortoise deal",
    "purple tortoise deal or not, I am keeping my old bicycle",
];

/// The people of these tests; each says something of their own.
const PEOPLE: [&str; 10] = [
    "nadia", "oscar", "petra", "quentin", "rosa", "raider1", "raider2", "raider3", "raider4", "raider5",
];

/// What somebody says.
fn deal(name: &str) -> &'static str {
    let number = PEOPLE
        .iter()
        .position(|known| *known == name)
        .expect("one of the people");
    DEALS[number % DEALS.len()]
}

/// A rule that minds nothing else.
pub const RULE: &str = r#"
[[rule]]
id = "tortoise"
title = "Tortoise"
why = "A test of rules that go wrong."
category = "scam"
severity = "high"
status = "stable"
phrases = ["purple tortoise deal"]
examples.match = ["purple tortoise deal", "a purple t0rtoise deal", "Purple Tortoise Deal!"]
examples.clean = ["purple tortoise", "tortoise deal", "a deal"]
"#;

/// The bot with that rule, on limits that a handful of people can reach.
async fn with_limits(world: World, test: impl AsyncFnOnce(&mut Night)) {
    let rules = OwnRules::new();
    rules.write("tortoise.toml", RULE);
    for (old, new) in [
        ("members = 20", "members = 3"),
        ("tenure = \"60d\"", "tenure = \"7d\""),
        ("reversals = 5", "reversals = 2"),
    ] {
        rules.change("policy.toml", old, new);
    }
    night_around(world, async |night| {
        night.environment = vec![rules.setting()];
        night.starts_bot().await;
        night.sets_up().await;
        test(night).await;
    })
    .await;
}

/// Somebody says it and it is removed. Answers the review card.
async fn is_removed(night: &Night, name: &str) -> Message {
    let said = night.member(name).says("general", deal(name)).unwrap();
    night.discord.until_deleted(&said).await;
    night.dm_to(name).await;
    card_that_says(night, "removed, waits for review").await
}

/// Reads the mod log until a card says this.
async fn card_that_says(night: &Night, words: &str) -> Message {
    loop {
        let card = night.review_card().await;
        if everything_in(&card).contains(words) {
            return card;
        }
    }
}

#[tokio::test]
async fn a_rule_that_removes_members_of_long_standing_in_a_burst_stops_until_somebody_lets_it_act_again() {
    let world = World::community()
        .member("nadia")
        .member("oscar")
        .member("petra")
        .member("quentin")
        .member("rosa");
    with_limits(world, async |night| {
        for name in ["nadia", "oscar"] {
            is_removed(night, name).await;
        }
        let third = night.member("petra").says("general", deal("petra")).unwrap();
        night.discord.until_deleted(&third).await;
        night.dm_to("petra").await;
        let card = card_that_says(night, "stopped acting by itself").await;
        let words = everything_in(&card);
        assert!(words.contains("3 of them members of long standing"), "{words}");
        night.until_idle().await;
        night.discord.mark_all_read();

        let fourth = night.member("quentin").says("general", deal("quentin")).unwrap();
        let observed = everything_in(&night.review_card().await);
        assert!(
            observed.contains("only observes the rules that hit"),
            "{observed}"
        );
        assert!(night.discord.message(&fourth).deleted_at.is_none());

        let resume = button(&card, "v1:resume-rule");
        let refused = night.member("max").clicks(&card, &resume).unwrap();
        let refused = everything_in(&night.answered(&refused).await);
        assert!(refused.contains("Manage Server"), "{refused}");
        let press = night.member("olivia").clicks(&card, &resume).unwrap();
        night.answered(&press).await;
        night
            .until_message(card.id, "the card to say who let it act", |words| {
                words.contains("let it act again,")
            })
            .await;
        is_removed(night, "rosa").await;
    })
    .await;
}

#[tokio::test]
async fn a_raid_of_young_accounts_stops_no_rule() {
    let newcomer = |world: World, name| world.newcomer(name, Duration::from_hours(2), Duration::from_mins(5));
    let raiders = ["raider1", "raider2", "raider3", "raider4", "raider5"];
    let world = raiders.into_iter().fold(World::community(), newcomer);
    with_limits(world, async |night| {
        for name in raiders {
            is_removed(night, name).await;
        }
        let run = night
            .member("max")
            .runs_command("mod-log", "rules stats", &[])
            .unwrap();
        let stats = everything_in(&night.answered(&run).await);
        assert!(stats.contains("`tortoise`: 5 cases, 5 removed"), "{stats}");
        assert!(!stats.contains("only observed"), "{stats}");
    })
    .await;
}

#[tokio::test]
async fn a_rule_that_moderators_reverse_again_and_again_stops() {
    let newcomer = |world: World, name| world.newcomer(name, Duration::from_hours(2), Duration::from_mins(5));
    let world = ["nadia", "oscar"].into_iter().fold(World::community(), newcomer);
    with_limits(world, async |night| {
        let mut cards = Vec::new();
        for name in ["nadia", "oscar"] {
            cards.push(is_removed(night, name).await);
        }
        for card in &cards {
            let press = night
                .member("max")
                .clicks(card, &button(card, "v1:restore"))
                .unwrap();
            night.answered(&press).await;
        }
        let words = everything_in(&card_that_says(night, "stopped acting by itself").await);
        assert!(
            words.contains("Of its last 2 cases that you decided, 2 were found wrong"),
            "{words}"
        );
        night.until_idle().await;
        let run = night
            .member("max")
            .runs_command("mod-log", "rules stats", &[])
            .unwrap();
        let stats = everything_in(&night.answered(&run).await);
        assert!(
            stats.contains("0 upheld, 2 reversed** (0 %), only observed here"),
            "{stats}"
        );
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_bot_killed_while_it_posts_the_card_of_a_paused_rule_posts_it_once() {
    let newcomer = |world: World, name| world.newcomer(name, Duration::from_hours(2), Duration::from_mins(5));
    let world = ["nadia", "oscar"].into_iter().fold(World::community(), newcomer);
    with_limits(world, async |night| {
        let mut cards = Vec::new();
        for name in ["nadia", "oscar"] {
            cards.push(is_removed(night, name).await);
        }
        let max = night.member("max");
        let restore = |card: &Message| max.clicks(card, &button(card, "v1:restore")).unwrap();
        night.answered(&restore(&cards[0])).await;
        night.until_idle().await;
        // Of all that the second press leads to, only the new card is posted into the mod log; the message that comes back goes
        // through a webhook.
        let log = Which::route("POST", "/channels/{channel_id}/messages");
        let hold = night.discord.rest().faults.hold_before_answering(log);
        restore(&cards[1]);
        hold.reached().await;
        night.kills_bot().await;
        hold.abandon();
        night.starts_bot().await;
        night.until_idle().await;
        let state = night.discord.state();
        let posted = state
            .messages
            .values()
            .filter(|message| everything_in(message).contains("stopped acting by itself"));
        assert_eq!(posted.count(), 1);
        drop(state);
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_honeypot_that_catches_members_of_long_standing_in_a_burst_only_observes_from_then_on() {
    let world = ["nadia", "oscar", "petra", "quentin", "rosa"].into_iter().fold(
        World::community().channel("trap", ChannelKind::Text),
        World::member,
    );
    with_limits(world, async |night| {
        let channels: [(&str, Given); 4] = [
            ("mod_log", "mod-log".into()),
            ("support", "support".into()),
            ("staff", "staff".into()),
            ("honeypot", "trap".into()),
        ];
        let set = night
            .member("ava")
            .runs_command("staff", "setup channels", &channels);
        night.answered(&set.unwrap()).await;
        for name in ["nadia", "oscar", "petra"] {
            let caught = night.member(name).says("trap", "hello").unwrap();
            night.discord.until_deleted(&caught).await;
        }
        let pause = card_that_says(night, "stopped acting by itself").await;
        let words = everything_in(&pause);
        assert!(words.contains("posted-in-the-honeypot"), "{words}");
        night.until_idle().await;
        night.discord.mark_all_read();

        let stays = night.member("quentin").says("trap", "hello").unwrap();
        let observed = everything_in(&night.review_card().await);
        assert!(
            observed.contains("only observes the rules that hit"),
            "{observed}"
        );
        assert!(night.discord.message(&stays).deleted_at.is_none());
        assert!(!night.is_timed_out("quentin"));

        let resume = button(&pause, "v1:resume-rule");
        let press = night.member("olivia").clicks(&pause, &resume).unwrap();
        night.answered(&press).await;
        let caught = night.member("rosa").says("trap", "hello").unwrap();
        night.discord.until_deleted(&caught).await;
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}
