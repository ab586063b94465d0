//! The moderators' queue: pages and filters, notes, a ban that takes history with it, and the week's report.

use fake_discord::actors::Given;
use fake_discord::world::{Message, World};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::night::{Night, another_scam, button, everything_in, night, night_in};

/// Somebody posts a scam; answers its review card.
async fn scam_by(night: &Night, name: &str) -> Message {
    let scam = night.member(name).says("general", &another_scam()).unwrap();
    night.discord.until_deleted(&scam).await;
    let card = night.review_card().await;
    night.dm_to(name).await;
    card
}

/// What a command answers to the moderator.
async fn answer(night: &Night, command: &str, options: &[(&str, Given)]) -> Message {
    let run = night.member("max").runs_command("mod-log", command, options);
    night.answered(&run.expect("the command is offered")).await
}

#[tokio::test]
async fn waiting_cases_are_gone_through_page_by_page_the_oldest_first() {
    let names: Vec<String> = (1..=12).map(|n| format!("visitor{n}")).collect();
    let world = names
        .iter()
        .fold(World::community(), |world, name| world.member(name));
    night_in(world, async |night| {
        night.sets_up().await;
        for name in &names {
            scam_by(night, name).await;
        }
        let first = answer(night, "case queue", &[]).await;
        let words = everything_in(&first);
        assert!(words.contains("**#1**") && words.contains("**#10**"), "{words}");
        assert!(!words.contains("**#11**"), "{words}");
        let ids: Vec<String> = first.components[0]["components"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|button| button["disabled"] != true)
            .filter_map(|button| button["custom_id"].as_str().map(str::to_owned))
            .collect();
        let [forward] = ids.as_slice() else {
            panic!("only one way to turn: {ids:?}")
        };
        let press = night.member("max").clicks(&first, forward).unwrap();
        night.answered(&press).await;
        night
            .until_message(first.id, "the second page", |words| {
                words.contains("**#11**") && words.contains("**#12**") && !words.contains("**#1** ")
            })
            .await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn the_queue_is_filtered_by_state_member_channel_and_rule() {
    let world = World::community().member("nadia");
    night_in(world, async |night| {
        night.sets_up().await;
        let card = scam_by(night, "mallory").await;
        scam_by(night, "nadia").await;
        night.presses("max", &card, "v1:confirm").await;

        let words =
            async |options: &[(&str, Given)]| everything_in(&answer(night, "case queue", options).await);
        let waiting = words(&[]).await;
        assert!(
            !waiting.contains("**#1**") && waiting.contains("**#2**"),
            "{waiting}"
        );
        let upheld = words(&[("state", "confirmed".into())]).await;
        assert!(
            upheld.contains("**#1**") && !upheld.contains("**#2**"),
            "{upheld}"
        );
        let hers = words(&[("member", "nadia".into())]).await;
        assert!(hers.contains("**#2**"), "{hers}");
        let his = words(&[("member", "bob".into())]).await;
        assert!(his.contains("Nothing waits here"), "{his}");
        let in_general = words(&[("channel", "general".into())]).await;
        assert!(in_general.contains("**#2**"), "{in_general}");
        let elsewhere = words(&[("channel", "mod-log".into())]).await;
        assert!(elsewhere.contains("Nothing waits here"), "{elsewhere}");
        let of_rule = words(&[("rule", "shared-hosting-lure".into())]).await;
        assert!(of_rule.contains("**#2**"), "{of_rule}");
        let old = words(&[("older", 5.into())]).await;
        assert!(old.contains("Nothing waits here"), "{old}");
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_note_stands_on_the_card_with_its_author_and_a_secret_in_it_does_not() {
    const KEY: &str = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ";
    night(async |night| {
        let card = scam_by(night, "mallory").await;
        let text = format!("same wording as last week, key {KEY}");
        let options: [(&str, Given); 2] = [("number", 1.into()), ("text", text.as_str().into())];
        let noted = everything_in(&answer(night, "case note", &options).await);
        assert!(noted.contains("Noted with case #1"), "{noted}");
        let max = night.member("max").id.to_string();
        let shown = night
            .until_message(card.id, "the note on the card", |words| {
                words.contains("same wording as last week") && words.contains(&max)
            })
            .await;
        assert!(!everything_in(&shown).contains(KEY));
    })
    .await;
}

#[tokio::test]
async fn a_ban_takes_as_much_history_with_it_as_the_moderator_chose() {
    night(async |night| {
        let card = scam_by(night, "mallory").await;
        let max = night.member("max");
        let press = max.clicks(&card, &button(&card, "v1:ban-history")).unwrap();
        let choices = night.answered(&press).await;
        assert!(!night.is_banned("mallory"), "the first press only asks");
        let press = max.clicks(&choices, "Ban, delete 7 days").unwrap();
        night.answered(&press).await;
        night.discord.until_banned("mallory").await;
        let bans: Vec<_> = night
            .discord
            .rest()
            .record
            .all()
            .into_iter()
            .filter(|request| request.method == "PUT" && request.path.contains("/bans/"))
            .collect();
        assert_eq!(bans.len(), 1);
        assert_eq!(bans[0].body["delete_message_seconds"], 604_800);
    })
    .await;
}

#[tokio::test]
async fn the_weeks_report_is_posted_once_however_often_the_bot_restarts() {
    night(async |night| {
        let card = scam_by(night, "mallory").await;
        night.presses("max", &card, "v1:confirm").await;
        // The report of a week is planned when the bot comes up, and due when the week is over: let it be over.
        night.stops_bot().await;
        night.starts_bot().await;
        until_planned(night).await;
        night.stops_bot().await;
        week_is_over(night).await;
        night.starts_bot().await;
        let report = everything_in(&night.review_card().await);
        assert!(report.contains("The week in moderation"), "{report}");
        assert!(
            report.contains("1 case, 1 removed, **1 upheld, 0 reversed**"),
            "each rule's record stands in it: {report}"
        );
        night.stops_bot().await;
        night.starts_bot().await;
        night.until_idle().await;
        // That nothing more was posted is looked for at the end of every test.
    })
    .await;
}

/// The bot's database, open for changes that time or somebody else would make.
pub async fn database(night: &Night) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(night.database());
    SqliteConnection::connect_with(&options)
        .await
        .expect("the database can be opened")
}

/// Waits until the week's report is planned.
pub async fn until_planned(night: &Night) {
    let mut connection = database(night).await;
    for _ in 0..1500 {
        let planned: Option<(i64,)> = sqlx::query_as("SELECT id FROM effects WHERE key LIKE 'report:%'")
            .fetch_optional(&mut connection)
            .await
            .expect("the effects can be read");
        if planned.is_some() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("no report was planned");
}

/// Lets the week be over, as far as its report is concerned.
pub async fn week_is_over(night: &Night) {
    let mut connection = database(night).await;
    let changed = sqlx::query("UPDATE effects SET next_at = planned_at WHERE key LIKE 'report:%'")
        .execute(&mut connection)
        .await
        .expect("the effect can be moved");
    assert_eq!(changed.rows_affected(), 1);
}
