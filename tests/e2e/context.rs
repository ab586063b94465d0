//! What the words of a message do not say: who wrote it, whether it is their first, whether anybody has linked there before,
//! whether the same stands elsewhere. The rules here are the tests' own: each looks for such a signal and nothing else.

use std::time::Duration;

use fake_discord::actors::Person;
use fake_discord::world::World;

use crate::night::{Night, OwnRules, another_scam, everything_in, night_around, unique};

/// A rule that shows a message to moderators when all of these signals meet in it.
fn rule(id: &str, signals: [&str; 2], circumstances: &str) -> String {
    let [one, other] = signals;
    format!(
        r#"
[[rule]]
id = "{id}"
title = "A test of context"
why = "Only what surrounds the words counts."
category = "spam"
severity = "low"
status = "stable"
weight = 50
all = [{{ of = [{{ signals = ["{one}"] }}, {{ signals = ["{other}"] }}] }}]
[rule.examples]
match = [
    {{ text = "look at https://one-page.example", {circumstances} }},
    {{ text = "see https://two-page.example then", {circumstances} }},
    {{ text = "https://three-page.example", {circumstances} }},
]
clean = ["look at https://one-page.example", "see https://two-page.example then", "https://three-page.example"]
"#
    )
}

async fn with_rule(rule: &str, test: impl AsyncFnOnce(&mut Night)) {
    let rules = OwnRules::new();
    rules.write("own.toml", rule);
    night_around(World::community(), async |night| {
        night.environment = vec![rules.setting()];
        night.starts_bot().await;
        night.sets_up().await;
        test(night).await;
    })
    .await;
}

/// Somebody who joined just now.
fn newcomer(night: &Night) -> Person {
    let name = format!("newcomer{}", unique());
    let person = night.discord.newcomer(&name, Duration::from_hours(24 * 400));
    person.joins().expect("anybody may join");
    person
}

/// Asserts that nothing of what was posted here so far is shown to moderators: the next card is that of a scam posted now.
async fn nothing_was_shown(night: &Night) {
    let scam = newcomer(night).says("general", &another_scam()).unwrap();
    night.discord.until_deleted(&scam).await;
    let card = everything_in(&night.review_card().await);
    assert!(card.contains("claim-airdrop"), "another card came first: {card}");
    night.until_idle().await;
    night.discord.mark_all_read();
}

fn first_words() -> String {
    rule(
        "first-words",
        ["first-message", "new-link"],
        "first_message = true, new_links = true",
    )
}

#[tokio::test]
async fn a_newcomers_first_message_with_a_new_link_is_shown_and_a_regulars_is_not() {
    with_rule(&first_words(), async |night| {
        let link = "what do you think of https://bluefinch-notes.example/in then";
        night.member("bob").says("general", link).unwrap();
        nothing_was_shown(night).await;
        let said = newcomer(night).says("general", "hello, see https://greyheron-notes.example");
        let card = everything_in(&night.review_card().await);
        assert!(card.contains("first-words"), "{card}");
        assert!(
            night.discord.message(&said.unwrap()).deleted_at.is_none(),
            "it is shown and stays"
        );
    })
    .await;
}

#[tokio::test]
async fn where_a_regular_has_linked_to_is_new_to_nobody_also_after_a_restart() {
    with_rule(&first_words(), async |night| {
        let link = "the notes are at https://bluefinch-notes.example";
        night.member("bob").says("general", link).unwrap();
        night.runs_setup().await;
        newcomer(night)
            .says("general", "thanks, https://bluefinch-notes.example/two helps")
            .unwrap();
        nothing_was_shown(night).await;
        night.stops_bot().await;
        night.starts_bot().await;
        newcomer(night)
            .says("general", "is https://www.bluefinch-notes.example down?")
            .unwrap();
        nothing_was_shown(night).await;
    })
    .await;
}

#[tokio::test]
async fn a_link_that_only_newcomers_post_stays_new() {
    with_rule(&first_words(), async |night| {
        newcomer(night)
            .says("general", "mine is https://bluefinch-notes.example/mine")
            .unwrap();
        let card = night.review_card().await;
        newcomer(night)
            .says(
                "trading",
                "yours is https://bluefinch-notes.example/yours, and it is the better one",
            )
            .unwrap();
        night
            .until_message(card.id, "both on one card", |words| {
                words.contains("2 copies by 2 accounts")
            })
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_newcomers_second_message_is_not_their_first_also_after_a_restart() {
    with_rule(&first_words(), async |night| {
        let newcomer = newcomer(night);
        newcomer.says("general", "hello everybody").unwrap();
        newcomer
            .says("general", "I wrote it up at https://bluefinch-notes.example")
            .unwrap();
        nothing_was_shown(night).await;
        night.stops_bot().await;
        night.starts_bot().await;
        newcomer
            .says("general", "and the rest at https://greyheron-notes.example")
            .unwrap();
        nothing_was_shown(night).await;
    })
    .await;
}

#[tokio::test]
async fn a_first_message_that_is_changed_is_still_the_first() {
    with_rule(&first_words(), async |night| {
        let newcomer = newcomer(night);
        let said = newcomer.says("general", "hello everybody").unwrap();
        night.runs_setup().await;
        newcomer
            .edits(&said, "hello everybody, see https://bluefinch-notes.example")
            .unwrap();
        let card = everything_in(&night.review_card().await);
        assert!(card.contains("first-words"), "{card}");
    })
    .await;
}

#[tokio::test]
async fn how_long_somebody_is_a_member_counts() {
    let young = rule("new-here", ["new-member", "link"], "new_member = true");
    with_rule(&young, async |night| {
        let link = "the page is https://bluefinch-notes.example";
        night.member("bob").says("general", link).unwrap();
        nothing_was_shown(night).await;
        let newcomer = newcomer(night);
        newcomer.says("general", "hello everybody").unwrap();
        newcomer
            .says("general", "and mine is https://greyheron-notes.example")
            .unwrap();
        let card = everything_in(&night.review_card().await);
        assert!(card.contains("new-here"), "{card}");
    })
    .await;
}

#[tokio::test]
async fn the_same_words_from_several_newcomers_count() {
    let repeated = rule("repeated", ["text-elsewhere", "link"], "text_elsewhere = true");
    with_rule(&repeated, async |night| {
        let text = "we meet tonight for the great tournament, details at https://bluefinch-notes.example";
        for _ in 0..3 {
            newcomer(night).says("general", text).unwrap();
        }
        let card = everything_in(&night.review_card().await);
        assert!(card.contains("repeated"), "{card}");
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}
